import * as tf from '@tensorflow/tfjs';
import { item, zip } from '../graph/lists';
import { plan } from '../graph/plan';
import { type CapturedSegment, captureSegment, placeholder } from '../graph/segment';
import { concreteValue, elementsOf, type NumericType, type Value } from '../graph/value';
import type { OnnxruntimeBackend } from '../run/backend';
import { asStep, valuesOf } from './commits';
import { hasReplacedMethods, isMask, isPure, layersOf, PropertyWatch, propertiesOf } from './layers';
import { isObserved, passKey, remember, replayable, valuesIn } from './memory';

/** A training step that was recorded once. */
interface TrainingStep extends CapturedSegment {
  /** Which outputs of the segment are the loss and the metrics. */
  results: number[];
  /** Variables that the step changes: position in the state, and which output of the segment is the new value. */
  changes: [variable: number, output: number][];
  /** Random layers in the order in which they are called, and the shapes of what they multiply. */
  masks: { layer: tf.layers.Layer; shape: number[] }[];
  /** What the learning rate is multiplied by where the step reads it: 1 or -1. */
  rateSigns: number[];
}

/** What TF.js's layers models keep to themselves of their training. */
interface Inside {
  optimizer_: OptimizerInside;
  lossFunctions: unknown;
  metricsTensors: unknown;
  collectedTrainableWeights: { read(): tf.Variable }[];
  metrics?: unknown;
}

const inside = (model: tf.LayersModel) => model as unknown as Inside;

/** Inputs, targets and sample weights -> loss and metrics. */
export type TrainFunction = (data: (tf.Tensor | null)[]) => tf.Tensor[];
type OptimizerInside = tf.Optimizer & { learningRate: number; iterations_?: number };

/** What is remembered of a model in training. */
interface Remembered {
  layers: tf.layers.Layer[];
  watch: PropertyWatch;
  /** False until one step was made TF.js's own way: the first one makes the optimizer's variables. */
  ready: boolean;
  /** By shapes and dtypes of the data, least recently used first; null for what cannot be recorded. */
  steps: Map<string, TrainingStep | null>;
}

/** Optimizers whose step depends on their tensors and numbers only. */
const OPTIMIZERS = [
  tf.SGDOptimizer,
  tf.MomentumOptimizer,
  tf.AdamOptimizer,
  tf.AdamaxOptimizer,
  tf.RMSPropOptimizer,
  tf.AdagradOptimizer,
  tf.AdadeltaOptimizer,
].map(({ prototype }) => prototype as tf.Optimizer);
/** Two learning rates that nobody uses: constants that differ between them come from the learning rate. */
const TRIAL_RATES = [Math.fround(0.0123457), Math.fround(0.0345679)] as const;

const remembered = new WeakMap<tf.LayersModel, Remembered>();

/**
 * The function of one training step, by which `fit`, `fitDataset` and `trainOnBatch` of layers models record a step
 * (forward pass, gradients, the optimizer's updates, metrics) once for each shape of the data, and replay it as a single
 * node while `backendName` is the current backend: TensorFlow.js' own way takes 5 to 10 ms of JavaScript a step even for
 * a small network.
 *
 * Values of weights, the optimizer's state and the learning rate are read at every step; random masks are drawn by
 * their layers. A step is recorded anew after `compile`, and when another property of a layer or the optimizer
 * changes. Models with layers that are not known to be pure, with losses, metrics or optimizers of somebody's own, or
 * with regularizers are recorded at every step, as is everything under a gradient tape and `tf.profile`.
 *
 * @param usual TF.js's own
 */
export function trainReplaying(
  backendName: string,
  model: tf.LayersModel,
  usual: TrainFunction,
): TrainFunction {
  /** Loss and metrics of the last step. */
  let last: Value[] = [];
  return (data) => {
    if (tf.getBackend() !== backendName || isObserved()) return usual(data);
    const backend = tf.backend() as OnnxruntimeBackend;
    if (backend.tracing) return usual(data);
    const failed = last.find(({ error }) => error !== null)?.error;
    last = [];
    if (failed) throw failed; // of the step before this one, which was computed since
    const memory = memoryOf(model);
    const step = () => {
      if (!memory) return usual(data);
      const replayed = memory.ready ? stepReplayed(backend, memory, model, usual, data) : null;
      memory.ready = true;
      return replayed ?? usual(data);
    };
    const results = backend.call(() => asStep(backend, inside(model).optimizer_, step));
    last = valuesOf(backend, results);
    return results;
  };
}

