import { checkImage } from '../check-image';
import type { RgbImage } from '../types';
import type { WhitenedImage, Whitening } from './whitening';

/**
 * Whitens a picture of any size with a whitening that was fitted on patches: each pixel becomes what `whiten` makes
 * of the middle of the patch around it, which is a convolution with the middle rows of the ZCA matrix. Edges
 * are mirrored.
 *
 * @param whitening fitted on patches with odd sides, see `cutPatches`
 * @throws Error when the patches have even sides, or the pixels are not as many as the size says
 * @example const { values } = whitenPhoto(image, fitWhitening(cutPatches(images, { random })));
 */
export function whitenPhoto(image: RgbImage, whitening: Whitening): WhitenedImage {
  checkImage(image);
  const { width: side, height: sideY, mean, directions, deviations, epsilon } = whitening;
  if (side % 2 === 0 || sideY % 2 === 0)
    throw new Error(`expected a whitening of patches with odd sides, received ${side} x ${sideY} px`);
  const { width, height } = image;
  const [halfX, halfY] = [side >> 1, sideY >> 1];
  const middle = (halfY * side + halfX) * 3;
  const filters = [0, 1, 2].map((channel) => {
    const filter = new Float64Array(mean.length);
    directions.forEach((direction, k) => {
      const share = (direction[middle + channel] ?? 0) / ((deviations[k] ?? 0) + epsilon);
      for (const [i, value] of direction.entries()) filter[i] = (filter[i] ?? 0) + share * value;
    });
    return filter;
  });
  const values = new Float32Array(width * height * 3);
  const patch = new Float64Array(mean.length);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      for (let dy = -halfY, i = 0; dy <= halfY; dy++) {
        const row = mirror(y + dy, height) * width;
        for (let dx = -halfX; dx <= halfX; dx++) {
          const from = (row + mirror(x + dx, width)) * 3;
          for (let c = 0; c < 3; c++, i++) patch[i] = (image.data[from + c] ?? 0) / 255 - (mean[i] ?? 0);
        }
      }
      for (const filter of filters) {
        let sum = 0;
        for (let i = 0; i < patch.length; i++) sum += (filter[i] ?? 0) * (patch[i] ?? 0);
        values[to++] = sum;
      }
    }
  return { values, width, height };
}

/** ...2 1 | 0 1 2 ... n-1 | n-2..., for steps of less than n outside; stays inside for tiny pictures. */
const mirror = (at: number, size: number): number => {
  const inside = at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at;
  return Math.min(size - 1, Math.max(0, inside));
};
