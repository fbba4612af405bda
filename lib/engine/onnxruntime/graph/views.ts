import { util } from '@tensorflow/tfjs';
import { concreteValue, type Value } from './value';

/**
 * `value` under another shape of as many elements; a repeated reshape gives the same value.
 * @param record records the reshape of a pending value
 */
export function viewOf(value: Value, shape: number[], record: () => Value): Value {
  if (util.arraysEqual(value.shape, shape)) return value;
  value.views ??= new Map();
  const key = shape.join();
  let view = value.views.get(key);
  if (!view) {
    view = value.data ? concreteValue(value.data, shape, value.dtype) : record();
    view.borrowed = value.borrowed;
    view.viewed = value;
    value.views.set(key, view);
  } else if (view.isPending && value.data) {
    view.data = value.data;
    view.producer = null;
  } else if (view.isPending && value.error) view.fail(value.error);
  return view;
}
