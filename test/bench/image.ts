import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import sharp from 'sharp';
import { createRandom } from '../../lib/base/index';
import { openDataset } from '../../lib/dataset/index';
import {
  augmentImage,
  decodeImage,
  denoiseNonLocalMeans,
  equalizeAdaptive,
  equalizeHistogram,
  equalizeLuma,
  type RgbImage,
  resizeImage,
} from '../../lib/image/index';
import { photosFolder } from '../support/photos';

/** Photos that are decoded from their files. */
const PHOTOS = 100;
const ROUNDS = 7;

/** Figures of one operation, ms of one run: medians over rounds. */
interface Comparison {
  oursMs: number;
  peerMs: number | null;
  /** Median of the rounds' quotients: above 1 is faster than the peer. */
  timesAsFast: number | null;
}

/**
 * Image operations on a 300 x 300 picture, and from files to 224 x 224 pixels, against OpenCV, Pillow and Keras of the
 * Python that PYTHON (or python3) names: one thread each, taking turns operation by operation in seven rounds.
 * Besides, photos per second from files with all threads.
 */
export default async function image(): Promise<Record<string, unknown>> {
  const dataset = await openDataset({ path: photosFolder() ?? undefined });
  const paths = createRandom(1)
    .shuffle(dataset.examples)
    .slice(0, PHOTOS)
    .map(({ file }) => join(dataset.imagesFolder, file));
  const [first] = paths;
  if (!first) throw new Error('expected a dataset with photos, found none');
  const pictures = {
    photo: await decodeImage(first, { width: 300, height: 300 }),
    wide: await decodeImage(first, { width: 500, height: 375 }),
    small: await decodeImage(first, { width: 224, height: 224 }),
  };
  const peer = await startPeer(Object.values(pictures), paths);
  const operations = operationsOn(pictures, paths);
  const rounds = new Map(Object.keys(operations).map((name) => [name, { ours: [], peer: [] } as Rounds]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, run] of Object.entries(operations)) {
      const figures = rounds.get(name);
      figures?.ours.push(await timeOf(run));
      figures?.peer.push(await peer.time(name));
    }
  await peer.stop();
  sharp.concurrency(0);
  const start = performance.now();
  await Promise.all(paths.map((path) => decodeImage(path, { width: 224, height: 224 })));
  const seconds = (performance.now() - start) / 1000;
  return {
    photos: dataset.kind,
    cores: availableParallelism(),
    operations: Object.fromEntries([...rounds].map(([name, figures]) => [name, compare(figures)])),
    photosPerSecondAllThreads: paths.length / seconds,
    ...(peer.problem() ? { peer: `not measured: ${peer.problem()}` } : {}),
  };
}

interface Rounds {
  ours: number[];
  peer: (number | null)[];
}

type Pictures = Record<'photo' | 'wide' | 'small', RgbImage>;

/** Ours by the peer's names, each as the peer does it: see support/image-peer.py. */
function operationsOn({ photo, wide, small }: Pictures, paths: readonly string[]) {
  const random = createRandom(1);
  const shrink = (interpolation: 'bilinear' | 'bicubic') => () =>
    resizeImage(wide, { width: 224, height: 224, interpolation });
  const enlarge = (interpolation: 'bilinear' | 'bicubic') => () =>
    resizeImage(small, { width: 300, height: 300, interpolation });
  return {
    'equalize (OpenCV)': () => equalizeHistogram(photo),
    'equalize luma (OpenCV)': () => equalizeLuma(photo),
    'CLAHE (OpenCV)': () => equalizeAdaptive(photo),
    'non-local means (OpenCV)': () => denoiseNonLocalMeans(photo, { h: 10 }),
    'augment (Keras)': () => augmentImage(photo, random),
    'shrink, bilinear (Pillow)': shrink('bilinear'),
    'shrink, bicubic (Pillow)': shrink('bicubic'),
    'shrink, area (OpenCV)': shrink('bilinear'),
    'enlarge, bilinear (Pillow)': enlarge('bilinear'),
    'enlarge, bicubic (Pillow)': enlarge('bicubic'),
    'enlarge, bilinear in 11 bits (OpenCV)': enlarge('bilinear'),
    'files to 224 px (Pillow)': async () => {
      sharp.concurrency(1);
      for (const path of paths) await decodeImage(path, { width: 224, height: 224 });
    },
  } satisfies Record<string, () => unknown>;
}

/** The median of at least three runs that take 30 ms together, after a first one, as the peer does. */
async function timeOf(run: () => unknown): Promise<number> {
  await run();
  const times: number[] = [];
  for (let sum = 0; times.length < 3 || sum < 30; ) {
    const start = performance.now();
    const result = run();
    if (result instanceof Promise) await result;
    times.push(performance.now() - start);
    sum += times.at(-1) ?? 0;
  }
  return median(times);
}

function compare({ ours, peer }: Rounds): Comparison {
  const peers = peer.filter((value) => value !== null);
  if (peers.length < ours.length) return { oursMs: median(ours), peerMs: null, timesAsFast: null };
  const quotients = peers.map((value, round) => value / (ours[round] ?? Number.NaN));
  return { oursMs: median(ours), peerMs: median(peers), timesAsFast: median(quotients) };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b).at(values.length >> 1) ?? Number.NaN;

/** Starts Python; where it or a library is missing, every time is null and `problem` says why. */
async function startPeer(pictures: readonly RgbImage[], photos: readonly string[]) {
  const pixels = await mkdtemp(join(tmpdir(), 'image-bench-'));
  for (const { data, width, height } of pictures)
    await writeFile(join(pixels, `${width}x${height}.rgb`), data);
  const python = process.env.PYTHON || 'python3';
  const child = spawn(python, [join(__dirname, 'support', 'image-peer.py')]);
  let stderr = '';
  let gone: string | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => {}); // a process that ended: its exit says why
  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      gone = error.message;
      resolve();
    });
    child.on('close', (code) => {
      if (code) gone ??= stderr.trim().split('\n').at(-1) ?? `exit code ${code}`;
      resolve();
    });
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.write(`${JSON.stringify({ pixels, photos })}\n`);
  return {
    async time(name: string): Promise<number | null> {
      if (gone) return null;
      child.stdin.write(`${name}\n`);
      const answer = await Promise.race([lines.next(), ended]);
      return answer && !answer.done ? JSON.parse(answer.value) : null;
    },
    async stop() {
      child.stdin.end();
      await ended;
      await rm(pixels, { recursive: true });
    },
    problem: () => gone,
  };
}
