import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { drawExample, EXAMPLES } from '../../lib/app/photos/draw-example';
import { elementAt, fromRoot } from '../../lib/base/index';
import { openDataset } from '../../lib/dataset/index';
import { type BackboneName, findWeights, weightRecord } from '../../lib/models/index';
import { photosFolder } from '../support/photos';
import { flagValue } from './support/flag-value';

const run = promisify(execFile);

type Precision = 'float32' | 'int8';

interface Extraction {
  engine: string;
  photos: number;
  photosPerSecond: number;
  barePhotosPerSecond: number;
  peakRssMegabytes: number;
}

/**
 * JPEG files on disk -> features: photos a second, the share of the network's bare speed, and peak memory, each
 * extraction in a process of its own with an empty cache; in 8 bits too where trained weights are on disk. Flags: `--photos 500`, `--rounds 1`, `--full` (also all
 * photos, for the memory), `--synthetic 100000` (also so many small drawn ones, for the memory), `--backbones resnet50,inceptionv3,efficientnetb3`, `--together` (instead: two recipes of one network by
 * themselves and in one pass over the photos); PYTHON=path adds the same job in Keras.
 */
export default async function features(flags: string[]): Promise<Record<string, unknown>> {
  const path = photosFolder();
  if (!path)
    throw new Error('expected photos in ../shared/stanford-dogs or where DOGBREEDS_PHOTOS says, found none');
  const photos = Number(flagValue(flags, '--photos') ?? 500);
  const rounds = Number(flagValue(flags, '--rounds') ?? 1);
  const synthetic = Number(flagValue(flags, '--synthetic') ?? 0);
  const cache = mkdtempSync(join(tmpdir(), 'bench-features-'));
  const result: Record<string, unknown> = {};
  try {
    for (const name of (flagValue(flags, '--backbones') ?? 'resnet50,inceptionv3,efficientnetb3').split(
      ',',
    )) {
      if (flags.includes('--together')) {
        result[name] = await child('recipes-child.ts', [name, String(photos), cache, path]);
        console.error(name, JSON.stringify(result[name]));
        continue;
      }
      const runs: Record<Precision, Extraction[]> = { float32: [], int8: [] };
      const peers: { photosPerSecond: number }[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const folder = join(cache, String(round));
        for (const precision of precisionsOf(name as BackboneName)) {
          runs[precision].push(await extract(name, photos, folder, path, precision));
          console.error(name, precision, JSON.stringify(runs[precision].at(-1)));
        }
        if (!process.env.PYTHON) continue;
        peers.push(await peer(process.env.PYTHON, name, photos, path, cache));
        console.error(name, 'Keras', JSON.stringify(peers.at(-1)));
      }
      const all = flags.includes('--full') ? await extract(name, 1e9, cache, path, 'float32') : null;
      const many = synthetic
        ? await extract(name, 1e9, cache, await syntheticPhotos(cache, synthetic), 'float32')
        : null;
      result[name] = {
        ...summary(runs.float32, peers),
        ...(runs.int8.length > 0 && { int8: summary(runs.int8, peers) }),
        ...(all && {
          allPhotos: all,
          peakRssRatio: all.peakRssMegabytes / elementAt(runs.float32, 0).peakRssMegabytes,
        }),
        ...(many && {
          syntheticPhotos: many,
          syntheticRssRatio: many.peakRssMegabytes / elementAt(runs.float32, 0).peakRssMegabytes,
        }),
        ...(peers.length > 0 && { peer: peers[0] }),
      };
    }
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
  return result;
}

/** A folder of classes with so many drawn photos of 96 x 72 px, no two of the same bytes. */
async function syntheticPhotos(parent: string, count: number): Promise<string> {
  const folder = join(parent, 'synthetic');
  const drawn = await Promise.all(EXAMPLES.map(drawExample));
  const small = await Promise.all(
    drawn.map((bytes) => sharp(bytes).resize(96, 72, { fit: 'fill' }).jpeg().toBuffer()),
  );
  for (let i = 0; i < count; i += 1) {
    const breed = join(folder, `class-${i % 100}`);
    if (i < 100) mkdirSync(breed, { recursive: true });
    writeFileSync(
      join(breed, `${i}.jpg`),
      Buffer.concat([elementAt(small, i % small.length), Buffer.from(`${i}`)]),
    );
  }
  return folder;
}

/** 8 bits take what trained weights say. */
const precisionsOf = (name: BackboneName): Precision[] =>
  findWeights(weightRecord(name)) ? ['float32', 'int8'] : ['float32'];

/** Medians over the rounds. */
function summary(runs: readonly Extraction[], peers: readonly { photosPerSecond: number }[]) {
  const timesPeer = peers.map(
    ({ photosPerSecond }, i) => elementAt(runs, i).photosPerSecond / photosPerSecond,
  );
  return {
    ...runs[0],
    photosPerSecond: median(runs.map((each) => each.photosPerSecond)),
    shareOfBareSpeed: median(runs.map((each) => each.photosPerSecond / each.barePhotosPerSecond)),
    ...(peers.length > 0 && { timesPeer: median(timesPeer) }),
  };
}

const extract = (name: string, photos: number, cache: string, path: string, precision: Precision) =>
  child<Extraction>('features-child.ts', [name, String(photos), cache, path, precision]);

async function child<T>(file: string, parameters: string[]): Promise<T> {
  const script = fromRoot('test', 'bench', 'support', file);
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, ...parameters]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}

async function peer(python: string, name: string, photos: number, path: string, folder: string) {
  const dataset = await openDataset({ path });
  const step = dataset.examples.length / photos;
  const files = Array.from(
    { length: photos },
    (_, i) => elementAt(dataset.examples, Math.floor(i * step)).file,
  );
  const listing = join(folder, 'photos.txt');
  writeFileSync(listing, files.map((file) => join(dataset.imagesFolder, file)).join('\n'));
  const side = String(weightRecord(name as BackboneName).inputSize);
  const script = fromRoot('test', 'bench', 'support', 'features-peer.py');
  const { stdout } = await run(python, [script, name, side, listing], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { photosPerSecond: number };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
