import { displayName, elementAt } from '../../base/index';
import type { Dataset, Example } from '../../dataset/index';
import { describeFrames } from '../../evaluation/index';
import type { RgbImage } from '../../image/index';
import { showMarkdown } from '../display/show';
import { showImage, showImages } from '../display/show-images';
import { picturesName } from '../tables/run-tables';
import { keepOperation } from '../values/keep-pictures';
import { composeBeforeAfter } from './compose-before-after';
import { composeGrid, type Tile } from './compose-grid';
import { DRAWN_MARK, markDrawn } from './mark-drawn';
import { OUTLINE_NOTE, photoPicture, showsOutlines } from './photo-pictures';

const TILE = 180;

async function tile(dataset: Dataset, example: Example, boxes: boolean, caption: string): Promise<Tile> {
  const picture = await photoPicture(dataset, example, TILE);
  const image = dataset.kind === 'drawn' ? await markDrawn(picture) : picture;
  return { image, caption, boxes: boxes ? example.boxes : [] };
}

/** What follows a picture's caption where outlines stand for photos. */
const note = (dataset: Dataset): string => (showsOutlines(dataset) ? `. ${OUTLINE_NOTE}` : '');

/**
 * Shows photos of a dataset as a grid, each with its breed below.
 *
 * @param options.boxes frame the annotated dogs
 * @throws Error when there is no photo, or one cannot be decoded
 * @example await showPhotos(dataset, dataset.examples.slice(0, 12), { boxes: true });
 */
export async function showPhotos(
  dataset: Dataset,
  examples: readonly Example[],
  options: { boxes?: boolean } = {},
): Promise<void> {
  const tiles = await Promise.all(
    examples.map((example) => tile(dataset, example, options.boxes ?? false, displayName(example.breed))),
  );
  const images = await Promise.all(
    tiles.map(async (one) => ({
      image: await composeGrid([{ ...one, caption: undefined }], { tileSize: TILE }),
      caption: one.caption,
    })),
  );
  const frames = options.boxes ? `, ${describeFrames(examples)}` : '';
  const what = picturesName(dataset, examples.length);
  await showImages(images, `${what}${frames}`, { tileWidth: TILE });
  const said = `${what}${frames}${note(dataset)}.`;
  showMarkdown(said.charAt(0).toUpperCase() + said.slice(1));
}

/**
 * Shows a photo before and after a step, with the histogram of its levels under each.
 *
 * @param name of the step, e.g. `equalized`. @param options.isDrawn whether the picture says that it is drawn
 * @example await showBeforeAfter(photo, equalizeHistogram(photo), 'equalized');
 */
export async function showBeforeAfter(
  before: RgbImage,
  after: RgbImage,
  name: string,
  { isDrawn = false } = {},
): Promise<void> {
  const mark = isDrawn ? ` (${DRAWN_MARK})` : '';
  const sheet = await composeBeforeAfter([
    { name: `before${mark}`, image: before },
    { name: `${name}${mark}`, image: after },
  ]);
  const what = isDrawn ? 'A drawn example' : 'The photo';
  await showImage(sheet, `${what} before and after: ${name}, with colour histograms`, {
    width: sheet.width,
  });
  if (name === 'equalized' || name === 'denoised' || name === 'whitened')
    await keepOperation(name, before, after);
}

/**
 * Shows one photo of a dataset with its file's name.
 *
 * @param file as in `Example.file`
 * @throws Error when the dataset has no such photo
 */
export async function showPhoto(dataset: Dataset, file: string, caption: string): Promise<void> {
  const example = dataset.examples.find((each) => each.file === file);
  if (!example) throw new Error(`expected a photo of ${dataset.name}, found no ${file} in it`);
  const picture = await photoPicture(dataset, example, 320);
  await showImage(
    dataset.kind === 'drawn' ? await markDrawn(picture) : picture,
    `${caption}${note(dataset)}`,
    { width: picture.width },
  );
}

/**
 * Shows pairs of photos that a classifier mixes up: of each pair one photo that was taken for the other breed, and
 * one of the breed it was taken for.
 *
 * @param pairs labels of the commonest mistakes, as `mostConfused` gives them
 * @param test files and labels of the photos, and what was predicted for each
 * @example await showConfusedPhotos(dataset, mostConfused(matrix, 6), breeds, { ...split.test, predicted });
 */
export async function showConfusedPhotos(
  dataset: Dataset,
  pairs: readonly { actual: number; predicted: number }[],
  breeds: readonly string[],
  test: { files: readonly string[]; labels: ArrayLike<number>; predicted: ArrayLike<number> },
): Promise<void> {
  const exampleOf = new Map(dataset.examples.map((example) => [example.file, example]));
  const first = (keep: (row: number) => boolean) =>
    exampleOf.get(
      elementAt(
        test.files,
        test.files.findIndex((_, row) => keep(row)),
      ),
    );
  const tiles: Tile[] = [];
  for (const { actual, predicted } of pairs) {
    const mistaken = first((row) => test.labels[row] === actual && test.predicted[row] === predicted);
    const other = first((row) => test.labels[row] === predicted && test.predicted[row] === predicted);
    if (!mistaken || !other) continue;
    tiles.push(await tile(dataset, mistaken, false, `${displayName(elementAt(breeds, actual))} ->`));
    tiles.push(await tile(dataset, other, false, displayName(elementAt(breeds, predicted))));
  }
  if (tiles.length === 0) return;
  const sheet = await composeGrid(tiles, { columns: 4, tileSize: TILE });
  const caption = `Pairs: a photo that was mistaken, and one of the breed it was taken for${note(dataset)}`;
  await showImage(sheet, caption, { width: sheet.width });
}

/**
 * Shows photos that look alike side by side, two by two.
 *
 * @param pairs files as in `Example.file`
 * @throws Error when the dataset lacks a photo, or one cannot be decoded
 * @example await showPairs(photos, quality.duplicates.slice(0, 6));
 */
export async function showPairs(dataset: Dataset, pairs: readonly { a: string; b: string }[]): Promise<void> {
  const exampleOf = new Map(dataset.examples.map((example) => [example.file, example]));
  const examples = pairs.flatMap(({ a, b }) =>
    [a, b].map((file) => {
      const example = exampleOf.get(file);
      if (!example) throw new Error(`expected a photo of ${dataset.name}, found no ${file} in it`);
      return example;
    }),
  );
  if (examples.length > 0) await showPhotos(dataset, examples);
}
