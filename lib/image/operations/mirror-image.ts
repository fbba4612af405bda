import type { RgbImage } from '../types';

/**
 * A picture as a mirror shows it: left and right change places.
 *
 * @example mirrorImage(image).data.subarray(0, 3) // the last pixel of the first row
 */
export function mirrorImage({ data, width, height }: RgbImage): RgbImage {
  const mirrored = new Uint8Array(data.length);
  for (let row = 0; row < height; row += 1) {
    let to = 3 * row * width;
    for (let from = to + 3 * (width - 1); from >= 3 * row * width; from -= 3) {
      mirrored[to] = data[from] ?? 0;
      mirrored[to + 1] = data[from + 1] ?? 0;
      mirrored[to + 2] = data[from + 2] ?? 0;
      to += 3;
    }
  }
  return { data: mirrored, width, height };
}
