import { sniffFormat } from './photo-formats';

/** Largest number of pixels that a photo may have by default: 100 million, more than any phone's camera takes. */
export const MAX_PIXELS = 100_000_000;

/**
 * Turns an error of the decoder into one that says what was expected and what came. The decoder's own message is only
 * its cause: libvips keeps one text for all threads, so that it may speak of another photo.
 *
 * @param bytes the file, to tell whether it ends early
 */
export function describeDecodeError(
  error: unknown,
  name: string,
  bytes: Uint8Array,
  maxPixels = MAX_PIXELS,
): Error {
  const message = error instanceof Error ? error.message : String(error);
  const expected = /pixel limit/.test(message)
    ? `expected a photo of at most ${maxPixels.toLocaleString('en')} pixels, received a larger one in ${name}: make it smaller`
    : `expected a whole photo, received one that is damaged or cut short in ${name}${endsEarly(bytes)}`;
  return new Error(expected, { cause: error });
}

/** Says so when a file of a format that marks its end lacks the mark. */
function endsEarly(bytes: Uint8Array): string {
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(-64 * 1024);
  const format = sniffFormat(bytes);
  if (format === 'jpeg' && !tail.includes(Buffer.from([0xff, 0xd9]))) return ' (the JPEG ends early)';
  if (format === 'png' && !tail.includes('IEND')) return ' (the PNG ends early)';
  if (format === 'gif' && tail.at(-1) !== 0x3b) return ' (the GIF ends early)';
  return '';
}
