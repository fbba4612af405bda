import * as tf from '@tensorflow/tfjs';
import { plan } from './graph/plan';
import { type Emittable, type NumericType, RecordedNode, type Value } from './graph/value';
import { operation } from './kernels/index';
import { Emitter } from './onnx/emitter';
import { ModelWriter, ONNX_TYPE } from './onnx/model';
import { BACKEND_NAME } from './register';
import type { OnnxruntimeBackend } from './run/backend';
import { emitNodes } from './run/compile';

/** ONNX operator set of exported models. */
export const ONNX_OPSET = ModelWriter.opset;

/** Options of {@link exportOnnx}. */
export interface OnnxExportOptions {
  /** [batch, height, width, channels] of the input; the batch is fixed in the file. */
  inputShape: readonly [number, number, number, number];
  /** Element type of the input: raw pixels 0..255 by default. */
  inputType?: 'uint8' | 'float32';
  /** Name of the graph's input. */
  inputName?: string;
  /** Name of the graph's output, where there is one. */
  outputName?: string;
  /** Entries of the model's metadata, such as class names as JSON. */
  metadata?: Record<string, string>;
}

operation({
  name: 'Input',
  emit(e, { attrs, outputs: [value] }: Emittable<[], { name: string; type: 'uint8' | 'float32' }>) {
    const { name, type } = attrs;
    e.writer.input({ name, type, shape: value.shape });
    e.set(value, type === 'uint8' ? e.add('Cast', [name], { to: ONNX_TYPE.int32 }) : name);
  },
});

/**
 * Writes what `compute` does to its input as one ONNX model, weights and preprocessing inside. Nothing is computed:
 * the calls are recorded, as the backend always does, and saved instead of run.
 *
 * @param compute from NHWC pixels (int32 for `uint8`, else float32) to one tensor, or to several by name; it must not
 *   read values
 * @returns the serialized model, opset {@link ONNX_OPSET}
 * @throws if the current backend is not `onnxruntime`, or if `compute` reads a tensor
 * @example
 * const model = exportOnnx((pixels) => net.predict(pixels.div(255)) as tf.Tensor, {
 *   inputShape: [1, 224, 224, 3],
 *   metadata: { classes: JSON.stringify(breeds) },
 * });
 */
export function exportOnnx(
  compute: (input: tf.Tensor4D) => tf.Tensor | tf.NamedTensorMap,
  options: OnnxExportOptions,
): Uint8Array {
  if (tf.getBackend() !== BACKEND_NAME) {
    throw new Error(
      `expected the backend ${BACKEND_NAME} to be current, it is ${tf.getBackend()}: start the engine with it`,
    );
  }
  const backend = tf.backend() as OnnxruntimeBackend;
  const {
    inputShape,
    inputType = 'uint8',
    inputName = 'input',
    outputName = 'output',
    metadata = {},
  } = options;
  backend.flush();
  let bytes: Uint8Array = new Uint8Array();
  tf.tidy(() => {
    const dtype: NumericType = inputType === 'uint8' ? 'int32' : 'float32';
    const node = new RecordedNode('Input', [], { name: inputName, type: inputType }, [
      { shape: [...inputShape], dtype },
    ]);
    const outputs = backend.trace(() => {
      const info = backend.handle(node.outputs[0]);
      const input = tf.engine().makeTensorFromTensorInfo(info) as tf.Tensor4D;
      const computed = compute(input);
      const named = computed instanceof tf.Tensor ? { [outputName]: computed } : computed;
      return Object.entries(named).map(([name, tensor]) => ({ name, value: numericValue(backend, tensor) }));
    });
    const values = outputs.map(({ value }) => value);
    const todo = plan(values.filter(({ data }) => !data));
    const emitter = new Emitter();
    for (const leaf of [...todo.leaves, ...values]) {
      if (leaf.data) emitter.constant(leaf, leaf.data);
    }
    emitNodes(emitter, todo);
    for (const { name, value } of outputs) {
      emitter.writer.node('Identity', [emitter.get(value)], [name]);
      emitter.writer.output({ name, type: value.dtype, shape: value.shape });
    }
    for (const [key, entry] of Object.entries(metadata)) emitter.writer.meta(key, entry);
    bytes = emitter.writer.toBytes();
  });
  return bytes;
}

function numericValue(backend: OnnxruntimeBackend, tensor: tf.Tensor): Value {
  const value = backend.valueOf(tensor);
  if (value) return value;
  throw new Error(
    'expected a numeric tensor from the exported function, received strings or complex numbers',
  );
}
