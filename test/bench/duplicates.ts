import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { openIndexModel } from '../../lib/app/index';
import { forEachLimited } from '../../lib/base/index';
import {
  addRoot,
  findDuplicates,
  indexCollection,
  openCatalogue,
  photoClassifier,
} from '../../lib/catalogue/index';
import { openDataset } from '../../lib/dataset/index';
import { photosFolder } from '../support/photos';
import { flagValue } from './support/flag-value';

/** Copies as people have them: share of the side that is left, and JPEG's quality. */
const COPIES = {
  'saved again, quality 75': { side: 1, quality: 75 },
  'three quarters of the side, quality 40': { side: 0.75, quality: 40 },
  'half of the side, quality 60': { side: 0.5, quality: 60 },
};

/**
 * Near duplicates: how many copies of real photos are found with their original, and how many groups hold two different
 * photos. Flags: `--photos N` (300).
 */
export default async function benchDuplicates(flags: string[]): Promise<Record<string, unknown>> {
  const source = photosFolder();
  if (!source) throw new Error('expected photos for their copies: set DOGBREEDS_PHOTOS');
  const { examples, imagesFolder } = await openDataset({ path: source });
  const wanted = Number(flagValue(flags, '--photos') ?? 300);
  const step = Math.max(1, Math.floor(examples.length / wanted));
  const originals = examples.filter((_example, i) => i % step === 0).slice(0, wanted);
  const folder = mkdtempSync(join(tmpdir(), 'dogbreeds-bench-'));
  try {
    const kinds = Object.entries(COPIES);
    for (const i of ['original', ...kinds.keys()])
      mkdirSync(join(folder, 'photos', `${i}`), { recursive: true });
    await forEachLimited(originals, 2, async ({ file }, n) => {
      const path = join(imagesFolder, file);
      await copyFile(path, join(folder, 'photos', 'original', `${n}.jpg`));
      const { width } = await sharp(path).metadata();
      for (const [i, [, { side, quality }]] of kinds.entries())
        await sharp(path)
          .resize(Math.round(width * side))
          .jpeg({ quality })
          .toFile(join(folder, 'photos', `${i}`, `${n}.jpg`));
    });
    const catalogue = openCatalogue(join(folder, 'catalogue.sqlite'));
    const { classifier, engine } = await openIndexModel(undefined, (message) => console.error(message));
    const roots = [addRoot(catalogue, join(folder, 'photos'))];
    await indexCollection(catalogue, roots, { classifier: await photoClassifier(classifier, engine) });
    const groups = findDuplicates(catalogue).map((group) => group.map(({ path }) => path));
    catalogue.close();
    const found = (kind: string) =>
      originals.filter((_photo, n) =>
        groups.some((group) => group.includes(`original/${n}.jpg`) && group.includes(`${kind}/${n}.jpg`)),
      ).length;
    return {
      photos: originals.length,
      found: Object.fromEntries(kinds.map(([name], i) => [name, found(`${i}`) / originals.length])),
      groupsOfDifferentPhotos: groups
        .map((group) => [...new Set(group.map((path) => basename(path)))])
        .filter((names) => names.length > 1)
        .map((names) => names.map((name) => originals[Number.parseInt(name, 10)]?.file)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
