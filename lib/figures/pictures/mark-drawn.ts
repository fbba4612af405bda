import type { RgbImage } from '../../image/index';
import { drawSheet } from './compose-grid';
import { textPath, textWidth } from './draw-text';

/** What stands on every picture that the project drew, so that nobody takes it for a photo. */
export const DRAWN_MARK = 'drawn example';

/**
 * A picture with "drawn example" in its lower left corner.
 *
 * @example await showImage(await markDrawn(picture), 'a drawn example')
 */
export async function markDrawn(image: RgbImage): Promise<RgbImage> {
  const size = Math.max(11, Math.min(28, Math.round(image.width / 13)));
  const [width, height] = [textWidth(DRAWN_MARK, size) + size, Math.round(1.5 * size)];
  const top = image.height - height;
  const raw = { width: image.width, height: image.height, channels: 3 as const };
  return drawSheet(
    image.width,
    image.height,
    [{ input: Buffer.from(image.data), raw, left: 0, top: 0 }],
    [
      `<rect x="0" y="${top}" width="${width.toFixed(1)}" height="${height}" fill="#1B1F26" fill-opacity="0.82"/>`,
      textPath(DRAWN_MARK, size / 2, top + 1.08 * size, size, '#fff'),
    ],
  );
}
