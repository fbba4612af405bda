import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { freeTensors, runWasmKernel } from './kernel-tools';

/**
 * Gradient of a 2-D convolution by its filter on the wasm backend, a kernel that TF.js 4.22 lacks there.
 * It is itself a convolution, so XNNPACK does the work: dW = conv(xᵀ, dyᵀ), where the batch takes the
 * channels' place and the forward stride becomes the dilation.
 *
 * - `x` float32 [batch, height, width, inChannels], `dy` float32 [batch, outHeight, outWidth, outChannels].
 * - Returns float32 [filterHeight, filterWidth, inChannels, outChannels].
 *
 * Stands for `Conv2DBackpropFilter` of `@tensorflow/tfjs-backend-cpu`.
 *
 * @throws Error for `dataFormat` NCHW, which the backend's convolution lacks too.
 * @example
 * tf.registerKernel({ kernelName: tf.Conv2DBackpropFilter, backendName: 'wasm', kernelFunc: conv2dBackpropFilter });
 */
export const conv2dBackpropFilter: tf.KernelFunc = ({ inputs, attrs, backend: anyBackend }) => {
  const backend = anyBackend as unknown as BackendWasm;
  const { x, dy } = inputs as Record<'x' | 'dy', tf.TensorInfo>;
  const { strides, pad, dataFormat, dimRoundingMode, filterShape } =
    attrs as unknown as tf.Conv2DBackpropFilterAttrs;
  if (dataFormat !== 'NHWC')
    throw new Error(`expected dataFormat NHWC on the wasm backend, received ${dataFormat}: transpose first`);
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  // Far-side padding that makes the transposed convolution's output filterHeight x filterWidth; below 0 where
  // the forward convolution left the last rows or columns unread, whose outputs are cut off again below.
  const bottom = filterHeight - 1 + (info.outHeight - 1) * strideHeight + 1 - info.inHeight - padInfo.top;
  const right = filterWidth - 1 + (info.outWidth - 1) * strideWidth + 1 - info.inWidth - padInfo.left;
  const explicitPad = [
    [0, 0],
    [padInfo.top, Math.max(bottom, 0)],
    [padInfo.left, Math.max(right, 0)],
    [0, 0],
  ];
  const xT = runWasmKernel(backend, tf.Transpose, { x }, { perm: [3, 1, 2, 0] }); // [b,h,w,ci] -> [ci,h,w,b]
  const dyT = runWasmKernel(backend, tf.Transpose, { x: dy }, { perm: [1, 2, 0, 3] }); // [b,oh,ow,co] -> [oh,ow,b,co]
  const wide = runWasmKernel(
    backend,
    tf.Conv2D,
    { x: xT, filter: dyT },
    {
      strides: 1,
      pad: explicitPad,
      dataFormat,
      dilations: [strideHeight, strideWidth],
      dimRoundingMode: 'floor',
    },
  );
  const size = [info.inChannels, filterHeight, filterWidth, info.outChannels];
  const dW = runWasmKernel(backend, tf.Slice, { x: wide }, { begin: [0, 0, 0, 0], size });
  const result = runWasmKernel(backend, tf.Transpose, { x: dW }, { perm: [1, 2, 0, 3] }); // [ci,kh,kw,co] -> [kh,kw,ci,co]
  freeTensors(backend, [xT, dyT, wide, dW]);
  return result;
};
