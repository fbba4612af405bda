import { join } from 'node:path';
import { displayName } from '../../base/index';
import type { Box, Dataset } from '../../dataset/index';
import { decodePhoto, type PhotoInput, type RgbImage, shownPart } from '../../image/index';
import { showImage } from '../display/show-images';
import { composeGrid, type Tile } from './compose-grid';
import { OUTLINE_NOTE, photoPicture, showsOutlines } from './photo-pictures';

const TILE = 240;

/** A map over a picture, row-major, values 0..1. */
interface Heat {
  data: ArrayLike<number>;
  width: number;
  height: number;
}

const WHOLE: Box = { xmin: 0, ymin: 0, xmax: 1, ymax: 1 };

/**
 * A picture with a map laid over it, bilinear: what the map leaves out is dark, what it marks is orange.
 *
 * @param heat values 0..1 over the part
 * @param part of the picture that the map is of, in fractions of it; what lies outside is as dark as what it leaves out
 * @throws Error when the map holds fewer values than its size says
 * @example heatOverlay(photo, (await classifier.explain(photo, 'beagle')).gradCam)
 */
export function heatOverlay({ data, width, height }: RgbImage, heat: Heat, part: Box = WHOLE): RgbImage {
  if (heat.data.length < heat.width * heat.height || heat.data.length === 0)
    throw new Error(`expected a map of ${heat.width} x ${heat.height}, received ${heat.data.length} values`);
  const at = (x: number, y: number) => heat.data[y * heat.width + x] ?? 0;
  const place = (i: number, size: number, cells: number, low: number, high: number) => {
    const share = ((i + 0.5) / size - low) / (high - low);
    const middle = Math.min(Math.max(share * cells - 0.5, 0), cells - 1);
    const from = Math.floor(middle);
    return { from, to: Math.min(from + 1, cells - 1), part: middle - from, inside: share >= 0 && share <= 1 };
  };
  const target = new Uint8Array(data.length);
  const orange = [230, 159, 0];
  for (let y = 0; y < height; y += 1) {
    const v = place(y, height, heat.height, part.ymin, part.ymax);
    for (let x = 0; x < width; x += 1) {
      const h = place(x, width, heat.width, part.xmin, part.xmax);
      const top = at(h.from, v.from) * (1 - h.part) + at(h.to, v.from) * h.part;
      const bottom = at(h.from, v.to) * (1 - h.part) + at(h.to, v.to) * h.part;
      const value = v.inside && h.inside ? top * (1 - v.part) + bottom * v.part : 0;
      for (let c = 0; c < 3; c += 1) {
        const i = 3 * (y * width + x) + c;
        const pixel = (data[i] ?? 0) * (0.45 + 0.55 * value);
        target[i] = pixel * (1 - 0.45 * value) + (orange[c] ?? 0) * 0.45 * value;
      }
    }
  }
  return { data: target, width, height };
}

/**
 * Shows photos with the place that an answer came from, e.g. the surest mistakes with Grad-CAM.
 *
 * @param rows file, breed and answer of each
 * @param input how the classifier's photos are decoded
 * @param explain map of the answer over what the network saw of the photo
 * @throws Error when a photo is not in the dataset or cannot be decoded
 * @example
 * await showHeat(photos, confidentErrors(split.test, test, breeds), classifier.input, async (image, breed) =>
 *   (await classifier.explain(image, breed)).gradCam);
 */
export async function showHeat(
  dataset: Dataset,
  rows: readonly { file: string; breed: string; predicted: string }[],
  input: PhotoInput,
  explain: (image: RgbImage, breed: string) => Promise<Heat>,
): Promise<void> {
  const exampleOf = new Map(dataset.examples.map((example) => [example.file, example]));
  const tiles: Tile[] = [];
  for (const { file, breed, predicted } of rows) {
    const example = exampleOf.get(file);
    if (!example) throw new Error(`expected a photo of ${dataset.name}, found no ${file} in it`);
    const seen = await decodePhoto(join(dataset.imagesFolder, file), input, { boxes: example.boxes });
    const heat = await explain(seen, predicted);
    const picture = await photoPicture(dataset, example, TILE);
    tiles.push({ image: picture, caption: `${displayName(breed)} ->` });
    tiles.push({
      image: heatOverlay(picture, heat, shownPart(input, picture)),
      caption: displayName(predicted),
    });
  }
  if (tiles.length === 0) return;
  const sheet = await composeGrid(tiles, { columns: 4, tileSize: TILE });
  const caption = `Photos, and where the answer came from (Grad-CAM)${showsOutlines(dataset) ? `. ${OUTLINE_NOTE}` : ''}`;
  await showImage(sheet, caption, { width: sheet.width });
}
