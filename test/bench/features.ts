import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { elementAt, fromRoot } from '../../lib/base/index';
import { openDataset } from '../../lib/dataset/index';
import { photosFolder } from '../support/photos';
import { flagValue } from './support/flag-value';

const run = promisify(execFile);

interface Extraction {
  engine: string;
  photos: number;
  photosPerSecond: number;
  barePhotosPerSecond: number;
  peakRssMegabytes: number;
}

/**
 * JPEG files on disk -> features: photos a second, the share of the network's bare speed, and peak memory, each
 * extraction in a process of its own with an empty cache. Flags: `--photos 500`, `--rounds 1`, `--full` (also all
 * photos, for the memory), `--backbones resnet50,efficientnetb3`, `--together` (instead: two recipes of one network by
 * themselves and in one pass over the photos); PYTHON=path adds the same job in Keras.
 */
export default async function features(flags: string[]): Promise<Record<string, unknown>> {
  const path = photosFolder();
  if (!path)
    throw new Error('expected photos in ../shared/stanford-dogs or where DOGBREEDS_PHOTOS says, found none');
  const photos = Number(flagValue(flags, '--photos') ?? 500);
  const rounds = Number(flagValue(flags, '--rounds') ?? 1);
  const cache = mkdtempSync(join(tmpdir(), 'bench-features-'));
  const result: Record<string, unknown> = {};
  try {
    for (const name of (flagValue(flags, '--backbones') ?? 'resnet50,efficientnetb3').split(',')) {
      if (flags.includes('--together')) {
        result[name] = await child('recipes-child.ts', [name, String(photos), cache, path]);
        console.error(name, JSON.stringify(result[name]));
        continue;
      }
      const runs: Extraction[] = [];
      const peers: { photosPerSecond: number }[] = [];
      for (let round = 0; round < rounds; round += 1) {
        runs.push(await extract(name, photos, join(cache, String(round)), path));
        if (process.env.PYTHON) peers.push(await peer(process.env.PYTHON, name, photos, path, cache));
        console.error(name, JSON.stringify(runs.at(-1)), JSON.stringify(peers.at(-1) ?? null));
      }
      const all = flags.includes('--full') ? await extract(name, 1e9, cache, path) : null;
      const shares = runs.map((each) => each.photosPerSecond / each.barePhotosPerSecond);
      result[name] = {
        ...runs[0],
        photosPerSecond: median(runs.map((each) => each.photosPerSecond)),
        shareOfBareSpeed: median(shares),
        ...(all && {
          allPhotos: all,
          peakRssRatio: all.peakRssMegabytes / elementAt(runs, 0).peakRssMegabytes,
        }),
        ...(peers.length > 0 && {
          peer: peers[0],
          timesPeer: median(
            runs.map((each, i) => each.photosPerSecond / elementAt(peers, i).photosPerSecond),
          ),
        }),
      };
    }
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
  return result;
}

const extract = (name: string, photos: number, cache: string, path: string): Promise<Extraction> =>
  child<Extraction>('features-child.ts', [name, String(photos), cache, path]);

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
  const side = name === 'resnet50' ? '224' : '300';
  const script = fromRoot('test', 'bench', 'support', 'features-peer.py');
  const { stdout } = await run(python, [script, name, side, listing], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { photosPerSecond: number };
}

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
