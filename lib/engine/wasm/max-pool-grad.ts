import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/**
 * Gradient of 2-D max pooling on the wasm backend: each output's gradient goes to its window's first maximum
 * in row-major order. The kernel that ships with TF.js 4.22 starts its search at 0, so that a window whose
 * maximum is not above 0 sends its gradient astray; this one starts at -Infinity, as the `cpu` backend does.
 *
 * - `dy` float32 [batch, outHeight, outWidth, channels], `input` float32 [batch, height, width, channels].
 * - Returns float32 of `input`'s shape. NaN never wins a window (`NaN > x` is false), as on `cpu`.
 *
 * Follows `MaxPoolGrad` of `@tensorflow/tfjs-backend-cpu` (which needs `pixel > maxValue` from -Infinity).
 *
 * @example
 * tf.registerKernel({ kernelName: tf.MaxPoolGrad, backendName: 'wasm', kernelFunc: maxPoolGrad });
 */
export const maxPoolGrad: tf.KernelFunc = ({ inputs, attrs, backend: anyBackend }) => {
  const backend = anyBackend as unknown as BackendWasm;
  const { dy, input } = inputs as Record<'dy' | 'input', tf.TensorInfo>;
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.MaxPoolGradAttrs;
  const shape = input.shape as [number, number, number, number];
  const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const dx = backend.makeOutput(input.shape, 'float32');
  // The views are taken after the allocation: growing the wasm memory detaches older ones.
  const dxValues = backend.typedArrayFromHeap(dx) as Float32Array;
  const xValues = backend.typedArrayFromHeap(input) as Float32Array;
  const dyValues = backend.typedArrayFromHeap(dy) as Float32Array;
  dxValues.fill(0);
  const { inHeight, inWidth, inChannels: channels, outHeight, outWidth } = info;
  const rowSize = inWidth * channels;
  for (let b = 0; b < info.batchSize; b++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      const top = outRow * info.strideHeight - info.padInfo.top;
      const firstRow = Math.max(top, 0);
      const endRow = Math.min(top + info.filterHeight, inHeight);
      for (let outColumn = 0; outColumn < outWidth; outColumn++) {
        const left = outColumn * info.strideWidth - info.padInfo.left;
        const firstColumn = Math.max(left, 0);
        const endColumn = Math.min(left + info.filterWidth, inWidth);
        const outAt = ((b * outHeight + outRow) * outWidth + outColumn) * channels;
        for (let c = 0; c < channels; c++) {
          let best = Number.NEGATIVE_INFINITY;
          let bestAt = -1;
          for (let row = firstRow; row < endRow; row++) {
            let at = (b * inHeight + row) * rowSize + firstColumn * channels + c;
            for (let column = firstColumn; column < endColumn; column++, at += channels) {
              const value = xValues[at] ?? 0;
              if (value > best) {
                best = value;
                bestAt = at;
              }
            }
          }
          if (bestAt >= 0) dxValues[bestAt] = (dxValues[bestAt] ?? 0) + (dyValues[outAt + c] ?? 0);
        }
      }
    }
  }
  return dx;
};
