import type * as tf from '@tensorflow/tfjs';
import type { OnnxExportOptions } from './onnxruntime/index';

/**
 * Writes what `compute` does to a batch of pictures as one ONNX model, weights included; `startEngine` must have
 * chosen onnxruntime.
 *
 * @param compute from NHWC pixels (int32 holding 0..255) to one tensor, or to several by name; it must not read values
 * @returns the serialized model and its operator set
 * @throws Error when another engine runs
 * @example const { model, opset } = await exportModel((pixels) => net.predict(pixels.div(255)) as tf.Tensor, { inputShape: [1, 224, 224, 3] });
 */
export async function exportModel(
  compute: (pixels: tf.Tensor4D) => tf.Tensor | tf.NamedTensorMap,
  options: OnnxExportOptions,
): Promise<{ model: Uint8Array; opset: number }> {
  const { exportOnnx, ONNX_OPSET } = await import('./onnxruntime/index');
  return { model: exportOnnx(compute, options), opset: ONNX_OPSET };
}
