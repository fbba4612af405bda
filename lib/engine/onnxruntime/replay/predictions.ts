import * as tf from '@tensorflow/tfjs';
import { item } from '../graph/lists';
import { type CapturedSegment, captureSegment, placeholder } from '../graph/segment';
import type { NumericType, Value } from '../graph/value';
import { own } from '../run/arrays';
import type { OnnxruntimeBackend } from '../run/backend';
import { isPureInference, layersOf, PropertyWatch, propertiesOf } from './layers';
import { isObserved, passKey, remember, replayable, valuesIn } from './memory';

/** A forward pass that was recorded once, and the variables that it reads. */
interface ForwardPass extends CapturedSegment {
  variables: tf.Tensor[];
}

/** What is remembered of a model. */
interface Remembered {
  layers: tf.layers.Layer[];
  watch: PropertyWatch;
  /** By shapes and dtypes of the inputs, least recently used first; null for what cannot be recorded. */
  passes: Map<string, ForwardPass | null>;
}

type Tensors = tf.Tensor | tf.Tensor[];
/** TF.js's way to predict: inputs, samples to compute at a time, and whether to print. */
export type PredictLoop = (
  this: tf.LayersModel,
  inputs: Tensors,
  batchSize?: number,
  verbose?: boolean,
) => Tensors;

/** Bytes that the largest node of a pass may read and write, on a processor: what stays in its last cache. */
export const CACHE_BYTES = 32 * 2 ** 20;

const remembered = new WeakMap<tf.LayersModel, Remembered>();

/**
 * The `predictLoop` by which `predict` and `predictOnBatch` of layers models record a model's forward pass once for each input shape and
 * replay it as a single node while `backendName` is the current backend: TensorFlow.js' own way through the layers
 * takes 3 to 8 ms a batch for a backbone. Large pictures are computed in smaller batches than asked for, so that the
 * largest activations stay in the processor's cache.
 *
 * A pass is recorded anew when a property of a layer changes; new values of weights need no new recording. Models
 * with layers that are neither TensorFlow.js' own nor declare `static readonly isPure = true` are recorded at every
 * call, as is everything under a gradient tape, `tf.profile` and export.
 *
 * @param original TF.js's own
 * @param cacheBytes bytes that the largest node of a pass may read and write; Infinity keeps batches whole
 */
export function predictReplaying(
  backendName: string,
  cacheBytes: number,
  original: PredictLoop,
): PredictLoop {
  return function (inputs, batchSize = 32, verbose = false) {
    const usual = () => original.call(this, inputs, batchSize, verbose);
    if (tf.getBackend() !== backendName) return usual();
    const backend = tf.backend() as OnnxruntimeBackend;
    return backend.call(() => {
      if (verbose || isObserved()) return usual();
      const memory = backend.tracing ? null : memoryOf(this);
      if (!memory) return usual();
      const record = (batch: readonly tf.Tensor[], size: number) =>
        recordPass(this, original, backend, batch, size);
      const all = Array.isArray(inputs) ? inputs : [inputs];
      return predictReplayed(backend, memory, record, all, batchSize, cacheBytes) ?? usual();
    });
  };
}

/** Records a model's pass on as many samples of `inputs`; null if that is not possible. */
type RecordPass = (inputs: readonly tf.Tensor[], samples: number) => ForwardPass | null;

