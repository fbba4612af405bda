import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, createRandom, forEachLimited, removeStale } from '../../base/index';
import { fingerprint } from '../fingerprint';
import { type OpenFolderOptions, openFolder } from '../folders/open-folder';
import type { Box, Dataset, OfficialSplit } from '../types';
import { BREED_LOOKS } from './breed-looks';
import { drawPicture, type PictureFormat } from './draw-picture';

/** Changes when the same seed draws other pictures. */
const VERSION = 1;
/** Pictures of the first breed; each further breed has two less, so that counts differ as in real data. */
const MOST_PHOTOS = 60;
/** Every third picture is in the test list, as 4 in 10 of Stanford Dogs are. */
const TEST_EVERY = 3;

/** What is known of each drawn picture, in `facts.json` beside the class folders. */
type DrawnFacts = Record<string, { split: OfficialSplit; box: Box }>;

/**
 * The dataset that needs no photos: dogs of invented breeds that the project draws, the same for the same seed.
 * Kept in `data/cache/drawn`; drawn there whole or not at all.
 *
 * @throws RangeError when the seed is not a whole number
 */
export async function drawDataset(options: OpenFolderOptions = {}): Promise<Dataset> {
  const { seed = 0 } = options;
  const folder = cacheFolder('drawn', `v${VERSION}-seed-${seed}`);
  const images = join(folder, 'images');
  if (!(await exists(folder))) await drawInto(folder, seed, options.onProgress);
  const dataset = await openFolder(images, options);
  const facts: DrawnFacts = JSON.parse(await readFile(join(folder, 'facts.json'), 'utf8'));
  const examples = dataset.examples.map((example) => {
    const fact = facts[example.file];
    if (!fact)
      throw new Error(`expected facts of ${example.file} in ${folder}, found none: delete that folder`);
    const { split, box } = fact;
    return { ...example, split, boxes: [box] };
  });
  return {
    ...dataset,
    name: 'Drawn dogs',
    kind: 'drawn',
    root: folder,
    examples,
    fingerprint: fingerprint(dataset.breeds, examples),
  };
}

async function drawInto(
  folder: string,
  seed: number,
  onProgress?: (done: number, total: number) => void,
): Promise<void> {
  const pictures = listPictures(seed);
  await mkdir(join(folder, '..'), { recursive: true });
  await removeStale(join(folder, '..'), '.drawing-');
  const temporary = await mkdtemp(join(folder, '..', '.drawing-'));
  const facts: DrawnFacts = {};
  try {
    for (const { name } of BREED_LOOKS) await mkdir(join(temporary, 'images', name), { recursive: true });
    let done = 0;
    await forEachLimited(pictures, 2 * availableParallelism(), async (picture) => {
      const { bytes, box } = await drawPicture(picture.look, createRandom(picture.seed), picture.format);
      await writeFile(join(temporary, 'images', picture.file), bytes);
      facts[picture.file] = { split: picture.split, box };
      onProgress?.(++done, pictures.length);
    });
    await writeFile(join(temporary, 'facts.json'), JSON.stringify(facts));
    await rename(temporary, folder).catch(async (error: NodeJS.ErrnoException) => {
      if (!(await exists(folder))) throw error; // otherwise another process drew the same pictures meanwhile
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function listPictures(seed: number) {
  const random = createRandom(seed);
  return BREED_LOOKS.flatMap((look, label) =>
    Array.from({ length: MOST_PHOTOS - 2 * label }, (_, i) => {
      const format: PictureFormat =
        label === 0 && i === 1 ? 'rgba-png' : label === 2 && i === 1 ? 'grey-jpeg' : 'jpeg';
      return {
        look,
        format,
        seed: random.integer(2 ** 32), // each picture has its own, whatever the order of drawing
        split: (i % TEST_EVERY === TEST_EVERY - 1 ? 'test' : 'train') as OfficialSplit,
        file: `${look.name}/${look.name}_${String(i + 1).padStart(2, '0')}.${format === 'rgba-png' ? 'png' : 'jpg'}`,
      };
    }),
  );
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
