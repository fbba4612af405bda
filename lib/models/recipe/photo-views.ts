import type { Box, Example } from '../../dataset/index';
import { decodeImage } from '../../image/index';
import type { FeatureRecipe, FeatureViews } from './feature-recipe';

/** How many passes through the network a photo takes. */
export const passes = (views: FeatureViews): number => (views === 1 ? 1 : views === 'flip' ? 2 : 4);

/**
 * Decodes a photo into the square pictures that a recipe asks for, mirror images included.
 *
 * @param path absolute path of the photo
 * @returns RGB bytes [side, side, 3] of each view
 * @throws Error when the photo cannot be read
 */
export async function decodeViews(
  path: string,
  example: Pick<Example, 'boxes'>,
  { inputSize, crop, boxMargin, resize, views, interpolation }: FeatureRecipe,
): Promise<Uint8Array[]> {
  const box = crop === 'box' ? marginBox(example.boxes, boxMargin) : undefined;
  const square = async (fit: 'fill' | 'cover') => {
    const options = { width: inputSize, height: inputSize, fit, interpolation, ...(box && { crop: box }) };
    return (await decodeImage(path, options)).data;
  };
  if (views === 'crops-flip') {
    const [whole, centre] = await Promise.all([square('fill'), square('cover')]);
    return [whole, mirror(whole, inputSize), centre, mirror(centre, inputSize)];
  }
  const picture = await square(resize === 'stretch' ? 'fill' : 'cover');
  return views === 'flip' ? [picture, mirror(picture, inputSize)] : [picture];
}

/**
 * The largest box, grown by a margin on every side and cut at the picture's edges.
 *
 * @param margin fraction of the box's width and height
 * @returns undefined where there is no box
 * @example marginBox([{ xmin: 0.5, ymin: 0, xmax: 0.9, ymax: 1 }], 0.1) // { xmin: 0.46, ymin: 0, xmax: 0.94, ymax: 1 }
 */
export function marginBox(boxes: readonly Box[], margin: number): Box | undefined {
  const area = (box: Box) => (box.xmax - box.xmin) * (box.ymax - box.ymin);
  const [first, ...rest] = boxes;
  if (!first) return undefined;
  const largest = rest.reduce((best, box) => (area(box) > area(best) ? box : best), first);
  const dx = margin * (largest.xmax - largest.xmin);
  const dy = margin * (largest.ymax - largest.ymin);
  return {
    xmin: Math.max(0, largest.xmin - dx),
    ymin: Math.max(0, largest.ymin - dy),
    xmax: Math.min(1, largest.xmax + dx),
    ymax: Math.min(1, largest.ymax + dy),
  };
}

/** The mirror image (left and right exchanged) of RGB bytes [side, side, 3]. */
export function mirror(pixels: Uint8Array, side: number): Uint8Array {
  const mirrored = new Uint8Array(pixels.length);
  for (let row = 0; row < pixels.length; row += 3 * side)
    for (let from = row, to = row + 3 * (side - 1); to >= row; from += 3, to -= 3) {
      mirrored[to] = pixels[from];
      mirrored[to + 1] = pixels[from + 1];
      mirrored[to + 2] = pixels[from + 2];
    }
  return mirrored;
}
