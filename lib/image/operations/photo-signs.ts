import { checkImage } from '../check-image';
import type { RgbImage } from '../types';

/**
 * Grey of the pixel whose bytes begin at `i`, as Pillow's `convert('L')` makes it: ITU-R 601-2 luma,
 * (19595 R + 38470 G + 7471 B) / 65536, rounded.
 */
export const pillowLumaAt = (data: Uint8Array, i: number): number =>
  ((data[i] as number) * 19595 + (data[i + 1] as number) * 38470 + (data[i + 2] as number) * 7471 + 0x8000) >>
  16;

/**
 * {@link pillowLumaAt} of every pixel.
 *
 * @returns width * height bytes
 */
export function pillowLuma({ data, width, height }: RgbImage): Uint8Array {
  const luma = new Uint8Array(width * height);
  for (let i = 0; i < luma.length; i += 1) luma[i] = pillowLumaAt(data, 3 * i);
  return luma;
}

/** What a photo's light and sharpness are, from its grey values. */
export interface PhotoSigns {
  /** Mean grey value, 0..255. */
  brightness: number;
  /** Standard deviation of the grey values. */
  contrast: number;
  /** Variance of the Laplacian: small in a blurred photo (Pech-Pacheco et al. 2000). */
  sharpness: number;
}

/**
 * Brightness, contrast and sharpness of a picture: mean and deviation of Pillow's grey values, and the variance of
 * OpenCV's `Laplacian(grey, CV_64F)`. Sharpness depends on the size: compare pictures of one size.
 *
 * @throws Error for a picture of less than 2 x 2 px
 * @example photoSigns(await decodeImage('dog.jpg', { width: 256, height: 256, fit: 'inside' })).sharpness
 */
export function photoSigns(image: RgbImage): PhotoSigns {
  checkImage(image);
  const { width, height } = image;
  if (width < 2 || height < 2)
    throw new Error(`expected a picture of at least 2 x 2 px, received ${width} x ${height}`);
  const luma = pillowLuma(image);
  const grey = moments(luma.length, (i) => luma[i] ?? 0);
  const edge = (at: number, size: number) => (at < 0 ? 1 : at >= size ? size - 2 : at); // BORDER_REFLECT_101
  const laplacian = new Int16Array(luma.length);
  for (let y = 0; y < height; y += 1) {
    const [above, below] = [edge(y - 1, height) * width, edge(y + 1, height) * width];
    for (let x = 0; x < width; x += 1) {
      const row = y * width;
      const around =
        (luma[above + x] ?? 0) +
        (luma[below + x] ?? 0) +
        (luma[row + edge(x - 1, width)] ?? 0) +
        (luma[row + edge(x + 1, width)] ?? 0);
      laplacian[row + x] = around - 4 * (luma[row + x] ?? 0);
    }
  }
  const { variance } = moments(laplacian.length, (i) => laplacian[i] ?? 0);
  return { brightness: grey.mean, contrast: Math.sqrt(grey.variance), sharpness: variance };
}

function moments(count: number, valueAt: (index: number) => number): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i += 1) {
    const value = valueAt(i);
    sum += value;
    squares += value * value;
  }
  const mean = sum / count;
  return { mean, variance: Math.max(0, squares / count - mean * mean) };
}
