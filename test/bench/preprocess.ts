import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createRandom, forEachLimited } from '../../lib/base/index';
import { openDataset } from '../../lib/dataset/index';
import {
  augmentImage,
  cutPatches,
  decodeImage,
  denoiseNonLocalMeans,
  equalizeHistogram,
  fitWhitening,
  whitenPhoto,
} from '../../lib/image/index';
import { photosFolder } from '../support/photos';

/** Photos in the decoding part. */
const PHOTOS = 400;

/**
 * The steps of notebook 02 on a 300 x 300 picture, in ms, and photos per second from files to 224 x 224 pixels; the
 * same with OpenCV, SciPy and Pillow in Python on one thread, when DOGBREEDS_PYTHON (or python3) has them.
 * Each figure is the best median of three rounds that take turns.
 */
export default async function preprocess(): Promise<Record<string, unknown>> {
  const dataset = await openDataset({ path: photosFolder() ?? undefined });
  const paths = createRandom(1)
    .shuffle(dataset.examples)
    .slice(0, PHOTOS)
    .map(({ file }) => join(dataset.imagesFolder, file));
  const ours: Figures[] = [];
  const python: (Figures | string)[] = [];
  for (let round = 0; round < 3; round++) {
    ours.push(await measure(paths));
    python.push(measurePython(paths));
  }
  const peers = python.filter((result): result is Figures => typeof result !== 'string');
  const best = bestOf(ours);
  const peer = peers.length > 0 ? bestOf(peers) : undefined;
  const ratio = peer && {
    equalize: peer.equalizeMs / best.equalizeMs,
    nonLocalMeans: peer.nonLocalMeansMs / best.nonLocalMeansMs,
    augment: peer.augmentMs / best.augmentMs,
    decode: best.decodePhotosPerSecond / peer.decodePhotosPerSecond,
  };
  return {
    photos: dataset.kind,
    cores: availableParallelism(),
    ours: best,
    python: peer ?? `not measured: ${python[0]}`,
    timesAsFastAsPython: ratio,
  };
}

interface Figures {
  equalizeMs: number;
  nonLocalMeansMs: number;
  augmentMs: number;
  decodePhotosPerSecond: number;
  whitenMs?: number;
}

async function measure(paths: readonly string[]): Promise<Figures> {
  const image = await decodeImage(paths[0], { width: 300, height: 300 });
  const random = createRandom(1);
  const whitening = fitWhitening(cutPatches([image], { random, count: 1000 }));
  const decodeAll = () =>
    forEachLimited(paths, 2 * availableParallelism(), async (path) => {
      await decodeImage(path, { width: 224, height: 224 });
    });
  await decodeAll();
  return {
    equalizeMs: await median(30, () => equalizeHistogram(image)),
    nonLocalMeansMs: await median(3, () => denoiseNonLocalMeans(image, { h: 10 })),
    augmentMs: await median(20, () => augmentImage(image, random)),
    whitenMs: await median(5, () => whitenPhoto(image, whitening)),
    decodePhotosPerSecond: paths.length / ((await median(3, decodeAll)) / 1000),
  };
}

function measurePython(paths: readonly string[]): Figures | string {
  const python = process.env.DOGBREEDS_PYTHON || 'python3';
  const { stdout, stderr, error, status } = spawnSync(python, [join(__dirname, 'preprocess.py')], {
    input: JSON.stringify(paths),
    encoding: 'utf8',
  });
  if (error || status !== 0) return error?.message ?? stderr.trim().split('\n').at(-1) ?? 'it failed';
  return JSON.parse(stdout);
}

function bestOf(rounds: readonly Figures[]): Figures {
  const best = { ...rounds[0] };
  for (const key of Object.keys(best) as (keyof Figures)[]) {
    const values = rounds.map((round) => round[key]).filter((value) => typeof value === 'number');
    if (values.length > 0) best[key] = key.endsWith('Ms') ? Math.min(...values) : Math.max(...values);
  }
  return best;
}

async function median(repeats: number, step: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await step();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[repeats >> 1];
}
