import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import { writeFileAtomic } from '../../base/index';
import { type EarlyStopping, restoreWeights, snapshotWeights } from './early-stopping';
import type { History } from './history';

/** What a checkpoint belongs to. */
export interface CheckpointOf {
  model: tf.LayersModel;
  optimizer: tf.Optimizer;
  /** What the run depends on, as text. */
  identity: string;
}

/** Where a training run stands after an epoch. */
export interface TrainingState {
  history: History;
  stopping: EarlyStopping;
  /** Time spent so far. */
  seconds: number;
  /** Whether early stopping has ended the run. */
  finished: boolean;
}

interface Header {
  identity: string;
  sha256: string;
  history: History;
  best: number | null;
  bestEpoch: number;
  seconds: number;
  finished: boolean;
  /** Lengths of the arrays that follow: weights, the best epoch's weights, the optimizer's moments. */
  weights: number[];
  bestWeights: number[];
  moments: { name: string; shape: number[] }[];
  iterations: number;
  /** Adam's running powers of beta; null for other optimizers. */
  powers: [number, number] | null;
  /** Dropout masks drawn so far, layer by layer. */
  draws: number[];
}

/** The part of Adam and of the dropout layer that a checkpoint needs and TF.js keeps to itself. */
type AdamInside = { accBeta1?: tf.Variable; accBeta2?: tf.Variable };
type WithDraws = tf.layers.Layer & { draws?: number };

/**
 * Writes everything that the rest of a training run depends on into one file, which appears whole or not at all:
 * a line of JSON, then float32 arrays.
 */
export async function writeCheckpoint(
  path: string,
  { model, optimizer, identity }: CheckpointOf,
  { history, stopping, seconds, finished }: TrainingState,
): Promise<void> {
  const weights = (await snapshotWeights(model)).map((values) => Float32Array.from(values));
  const bestWeights = (stopping.weights ?? []).map((values) => Float32Array.from(values));
  const [steps, ...slots] = await optimizer.getWeights();
  steps?.tensor.dispose(); // a copy made for saving; the others are Adam's own
  const moments = await Promise.all(slots.map(async ({ tensor }) => (await tensor.data()) as Float32Array));
  const { accBeta1, accBeta2 } = optimizer as unknown as AdamInside;
  const payload = Buffer.concat(
    [...weights, ...bestWeights, ...moments].map((values) =>
      Buffer.from(values.buffer, values.byteOffset, values.byteLength),
    ),
  );
  const header: Header = {
    identity,
    sha256: createHash('sha256').update(payload).digest('hex'),
    history,
    best: Number.isFinite(stopping.best) ? stopping.best : null,
    bestEpoch: stopping.bestEpoch,
    seconds,
    finished,
    weights: weights.map((values) => values.length),
    bestWeights: bestWeights.map((values) => values.length),
    moments: slots.map(({ name, tensor }) => ({ name, shape: tensor.shape })),
    iterations: optimizer.iterations,
    powers: accBeta1 && accBeta2 ? [await scalarOf(accBeta1), await scalarOf(accBeta2)] : null,
    draws: dropouts(model).map((layer) => layer.draws ?? 0),
  };
  await writeFileAtomic(path, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), payload]));
}

/**
 * Reads a checkpoint and puts the model and its optimizer where they were.
 *
 * @returns null when there is none
 * @throws Error when the file is damaged or of another run
 */
export async function readCheckpoint(
  path: string,
  { model, optimizer, identity }: CheckpointOf,
): Promise<TrainingState | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const { header, payload } = parse(bytes, path);
  if (header.identity !== identity)
    throw new Error(
      `${path} is the checkpoint of another run (${header.identity}), expected ${identity}: delete it or choose another file`,
    );
  let offset = 0;
  const take = (length: number) => {
    const values = new Float32Array(payload.slice(offset, offset + 4 * length));
    offset += 4 * length;
    return values;
  };
  restoreWeights(model, header.weights.map(take));
  const bestWeights = header.bestWeights.map(take);
  const slots = header.moments.map(({ name, shape }) => ({
    name,
    tensor: tf.tensor(take(shape.reduce((product, side) => product * side, 1)), shape),
  }));
  const iterations = { name: 'iter', tensor: tf.scalar(header.iterations, 'int32') };
  await optimizer.setWeights([iterations, ...slots]);
  const { accBeta1, accBeta2 } = optimizer as unknown as AdamInside;
  tf.tidy(() => {
    if (!header.powers) return;
    accBeta1?.assign(tf.scalar(header.powers[0]));
    accBeta2?.assign(tf.scalar(header.powers[1]));
  });
  tf.dispose([iterations.tensor, ...slots.map(({ tensor }) => tensor)]);
  for (const [index, layer] of dropouts(model).entries()) layer.draws = header.draws[index];
  const { history, best, bestEpoch, seconds, finished } = header;
  const stopping: EarlyStopping = {
    best: best ?? Number.NEGATIVE_INFINITY,
    bestEpoch,
    weights: bestWeights.length > 0 ? bestWeights : null,
  };
  return { history, stopping, seconds, finished };
}

function parse(bytes: Buffer, path: string): { header: Header; payload: ArrayBuffer } {
  const end = bytes.indexOf('\n');
  try {
    const header = JSON.parse(bytes.toString('utf8', 0, end)) as Header;
    const payload = bytes.subarray(end + 1);
    if (createHash('sha256').update(payload).digest('hex') !== header.sha256)
      throw new Error('its SHA-256 is another');
    return { header, payload: new Uint8Array(payload).buffer };
  } catch (error) {
    throw new Error(`${path} is no sound checkpoint (${(error as Error).message}): delete it`);
  }
}

const dropouts = (model: tf.LayersModel): WithDraws[] =>
  model.layers.filter((layer): layer is WithDraws => (layer as WithDraws).draws !== undefined);

async function scalarOf(variable: tf.Variable): Promise<number> {
  const [value] = await variable.data();
  if (value === undefined) throw new Error(`expected a number in ${variable.name}, found none`);
  return value;
}
