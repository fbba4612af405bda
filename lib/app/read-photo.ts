import { createHash } from 'node:crypto';
import sharp, { type Metadata } from 'sharp';
import { ApiError } from './api-error';
import type { Limits } from './limits';

/** A photo as it came, checked but not yet decoded. */
export interface Photo {
  /** The name its sender gave; never used as a path. */
  name: string;
  bytes: Buffer;
  /** SHA-256 of `bytes`, 64 hex digits. */
  sha256: string;
  format: string;
  /** Pixels as stored, before EXIF rotation. */
  width: number;
  height: number;
}

/** Formats that are read; SVG is a program, not a photo, and HEIC needs a licensed decoder. */
const FORMATS = new Set(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff']);
const ACCEPTED = 'JPEG, PNG, WebP, GIF, AVIF or TIFF';

/** What the first bytes say the file is, where sharp has no name for it. */
function guessKind(bytes: Buffer): string {
  const start = bytes.subarray(0, 256).toString('latin1');
  if (/^....ftyp(heic|heix|hevc|mif1|msf1|heim|heis)/s.test(start))
    return 'a HEIC photo (save or export it as JPEG)';
  if (/^(\uFEFF|\u00EF\u00BB\u00BF)?\s*(<\?xml|<svg|<!doctype svg)/i.test(start)) return 'an SVG drawing';
  if (start.startsWith('%PDF')) return 'a PDF';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary from text
  if (!/[\x00-\x08\x0e-\x1f]/.test(start)) return 'text';
  return 'a file of another kind';
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
  const unsupported = (kind: string) =>
    new ApiError(415, 'unsupported_format', `expected ${ACCEPTED}, received ${kind} in ${shown}`);
  let metadata: Metadata;
  try {
    metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (error) {
    if (/unsupported image format/.test(String(error))) throw unsupported(guessKind(bytes));
    throw new ApiError(422, 'unreadable_photo', `${shown} is damaged: ${firstLine(error)}`);
  }
  const { format, compression, width, height } = metadata;
  if (format === 'heif' && compression !== 'av1')
    throw unsupported('a HEIC photo (save or export it as JPEG)');
  const kind = format === 'heif' ? 'avif' : format;
  if (!kind || !FORMATS.has(kind)) throw unsupported(kind === 'svg' ? 'an SVG drawing' : `${kind}`);
  if (width * height > limits.maxPixels)
    throw new ApiError(
      413,
      'too_many_pixels',
      `expected at most ${limits.maxPixels / 1e6} megapixels, received ${width} x ${height} in ${shown}: make it smaller`,
    );
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name, bytes, sha256, format: kind, width, height };
}

/** The first line of an error's message, without its stack or a library's second guess. */
export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0].trim();
