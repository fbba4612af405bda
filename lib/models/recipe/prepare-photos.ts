import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../base/index';
import { type FloatTable, lookUpFloats, type RgbImage, squaresOf } from '../../image/index';
import type { Backbone } from '../backbones/load-backbone';
import { checkSquares, photoTensor, type Squares } from './photo-tensor';

const tables = new WeakMap<Backbone, FloatTable | null>();

/**
 * Decoded photos as a network wants them: `backbone.preprocess` of their tensor, value for value. Preprocessing makes of a
 * channel's 256 values 256 others; they are computed once, and photos looked up: one walk over the pixels instead of one for
 * each operation.
 *
 * @param images as `decodePhoto` gives them for this input
 * @param kept memory for the tensor's values, which whoever calls again may give again when the tensor was used; memory
 *   that the system has to give first costs more than the pixels
 * @returns [b, squares * size, size, 3] float32
 * @throws Error when a picture has another size
 * @example model.predictOnBatch(preparePhotos([image], { size: 224, views: 1 }, backbone)) // [1, D]
 */
export function preparePhotos(
  images: readonly RgbImage[],
  input: Squares,
  backbone: Backbone,
  kept?: Float32Array,
): tf.Tensor4D {
  const table = tableOf(backbone);
  if (!table) return tf.tidy(() => backbone.preprocess(photoTensor(images, input)));
  const { size } = input;
  const rows = squaresOf(input) * size;
  const length = images.length * rows * size * 3;
  const pixels = kept?.length === length ? kept : new Float32Array(length);
  for (const [i, image] of images.entries()) {
    checkSquares(image, input);
    lookUpFloats(image, table, pixels, i * rows * size * 3);
  }
  return tf.tensor4d(pixels, [images.length, rows, size, 3]);
}

function tableOf(backbone: Backbone): FloatTable | null {
  let table = tables.get(backbone);
  if (table === undefined) {
    table = makeTable(backbone);
    tables.set(backbone, table);
  }
  return table;
}

/** Grey pixels of all values, then a full red, green and blue one. */
const PROBE_PIXELS = 256 + 3;

/** @returns null where a channel is not made of one channel alone */
function makeTable({ preprocess }: Backbone): FloatTable | null {
  const probe = new Float32Array(PROBE_PIXELS * 3);
  for (let value = 0; value < 256; value += 1) probe.fill(value, 3 * value, 3 * value + 3);
  for (let channel = 0; channel < 3; channel += 1) probe[3 * (256 + channel) + channel] = 255;
  const seen = tf.tidy(() => preprocess(tf.tensor4d(probe, [1, 1, PROBE_PIXELS, 3])).dataSync());
  const values = new Float32Array(3 * 256);
  const sources: number[] = [];
  for (let channel = 0; channel < 3; channel += 1) {
    for (let value = 0; value < 256; value += 1)
      values[256 * channel + value] = elementAt(seen, 3 * value + channel);
    const [none, full] = [elementAt(values, 256 * channel), elementAt(values, 256 * channel + 255)];
    const of = [0, 1, 2].filter((from) => elementAt(seen, 3 * (256 + from) + channel) !== none);
    const [source] = of;
    if (source === undefined || of.length > 1 || elementAt(seen, 3 * (256 + source) + channel) !== full)
      return null;
    sources.push(source);
  }
  const [first = 0, second = 0, third = 0] = sources;
  return { values, sources: [first, second, third] };
}
