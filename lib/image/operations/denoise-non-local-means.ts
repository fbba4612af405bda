import { checkImage } from '../check-image';
import type { RgbImage } from '../types';
import { labToRgb, rgbToLab } from './lab';
import { nonLocalMeans } from './non-local-means';

/** Options of `denoiseNonLocalMeans`. */
export interface DenoiseOptions {
  /** Strength for lightness, of 255. Default 10. */
  h?: number;
  /** Strength for colour. Default as `h`. */
  hColor?: number;
  /** Side of the square that is compared, px, odd. Default 7. */
  templateSize?: number;
  /** Side of the square that is searched, px, odd. Default 21. */
  searchSize?: number;
}

/**
 * Removes noise with non-local means, as OpenCV's `fastNlMeansDenoisingColored`: lightness and colour are denoised
 * apart, in CIE L*a*b* of the pixels taken as linear RGB. The result is OpenCV's, value for value.
 *
 * @returns a new picture of the same size
 * @throws RangeError for windows that are not odd or strengths below 0
 * @throws Error when the pixels are not as many as the size says
 * @example const smooth = denoiseNonLocalMeans(image, { h: 10 });
 */
export function denoiseNonLocalMeans(image: RgbImage, options: DenoiseOptions = {}): RgbImage {
  checkImage(image);
  const { h = 10, hColor = h, templateSize = 7, searchSize = 21 } = options;
  for (const [key, size] of Object.entries({ templateSize, searchSize }))
    if (!(Number.isInteger(size) && size % 2 === 1 && size > 0 && size < 200))
      throw new RangeError(`expected an odd ${key} of 1..199 px, received ${size}`);
  for (const [key, strength] of Object.entries({ h, hColor }))
    if (!(strength >= 0))
      throw new RangeError(`expected a strength ${key} of at least 0, received ${strength}`);
  const { width, height } = image;
  const sizes = { templateSize, searchSize };
  const { lightness, colour } = rgbToLab(image.data);
  const data = labToRgb(
    nonLocalMeans(lightness, width, height, 1, h, sizes),
    nonLocalMeans(colour, width, height, 2, hColor, sizes),
  );
  return { data, width, height };
}
