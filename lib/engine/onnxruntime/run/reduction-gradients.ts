import * as tf from '@tensorflow/tfjs';
import { item, product } from '../graph/lists';

/** Shape of `dy` with the reduced axes put back at length 1. */
function kept(x: tf.Tensor, axis: number | number[]): { shape: number[]; count: number } {
  const axes = tf.util.parseAxisParam(axis, x.shape);
  const shape = x.shape.map((length, i) => (axes.includes(i) ? 1 : length));
  return { shape, count: product(axes.map((axis) => item(x.shape, axis))) };
}

/**
 * Replaces the gradients of `Sum` and `Mean` while `backendName` is the current backend. TF.js multiplies by a
 * tensor of ones of the input's size, made on the host at every step; a recorded broadcast costs nothing.
 * Other backends keep TF.js's gradients.
 */
export function replaceReductionGradients(backendName: string): void {
  for (const kernelName of ['Sum', 'Mean']) {
    const original = tf.getGradient(kernelName);
    tf.registerGradient({
      ...original,
      kernelName,
      gradFunc: (dy, saved, attrs) => {
        if (tf.getBackend() !== backendName) return original.gradFunc(dy, saved, attrs);
        const [x] = saved as [tf.Tensor];
        if (x.size === 0) return { x: () => tf.zerosLike(x) };
        const { shape, count } = kept(x, attrs.axis as unknown as number[]);
        const each = tf.reshape(dy as tf.Tensor, shape);
        const share = kernelName === 'Mean' ? tf.div(each, count) : each;
        return { x: () => tf.broadcastTo(share, x.shape as number[]) };
      },
    });
  }
}
