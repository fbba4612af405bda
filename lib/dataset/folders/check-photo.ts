import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { checkPhotoFormat, describeDecodeError, MAX_PIXELS, openPixels } from '../../base/index';

/** What is known of a photo that can be decoded. */
export interface PhotoFacts {
  /** Size turned upright, px. */
  width: number;
  height: number;
  /** Channels of the file, alpha included. */
  channels: number;
  /** First 16 hex digits of the sha256 of the bytes. */
  hash: string;
}

/**
 * Decodes a whole photo and forgets the pixels: the only way to find a photo that is cut short.
 *
 * @param bytes the file
 * @param name how messages name it
 * @throws Error when it is no photo, is damaged or cut short, or has more than `MAX_PIXELS` pixels
 */
export async function checkPhoto(bytes: Buffer, name: string): Promise<PhotoFacts> {
  checkPhotoFormat(bytes, name);
  const image = sharp(bytes, { failOn: 'error', limitInputPixels: MAX_PIXELS });
  try {
    const { autoOrient, channels } = await image.metadata();
    await (await openPixels(bytes, { failOn: 'error', limitInputPixels: MAX_PIXELS })).raw().toBuffer();
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    return { width: autoOrient.width, height: autoOrient.height, channels, hash };
  } catch (error) {
    throw describeDecodeError(error, name, bytes);
  }
}
