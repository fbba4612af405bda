import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  cacheFolder,
  forEachLimited,
  measureProgress,
  type OnProgress,
  readCheckedCache,
  writeCheckedCache,
} from '../../base/index';
import type { Dataset } from '../../dataset/index';
import { decodeImage, type PhotoSigns, perceptualHash, photoSigns, resizeImage } from '../../image/index';

/** What is known of a photo once its pixels were looked at. */
export interface PhotoPrint extends PhotoSigns {
  /** First 16 hex digits of the sha256 over size and decoded pixels: equal for the same picture in another file. */
  pixels: string;
  /** Perceptual hash, 16 hex digits. */
  hash: string;
}

/** Changes when prints are made differently. */
const VERSION = 1;
/** Longer side at which light and sharpness are measured, px: photos of any size are compared at one. */
const SIGNS_SIDE = 256;
/** So many new prints are saved at once, so that a kill loses little. */
const SAVE_EVERY = 2000;

/**
 * Decodes every photo of a dataset once and keeps its print in `data/cache/prints`, under the hash of the file's bytes:
 * the next call only looks at what is new.
 *
 * @returns prints in the order of `dataset.examples`
 * @throws Error naming the first photo that cannot be decoded
 */
export async function photoPrints(
  dataset: Pick<Dataset, 'imagesFolder' | 'examples'>,
  onProgress?: OnProgress,
): Promise<PhotoPrint[]> {
  const folder = createHash('sha256').update(dataset.imagesFolder).digest('hex').slice(0, 16);
  const path = cacheFolder('prints', `${folder}.json`);
  const known = new Map((await readCheckedCache<[string, PhotoPrint][]>(path, VERSION)) ?? []);
  const missing = dataset.examples.filter(({ hash }) => !known.has(hash));
  const report = measureProgress(missing.length, onProgress);
  let done = 0;
  const save = () => writeCheckedCache(path, VERSION, [...known]);
  await forEachLimited(missing, 2 * availableParallelism(), async ({ file, hash }) => {
    known.set(hash, await printOf(join(dataset.imagesFolder, file)));
    done += 1;
    report(done);
    if (done % SAVE_EVERY === 0) await save();
  });
  if (missing.length > 0) await save();
  return dataset.examples.map(({ file, hash }) => {
    const print = known.get(hash);
    if (!print) throw new Error(`expected a print of ${file}, found none`);
    return print;
  });
}

async function printOf(path: string): Promise<PhotoPrint> {
  const image = await decodeImage(path);
  const { data, width, height } = image;
  const pixels = createHash('sha256').update(`${width} x ${height}\n`).update(data);
  const scale = SIGNS_SIDE / Math.max(width, height);
  const small = resizeImage(image, {
    width: Math.max(2, Math.round(width * scale)),
    height: Math.max(2, Math.round(height * scale)),
  });
  return {
    ...photoSigns(small),
    pixels: pixels.digest('hex').slice(0, 16),
    hash: perceptualHash(small),
  };
}
