import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { checkPhotoFormat, openPixels } from '../../base/index';

/** Largest number of pixels that a photo may have by default: 100 million, more than any phone's camera takes. */
export const MAX_PIXELS = 100_000_000;

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
    throw describeDecodeError(error, name);
  }
}

/** Turns an error of the decoder into one that says what was expected and what came. */
export function describeDecodeError(error: unknown, name: string, maxPixels = MAX_PIXELS): Error {
  const message = error instanceof Error ? error.message : String(error);
  const expected = /pixel limit/.test(message)
    ? `expected a photo of at most ${maxPixels.toLocaleString('en')} pixels, received a larger one in ${name}: make it smaller`
    : `expected a whole photo, received one that is damaged or cut short in ${name} (${message.trim().replace(/\s*\n\s*/g, '; ')})`;
  return new Error(expected, { cause: error });
}
