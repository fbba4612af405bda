import sharp from 'sharp';
import { checkImage } from '../check-image';
import type { RgbImage } from '../types';

/**
 * Encodes a picture as PNG, without loss.
 *
 * @throws Error when the pixels are not as many as the size says
 * @example writeFileSync('dog.png', await encodePng(await decodeImage('dog.jpg')))
 */
export async function encodePng(image: RgbImage): Promise<Buffer> {
  checkImage(image);
  const { data, width, height } = image;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
