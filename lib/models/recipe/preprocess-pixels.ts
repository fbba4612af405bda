import * as tf from '@tensorflow/tfjs';
import type { WeightRecord } from '../weights/weight-records';

/**
 * How raw pixels become a network's input: `correct` as the weights were trained, or `as-published`: divided
 * by 255 whatever the network expects, the presentation's fault (EfficientNet wants 0..255), kept so that it can
 * be shown.
 */
export type InputScaling = 'correct' | 'as-published';

/**
 * Preprocesses raw pixels for a set of weights. Follows `preprocess_input` of `keras.applications`: caffe (BGR
 * minus mean), tf (-1..1), torch (minus mean, divided by deviation), or nothing for EfficientNet, whose first layers normalize.
 *
 * @param pixels [b, h, w, 3] RGB, 0..255, int32 or float32; not disposed
 * @param record whose preprocessing is meant
 * @returns a new tensor [b, h, w, 3] float32
 * @throws Error when the last dimension is not 3
 * @example preprocessPixels(tf.zeros([1, 224, 224, 3]), WEIGHTS.resnet50) // -103.939, -116.779, -123.68 everywhere
 */
export function preprocessPixels(
  pixels: tf.Tensor4D,
  record: Pick<WeightRecord, 'scaling' | 'channelOrder'>,
  inputScaling: InputScaling = 'correct',
): tf.Tensor4D {
  if (pixels.rank !== 4 || pixels.shape[3] !== 3)
    throw new Error(`expected RGB pixels [batch, height, width, 3], received [${pixels.shape.join(', ')}]`);
  return tf.tidy(() => {
    const input = tf.cast(pixels, 'float32');
    if (inputScaling === 'as-published') return input.div(255);
    const { mode, mean, std } = record.scaling;
    if (mode === 'none') return input.clone();
    const ordered = record.channelOrder === 'bgr' ? tf.reverse(input, 3) : input;
    if (mode === 'tf') return ordered.div(std[0]).sub(1);
    const centred = ordered.sub<tf.Tensor4D>(tf.tensor1d([...mean]));
    return mode === 'torch' ? centred.div(tf.tensor1d([...std])) : centred;
  });
}