/** What is remembered of a model, as long as all that decides its steps is as it was; null if anything may. */
function memoryOf(model: tf.LayersModel): Remembered | null {
  let memory = remembered.get(model);
  if (!memory) {
    const layers = layersOf(model);
    const properties = propertiesOf(layers);
    const watch = new PropertyWatch(() => [trainingProperties(model), ...properties()]);
    memory = { layers, watch, ready: false, steps: new Map() };
    remembered.set(model, memory);
  }
  if (memory.watch.changed()) {
    memory.steps.clear();
    memory.ready = false;
  }
  const isKnown = memory.layers.every((layer) => isPure(layer) || isMask(layer)) && hasKnownParts(model);
  return isKnown ? memory : null;
}

/** What a step depends on besides its layers and tensors. */
function trainingProperties(model: tf.LayersModel): unknown[] {
  const { optimizer_, lossFunctions, metricsTensors, collectedTrainableWeights } = inside(model);
  const numbers = Object.entries(optimizer_).filter(
    ([name, value]) => typeof value !== 'object' && name !== 'learningRate' && name !== 'iterations_',
  );
  const trainable = collectedTrainableWeights.map((weight) => weight.read().trainable);
  return [
    optimizer_,
    lossFunctions,
    metricsTensors,
    collectedTrainableWeights,
    ...numbers.flat(),
    ...trainable,
  ];
}

/**
 * True where loss, metrics and optimizer are TF.js's own, by name, or vouch for themselves (`isPure`), and nothing else
 * is added to the loss.
 */
function hasKnownParts(model: tf.LayersModel): boolean {
  const { optimizer_, metrics = [] } = inside(model);
  const isNamed = (value: unknown): boolean =>
    typeof value === 'string' ||
    (typeof value === 'function' && (value as { isPure?: boolean }).isPure === true) ||
    (typeof value === 'object' && value !== null && Object.values(value).every(isNamed));
  const { isPure: vouches } = optimizer_.constructor as { isPure?: boolean };
  const isKnown =
    (vouches === true || OPTIMIZERS.includes(Object.getPrototypeOf(optimizer_) as tf.Optimizer)) &&
    !hasReplacedMethods(optimizer_);
  return isKnown && isNamed(model.loss) && isNamed(metrics) && model.losses.length === 0;
}

/** Tensors that an optimizer holds: variables, and the constants of some. */
function stateOf(optimizer: tf.Optimizer): tf.Tensor[] {
  const tensorsIn = (value: unknown): tf.Tensor[] => {
    if (value instanceof tf.Tensor) return [value];
    if (Array.isArray(value))
      return value.flatMap((slot: { variable?: unknown }) => tensorsIn(slot?.variable));
    return [];
  };
  return Object.values(optimizer).flatMap(tensorsIn);
}

/** Loss and metrics of a step, or null if it cannot be recorded. */
function stepReplayed(
  backend: OnnxruntimeBackend,
  { steps }: Remembered,
  model: tf.LayersModel,
  usual: TrainFunction,
  data: (tf.Tensor | null)[],
): tf.Tensor[] | null {
  const given = data.filter((tensor): tensor is tf.Tensor => tensor instanceof tf.Tensor);
  const optimizer = inside(model).optimizer_;
  const state = [...model.weights.map((weight) => weight.read()), ...stateOf(optimizer)];
  if (state.some(({ isDisposed }) => isDisposed)) return null;
  const key = data.map((tensor) => (tensor instanceof tf.Tensor ? passKey([tensor]) : '-')).join();
  const known = steps.get(key);
  const step = remember(
    steps,
    key,
    known === undefined ? recordStep(backend, model, usual, data, given, state) : known,
  );
  if (!step) return null;
  return tf.tidy(() => {
    const masks = step.masks.map(
      ({ layer, shape }) => layer.call(tf.ones(shape), { training: true }) as tf.Tensor,
    );
    const [plus, minus] = [1, -1].map((sign) =>
      concreteValue(Float32Array.of(sign * optimizer.learningRate), [], 'float32'),
    ) as [Value, Value];
    const values = valuesIn(backend, [...given, ...state, ...masks]);
    for (const sign of step.rateSigns) values.push(sign > 0 ? plus : minus);
    const outputs = backend.recordSegment(step, values);
    for (const [variable, output] of step.changes) {
      backend.assign(state[variable] as tf.Variable, item(outputs, output));
    }
    optimizer.iterations_ = optimizer.iterations + 1;
    return step.results.map((output) => backend.tensor(item(outputs, output)));
  });
}

