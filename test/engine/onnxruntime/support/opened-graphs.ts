import { NativeSessionFactory } from '../../../../lib/engine/onnxruntime/run/binding';

/** Collects the ONNX graphs that are opened from now on, as text in which the names of operators stand. */
export function watchGraphs(): string[] {
  const graphs: string[] = [];
  const { open } = NativeSessionFactory.prototype;
  NativeSessionFactory.prototype.open = function (model) {
    graphs.push(Buffer.from(model).toString('latin1'));
    return open.call(this, model);
  };
  return graphs;
}
