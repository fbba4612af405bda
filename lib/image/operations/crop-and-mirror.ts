import type { RgbImage } from '../types';
import type { Rectangle } from './resize-image';

/**
 * The part of a picture in a rectangle that lies inside of it, as a picture.
 *
 * @example cropImage(image, { left: 0, top: 0, width: 7, height: 7 }).data.length // 147
 */
export function cropImage({ data, width }: RgbImage, part: Rectangle): RgbImage {
  const cropped = new Uint8Array(part.width * part.height * 3);
  for (let row = 0; row < part.height; row += 1) {
    const from = ((part.top + row) * width + part.left) * 3;
    cropped.set(data.subarray(from, from + part.width * 3), row * part.width * 3);
  }
  return { data: cropped, width: part.width, height: part.height };
}

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
