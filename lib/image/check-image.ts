import type { RgbImage } from './types';

/** @throws Error unless the pixels are as many as the size says */
export function checkImage({ data, width, height }: RgbImage): void {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0))
    throw new Error(`expected a picture of at least 1 x 1 px, received ${width} x ${height}`);
  if (data.length !== width * height * 3)
    throw new Error(
      `expected an RGB image of ${width} x ${height} px (${width * height * 3} values), received ${data.length} values`,
    );
}