/** Outputs of a model, or null if its pass cannot be recorded. */
function predictReplayed(
  backend: OnnxruntimeBackend,
  memory: Remembered,
  record: RecordPass,
  inputs: tf.Tensor[],
  batchSize: number,
  cacheBytes: number,
): Tensors | null {
  const samples = inputs[0]?.shape[0] ?? 0;
  if (samples === 0 || inputs.some(({ shape }) => shape[0] !== samples)) return null;
  const wanted = passFor(memory, record, inputs, Math.min(samples, batchSize));
  if (!wanted || wanted.variables.some(({ isDisposed }) => isDisposed)) return null;
  const size = fittingBatch(wanted, Math.min(samples, batchSize), cacheBytes);
  const rest = samples % size;
  if (![size, rest || size].every((count) => passFor(memory, record, inputs, count))) return null;
  // Slices of what is pending would all become part of one graph.
  if (size < samples) for (const value of valuesIn(backend, inputs)) backend.elements(value);
  const weights = valuesIn(backend, wanted.variables);
  // read at every call: borrowed ones would make each call compute on its own what could be one graph with the next
  for (const weight of weights) if (weight.borrowed) own(weight);
  return tf.tidy(() => {
    const parts: tf.Tensor[][] = [];
    for (let start = 0; start < samples; start += size) {
      const count = Math.min(size, samples - start);
      const batch = inputs.map((x) => tf.slice(x, start, count));
      const pass = passFor(memory, record, batch, count) ?? wanted;
      const values = [...valuesIn(backend, batch), ...weights];
      const outputs = backend.recordSegment(pass, values);
      parts.push(outputs.map((value) => backend.tensor(value)));
    }
    const whole = wanted.segment.outputs.map((_, i) => tf.concat(parts.map((part) => item(part, i))));
    return whole.length === 1 ? item(whole, 0) : whole;
  });
}

/** Samples to compute at a time: the largest divisor of `size` with which the largest node fits the cache. */
function fittingBatch({ segment }: ForwardPass, size: number, cacheBytes: number): number {
  const fitting = (cacheBytes * size) / segment.largestNodeBytes;
  let divisor = size;
  while (divisor > 1 && (divisor > fitting || size % divisor > 0)) divisor--;
  return divisor * 3 < fitting ? size : divisor; // a prime number of samples would be computed one by one
}

/** The recorded pass for `samples` samples of `inputs`, or null if it cannot be recorded. */
function passFor(
  { passes }: Remembered,
  record: RecordPass,
  inputs: readonly tf.Tensor[],
  samples: number,
): ForwardPass | null {
  const key = passKey(inputs, samples);
  const pass = passes.get(key);
  return remember(passes, key, pass === undefined ? record(inputs, samples) : pass);
}

/** What is remembered of a model, as long as its layers are as they were; null if they may compute anything. */
function memoryOf(model: tf.LayersModel): Remembered | null {
  let memory = remembered.get(model);
  if (!memory) {
    const layers = layersOf(model);
    memory = { layers, watch: new PropertyWatch(propertiesOf(layers)), passes: new Map() };
    remembered.set(model, memory);
  }
  if (memory.watch.changed()) memory.passes.clear();
  return memory.layers.every(isPureInference) ? memory : null;
}

/** Records the forward pass with placeholders for inputs and weights. @returns null if a layer reads a value, say */
function recordPass(
  model: tf.LayersModel,
  predictLoop: PredictLoop,
  backend: OnnxruntimeBackend,
  inputs: readonly tf.Tensor[],
  size: number,
): ForwardPass | null {
  const variables = model.weights.map((weight) => weight.read());
  if (!replayable(inputs, variables)) return null;
  const placeholders = [
    ...inputs.map(({ shape, dtype }, i) => placeholder([size, ...shape.slice(1)], dtype as NumericType, i)),
    ...variables.map(({ shape, dtype }, i) => placeholder(shape, dtype as NumericType, inputs.length + i)),
  ];
  let captured: CapturedSegment | null = null;
  try {
    tf.tidy(() => {
      const outputs = backend.traceWith(variables, placeholders.slice(inputs.length), () => {
        const batch = inputs.map((_, i) => backend.tensor(item(placeholders, i)));
        const output = predictLoop.call(model, batch, size);
        return (Array.isArray(output) ? output : [output]).map((tensor) => backend.valueOf(tensor));
      });
      if (outputs.every((value): value is Value => value !== null)) {
        captured = captureSegment(placeholders, outputs);
      }
    });
  } catch {
    return null; // TF.js's own way through the layers computes it, or says what is wrong
  }
  return captured && { ...(captured as CapturedSegment), variables };
}
