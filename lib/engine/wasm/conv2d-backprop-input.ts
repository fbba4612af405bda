import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { freeTensors, runWasmKernel } from './kernel-tools';

/**
 * Makes the gradient of a 2-D convolution by its input on the wasm backend. At stride 1 it is a convolution of
 * `dy` with the filter turned by 180 degrees, which XNNPACK computes several times faster than the scalar
 * loops that ship with TF.js 4.22; other strides keep that `shipped` kernel.
 *
 * - `dy` float32 [batch, outHeight, outWidth, outChannels], `filter` float32 [kh, kw, inChannels, outChannels].
 * - The kernel returns float32 of `inputShape` [batch, height, width, inChannels].
 *
 * @example
 * const shipped = tf.getKernel(tf.Conv2DBackpropInput, 'wasm');
 * tf.registerKernel({ ...shipped, kernelFunc: conv2dBackpropInput(shipped.kernelFunc) });
 */
export function conv2dBackpropInput(shipped: tf.KernelFunc): tf.KernelFunc {
  return (args) => {
    const backend = args.backend as unknown as BackendWasm;
    const { dy, filter } = args.inputs as Record<'dy' | 'filter', tf.TensorInfo>;
    const { strides, pad, dataFormat, dimRoundingMode, inputShape } =
      args.attrs as unknown as tf.Conv2DBackpropInputAttrs;
    if (dataFormat !== 'NHWC') return shipped(args);
    const filterShape = filter.shape as [number, number, number, number];
    const info = tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode);
    const { inHeight, inWidth, outHeight, outWidth, padInfo } = info;
    const top = info.filterHeight - 1 - padInfo.top;
    const left = info.filterWidth - 1 - padInfo.left;
    if (info.strideHeight !== 1 || info.strideWidth !== 1 || top < 0 || left < 0) return shipped(args);

    const turned = runWasmKernel(backend, tf.Reverse, { x: filter }, { dims: [0, 1] });
    const filterT = runWasmKernel(backend, tf.Transpose, { x: turned }, { perm: [0, 1, 3, 2] }); // [kh,kw,ci,co] -> [kh,kw,co,ci]
    const explicitPad = [
      [0, 0],
      [top, inHeight - outHeight + padInfo.top],
      [left, inWidth - outWidth + padInfo.left],
      [0, 0],
    ];
    const dx = runWasmKernel(
      backend,
      tf.Conv2D,
      { x: dy, filter: filterT },
      { strides: 1, pad: explicitPad, dataFormat, dilations: 1, dimRoundingMode: 'floor' },
    );
    freeTensors(backend, [turned, filterT]);
    return dx;
  };
}