/** What one trial of a step computes. */
interface Trial {
  /** Of data, weights, the optimizer's state, and random masks. */
  placeholders: Value[];
  results: Value[];
  changes: Map<number, Value>;
  masks: TrainingStep['masks'];
}

/** Records a step with placeholders for data, weights and the optimizer's state. @returns null if that is not possible */
function recordStep(
  backend: OnnxruntimeBackend,
  model: tf.LayersModel,
  usual: TrainFunction,
  data: readonly (tf.Tensor | null)[],
  given: readonly tf.Tensor[],
  state: readonly tf.Tensor[],
): TrainingStep | null {
  if (!replayable(given, state)) return null;
  const optimizer = inside(model).optimizer_;
  const { learningRate, iterations_ } = optimizer;
  try {
    const trials = TRIAL_RATES.map((rate) => {
      optimizer.learningRate = rate;
      return tryStep(backend, model, usual, data, given, state);
    }) as [Trial, Trial];
    return assemble(trials);
  } catch {
    return null; // TF.js's own way computes it, or says what is wrong
  } finally {
    optimizer.learningRate = learningRate;
    optimizer.iterations_ = iterations_;
  }
}

/** The segment of a step, from two trials that differ in the learning rate only. */
function assemble([first, second]: [Trial, Trial]): TrainingStep | null {
  const outputsOf = ({ results, changes }: Trial) => [...new Set([...results, ...changes.values()])];
  const outputs = outputsOf(first);
  if (outputs.some(({ data }) => data !== null)) return null;
  const [one, other] = [plan(outputs), plan(outputsOf(second))];
  if (one.key !== other.key) return null;
  const rates: Value[] = [];
  const rateSigns: number[] = [];
  for (const [leaf, twin] of zip<[Value, Value]>(one.leaves, other.leaves)) {
    const [a, b] = [elementsOf(leaf), elementsOf(twin)];
    if (a.every((value, k) => Object.is(value, b[k]))) continue;
    const sign = Math.sign(a[0] ?? 0);
    if (a.length !== 1 || a[0] !== sign * TRIAL_RATES[0] || b[0] !== sign * TRIAL_RATES[1]) return null;
    rates.push(leaf);
    rateSigns.push(sign);
  }
  const captured = captureSegment([...first.placeholders, ...rates], outputs);
  if (!captured) return null;
  const position = (value: Value) => outputs.indexOf(value);
  return {
    ...captured,
    results: first.results.map(position),
    changes: [...first.changes].map(([variable, value]) => [variable, position(value)]),
    masks: first.masks,
    rateSigns,
  };
}

/** Makes a step without computing it; variables change for its duration only. */
function tryStep(
  backend: OnnxruntimeBackend,
  model: tf.LayersModel,
  usual: TrainFunction,
  data: readonly (tf.Tensor | null)[],
  given: readonly tf.Tensor[],
  state: readonly tf.Tensor[],
): Trial {
  const placeholders = [...given, ...state].map(({ shape, dtype }, i) =>
    placeholder(shape, dtype as NumericType, i),
  );
  const trial: Trial = { placeholders, results: [], changes: new Map(), masks: [] };
  const positions = new Map(state.map((tensor, i) => [tensor, i]));
  const { assign } = tf.Variable.prototype;
  const random = layersOf(model).filter(isMask);
  try {
    tf.Variable.prototype.assign = function (value) {
      const at = positions.get(this);
      if (at === undefined)
        throw new Error(`expected a variable of the model or its optimizer, received another`);
      const [shown] = valuesIn(backend, [value]) as [Value];
      trial.changes.set(at, shown);
      backend.show(this, shown);
    };
    for (const layer of random) {
      layer.call = (given) => {
        const [x] = (Array.isArray(given) ? given : [given]) as [tf.Tensor];
        const factor = placeholder(x.shape, 'float32', placeholders.length);
        placeholders.push(factor);
        trial.masks.push({ layer, shape: x.shape });
        return tf.mul(x, backend.tensor(factor));
      };
    }
    tf.tidy(() =>
      backend.traceWith(state, placeholders.slice(given.length), () => {
        let next = 0;
        const batch = data.map((tensor) =>
          tensor instanceof tf.Tensor ? backend.tensor(item(placeholders, next++)) : tensor,
        );
        const results = usual(batch);
        trial.results = valuesIn(backend, results);
        tf.dispose(results); // metrics are kept
      }),
    );
  } finally {
    tf.Variable.prototype.assign = assign;
    for (const layer of random) delete (layer as { call?: unknown }).call;
  }
  return trial;
}
