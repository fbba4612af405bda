/**
 * One contender of the engine benchmark in its own process: `worker.ts <onnxruntime|int8|tfjs-node|wasm|hand|hand-parts>`. Reads one JSON task
 * a line on stdin, answers one JSON line each with the milliseconds per batch.
 */
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { startEngine } from '../../../lib/engine/index';
import { buildBackbone, buildScratchCnn, quantizeBackbone, weightRecord } from '../../../lib/models/index';
import { handGraph } from './hand-graphs';

interface Task {
  net: string;
  size: number;
  batch: number;
  /** Batches to time. */
  batches: number;
}

type Runner = (batches: number) => Promise<number>;

const [kind = 'onnxruntime', threads = '2'] = process.argv.slice(2);
const INPUTS = 3;
const runners = new Map<string, Promise<Runner>>();

/** Pictures that differ from batch to batch, so that nothing can be remembered. */
function pictures(task: Task, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: task.batch * task.size * task.size * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

/** A hand-built graph that takes the batch in parts of `part` pictures. */
async function handRunner(task: Task, part = task.batch): Promise<Runner> {
  const session = await InferenceSession.create(handGraph(task.net, part, task.size), {
    executionProviders: ['cpu'],
    intraOpNumThreads: Number(threads),
    graphOptimizationLevel: 'all',
  });
  const pixels = part * 3 * task.size * task.size;
  const inputs = Array.from({ length: INPUTS }, (_, i) => {
    const batch = pictures(task, i + 1);
    return Array.from(
      { length: task.batch / part },
      (_, k) =>
        new Tensor('float32', batch.subarray(k * pixels, (k + 1) * pixels), [part, 3, task.size, task.size]),
    );
  });
  return (batches) =>
    timed(batches, async (i) => {
      for (const x of inputs[i % INPUTS] ?? []) await session.run({ x });
    });
}

/** The same with parts of the size that is fastest here, found by trying. */
async function partsRunner(task: Task): Promise<Runner> {
  let best: { runner: Runner; ms: number } | null = null;
  for (let part = task.batch; part >= 1; part /= 2) {
    const runner = await handRunner(task, part);
    await runner(2);
    const ms = await runner(4);
    if (!best || ms < best.ms) best = { runner, ms };
  }
  if (!best) throw new Error(`expected a batch of at least 1, received ${task.batch}`);
  return best.runner;
}

async function predictRunner(task: Task): Promise<Runner> {
  const model = buildBackbone(task.net as 'resnet50', { inputSize: task.size, initializer: 'random' });
  const shape: [number, number, number, number] = [task.batch, task.size, task.size, 3];
  const inputs = Array.from({ length: INPUTS }, (_, i) => tf.tensor4d(pictures(task, i + 1), shape));
  return (batches) =>
    timed(batches, async (i) => {
      const features = model.predict(inputs[i % INPUTS] ?? [], { batchSize: task.batch }) as tf.Tensor;
      features.dataSync();
      features.dispose();
    });
}

/** The network in 8 bits, with ranges of the benchmark's own pictures. */
async function int8Runner(task: Task): Promise<Runner> {
  if (task.net === 'scratch-cnn') throw new Error('8-bit networks are not trained');
  const name = task.net as 'resnet50';
  const model = buildBackbone(name, { inputSize: task.size, initializer: 'random' });
  const record = weightRecord(name);
  const { size } = task;
  const images = [1, 2, 3, 4].map((seed) => {
    const data = Uint8Array.from(pictures({ ...task, batch: 1 }, seed), (value) => 255 * value);
    return { data, width: size, height: size };
  });
  const { backbone } = await quantizeBackbone(
    {
      ...{ name, record, model, classifier: null, inputSize: size, featureSize: record.featureSize },
      ...{ inputScaling: 'correct', weightsPath: '' },
      preprocess: (pixels) => pixels.div(255), // as the other contenders see them
      dispose: () => model.dispose(),
    },
    images,
    {
      ...{ size, interpolation: 'bilinear', pixelCentres: 'half', crop: 'none', boxMargin: 0 },
      ...{ resize: 'stretch', views: 1 },
    },
    { mostNoise: Number.POSITIVE_INFINITY }, // weights are random: nothing is worth staying in float
  );
  const shape: [number, number, number, number] = [task.batch, size, size, 3];
  const inputs = Array.from({ length: INPUTS }, (_, i) => tf.tensor4d(pictures(task, i + 1), shape));
  return (batches) =>
    timed(batches, async (i) => {
      const [x] = inputs.slice(i % INPUTS);
      const features = x && backbone.quantized?.features(x);
      features?.dataSync();
      features?.dispose();
    });
}

/** Training steps on batches that are there, as Keras' worker makes them. */
async function trainRunner(task: Task): Promise<Runner> {
  const model = buildScratchCnn({ classes: 20, imageSize: task.size, seed: 1 });
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const { batch, size } = task;
  const labels = Array.from({ length: batch }, (_, i) => i % 20);
  const batches = [1, 2, 3, 4].map((seed) => ({
    images: tf.tensor4d(pictures(task, seed), [batch, size, size, 3]),
    labels: tf.oneHot(tf.tensor1d(labels, 'int32'), 20).toFloat(),
  }));
  return (count) =>
    timed(count, async (i) => {
      const [next] = batches.slice(i % batches.length);
      if (next) await model.trainOnBatch(next.images, next.labels);
    });
}

async function timed(batches: number, run: (i: number) => Promise<void>): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < batches; i++) await run(i);
  return (performance.now() - start) / batches;
}

function runnerOf(task: Task): Promise<Runner> {
  const key = `${task.net}@${task.size}`;
  let runner = runners.get(key);
  if (!runner) {
    const ours = task.net === 'scratch-cnn' ? trainRunner : predictRunner;
    const make = { hand: handRunner, 'hand-parts': partsRunner, int8: int8Runner }[kind] ?? ours;
    runner = make(task);
    runners.set(key, runner);
  }
  return runner;
}

/** Makes the contender's backend current. */
async function startBackend(): Promise<string> {
  if (kind === 'tfjs-node') {
    // its own copy of TensorFlow.js shares the one engine that there is in a process
    require(process.env.TFJS_NODE ?? '@tensorflow/tfjs-node');
    await tf.setBackend('tensorflow');
    if (tf.getBackend() !== 'tensorflow') throw new Error('expected the backend tensorflow to start');
    return 'TensorFlow.js on libtensorflow (tfjs-node)';
  }
  const [name = '', provider = 'cpu'] = kind.split(':');
  const backend = name === 'int8' ? 'onnxruntime' : (name as 'wasm');
  const engine = await startEngine({ backend, threads: Number(threads), provider: provider as 'cpu' });
  const { description } = engine;
  if (kind.includes(':') && engine.provider !== provider)
    throw new Error(
      `expected the provider ${provider} to work, it does not: ${engine.provider} would compute`,
    );
  return kind === 'int8' ? `8-bit networks on ${description}` : description;
}

async function main(): Promise<void> {
  const description = kind.startsWith('hand')
    ? `hand-built ONNX graph on onnxruntime-node${kind === 'hand' ? '' : ', in the fastest parts of a batch'}`
    : await startBackend();
  console.log(JSON.stringify({ ready: description }));
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const task = JSON.parse(line) as Task;
      console.log(JSON.stringify({ ms: await (await runnerOf(task))(task.batches) }));
    } catch (error) {
      console.log(JSON.stringify({ error: (error as Error).message.slice(0, 300) }));
    }
  }
}

main().catch((error: Error) => {
  console.log(JSON.stringify({ error: error.message.slice(0, 300) }));
  process.exitCode = 1;
});
