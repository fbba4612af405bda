import { createHash } from 'node:crypto';
import sharp, { type Metadata } from 'sharp';
import { checkPhotoFormat, describeDecodeError, sniffFormat } from '../../base/index';
import { ApiError } from '../server/api-error';
import type { Limits } from '../server/limits';

/** A photo as it came, checked but not yet decoded. */
export interface Photo {
  /** The name its sender gave; never used as a path. */
  name: string;
  bytes: Buffer;
  /** SHA-256 of `bytes`, 64 hex digits. */
  sha256: string;
  /** jpeg, png, webp, gif, tiff or avif, by its first bytes. */
  format: string;
  /** Pixels as stored, before EXIF rotation. */
  width: number;
  height: number;
}

/**
 * Checks a photo by its bytes (never by its name or declared type): format, and width x height as its header says, so
 * that a decompression bomb is refused before it is decoded.
 *
 * @throws ApiError 400 `empty_body`, 413 `too_large` or `too_many_pixels`, 415 `unsupported_format`, 422
 * `unreadable_photo`.
 * @example const photo = await readPhoto(await readFile('rex.jpg'), 'rex.jpg', DEFAULT_LIMITS);
 */
export async function readPhoto(bytes: Buffer, name: string, limits: Limits): Promise<Photo> {
  const shown = name || 'the photo';
  if (bytes.length === 0)
    throw new ApiError(400, 'empty_body', `expected a photo, received 0 bytes in ${shown}`);
  if (bytes.length > limits.maxPhotoBytes)
    throw new ApiError(
      413,
      'too_large',
      `expected at most ${limits.maxPhotoBytes} bytes, received ${bytes.length} in ${shown}: send a smaller photo`,
    );
  try {
    checkPhotoFormat(bytes, shown);
  } catch (error) {
    throw new ApiError(415, 'unsupported_format', firstLine(error));
  }
  let metadata: Metadata;
  try {
    metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (error) {
    throw new ApiError(
      422,
      'unreadable_photo',
      firstLine(describeDecodeError(error, shown, bytes, limits.maxPixels)),
    );
  }
  const { width, height } = metadata;
  if (width * height > limits.maxPixels)
    throw new ApiError(
      413,
      'too_many_pixels',
      `expected at most ${limits.maxPixels / 1e6} megapixels, received ${width} x ${height} in ${shown}: make it smaller`,
    );
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name, bytes, sha256, format: sniffFormat(bytes), width, height };
}

/** The first line of an error's message, without its stack or a library's second guess. */
export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1).join('').trim();
