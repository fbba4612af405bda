import { join } from 'node:path';
import sharp from 'sharp';
import { displayName, elementAt } from '../../base/index';
import { type Dataset, drawOutline, type Example, openDataset } from '../../dataset/index';
import { decodeImage, type RgbImage } from '../../image/index';
import { keep } from '../values/keep';

/** Said once below pictures whose photos are not shown. */
export const OUTLINE_NOTE =
  'Outlines with the true format and boxes: photos of Stanford Dogs may not be published. A run of your own shows them: npx dogbreeds download, then npm start';

/**
 * Whether photos of this data set are replaced by outlines: in a run for the published edition (`dogbreeds publish`),
 * since the photos of Stanford Dogs are for research only and not ours to publish.
 */
export const showsOutlines = ({ kind }: Pick<Dataset, 'kind'>): boolean =>
  kind === 'stanford-dogs' && process.env.DOGBREEDS_EDITION === '1';

/**
 * A photo of a data set as a picture that may be shown, whole, fitted into a square: its pixels, or its outline.
 *
 * @param edge side of the square, px
 * @throws Error when the photo cannot be decoded
 */
export async function photoPicture(dataset: Dataset, example: Example, edge: number): Promise<RgbImage> {
  if (!showsOutlines(dataset))
    return decodeImage(join(dataset.imagesFolder, example.file), {
      width: edge,
      height: edge,
      fit: 'inside',
    });
  const { data, info } = await sharp(Buffer.from(drawOutline(example)))
    .resize(edge, edge, { fit: 'inside' })
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
}

/** A photo to show operations on. */
export interface ExamplePicture {
  /** Absolute path. */
  path: string;
  /** What it is, for captions: the breed, or that it is drawn. */
  title: string;
  isDrawn: boolean;
}

/**
 * The photo that operations are shown on: number `index` of the data set, or, where its photos may not be shown, of the
 * pictures that the project draws.
 *
 * @example const { path, title } = await examplePicture(photos, 7);
 */
export async function examplePicture(dataset: Dataset, index: number): Promise<ExamplePicture> {
  const source = showsOutlines(dataset) ? await openDataset() : dataset;
  const example = elementAt(source.examples, index % source.examples.length);
  const isDrawn = source.kind === 'drawn';
  const title = `${isDrawn ? 'Drawn example' : 'Photo'}: ${displayName(example.breed)}`;
  keep('example', { title, isDrawn });
  return { path: join(source.imagesFolder, example.file), title, isDrawn };
}
