/** What the first bytes of a file say it is. */
export type FileFormat =
  | 'jpeg'
  | 'png'
  | 'webp'
  | 'gif'
  | 'tiff'
  | 'avif'
  | 'heic'
  | 'svg'
  | 'bmp'
  | 'pdf'
  | 'html'
  | 'text'
  | 'empty'
  | 'unknown';

/** The formats that are read as photos. */
export const PHOTO_FORMATS: readonly FileFormat[] = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif', 'heic'];

/** Endings that files of photos have; BMP and SVG are looked at too, so that their reason can be said. */
const PHOTO_ENDINGS = /\.(jpe?g|jfif|jpe|png|webp|gif|avif|tiff?|heic|heif|hif)$/i;

/** Whether a file is called as photos are; what it is shows when it is read. */
export const isPhotoName = (name: string): boolean => PHOTO_ENDINGS.test(name);

/** How errors name a format that is no photo. */
const NAMES: Partial<Record<FileFormat, string>> = {
  svg: 'SVG, a drawing',
  bmp: 'BMP',
  pdf: 'PDF',
  html: 'an HTML page',
  text: 'text',
  empty: 'an empty file',
  unknown: 'unknown data',
};

const HEIC_BRANDS = ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1'];

/**
 * Tells a file's format by its first bytes; its name does not count.
 *
 * @param head the file's first bytes; 512 are enough
 * @example sniffFormat(readFileSync('a.jpg')) // 'text'
 */
export function sniffFormat(head: Uint8Array): FileFormat {
  if (head.length === 0) return 'empty';
  const ascii = Buffer.from(head.subarray(0, 512)).toString('latin1');
  if (ascii.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (ascii.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (ascii.startsWith('RIFF') && ascii.slice(8, 12) === 'WEBP') return 'webp';
  if (/^GIF8[79]a/.test(ascii)) return 'gif';
  if (/^(II[*+]\0|MM\0[*+])/.test(ascii)) return 'tiff';
  if (ascii.slice(4, 8) === 'ftyp') {
    // the list of compatible brands follows the major brand: an AVIF may call itself mif1 first
    const brands = ascii.slice(8, 64);
    if (/avi[fs]/.test(brands)) return 'avif';
    return HEIC_BRANDS.some((brand) => brands.includes(brand)) ? 'heic' : 'unknown';
  }
  if (ascii.startsWith('BM') && head.length > 26) return 'bmp';
  if (ascii.startsWith('%PDF')) return 'pdf';
  const text = ascii.replace(/^(\xef\xbb\xbf)?\s*/, '').toLowerCase();
  if (/^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*|<!doctype svg[^>]*>\s*)*<svg[\s>]/.test(text)) return 'svg';
  if (/^<(!doctype html|html)/.test(text)) return 'html';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells data from text
  return /[\0-\x08\x0e-\x1f]/.test(ascii) ? 'unknown' : 'text';
}

/**
 * Checks that bytes are a photo that this project reads.
 *
 * @param head the file's first bytes, 512 are enough
 * @param name how the message names the file
 * @throws Error `expected a JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC photo, received text in a.jpg`
 */
export function checkPhotoFormat(head: Uint8Array, name: string): void {
  const format = sniffFormat(head);
  if (!PHOTO_FORMATS.includes(format))
    throw new Error(
      `expected a JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC photo, received ${NAMES[format]} in ${name}`,
    );
}
