import exifReader from 'exif-reader';
import sharp from 'sharp';
import type { RgbImage } from '../../image/index';

/** What is kept of a photo beside the answer. */
export interface PhotoFacts {
  format: string;
  /** Turned upright, px. */
  width: number;
  height: number;
  /** EXIF's 1..8, or null where the file says none. */
  orientation: number | null;
  /** Local time of the camera, `2023-05-06T07:08:09`; null where the file says none. */
  takenAt: string | null;
  /** Difference hash, 16 hexadecimal digits. */
  dhash: string;
}

/**
 * Size, orientation and time of a photo, out of its header.
 *
 * @throws Error of sharp when the header cannot be read
 */
export async function readHeader(bytes: Buffer): Promise<Omit<PhotoFacts, 'dhash'>> {
  const { format, autoOrient, orientation, exif } = await sharp(bytes, {
    limitInputPixels: false,
  }).metadata();
  return {
    format,
    width: autoOrient.width,
    height: autoOrient.height,
    orientation: orientation ?? null,
    takenAt: exif ? takenAt(exif) : null,
  };
}

function takenAt(exif: Buffer): string | null {
  try {
    const { Photo, Image } = exifReader(exif);
    const time = Photo?.DateTimeOriginal ?? Image?.DateTime;
    return time instanceof Date && !Number.isNaN(time.getTime()) ? time.toISOString().slice(0, 19) : null;
  } catch {
    return null; // a broken EXIF block says no time; the photo is still a photo
  }
}

/**
 * Difference hash (dHash, N. Krawetz 2013): the picture as 9 x 8 grey means, one bit for each pair of neighbours. Copies
 * that were resized or saved again differ in few of the 64 bits.
 *
 * @param image of any size, at least 9 x 8
 * @returns 16 hexadecimal digits
 */
export function differenceHash({ data, width, height }: RgbImage): string {
  const sums = new Float64Array(72);
  const counts = new Float64Array(72);
  for (let y = 0; y < height; y++) {
    const row = 9 * Math.min(7, Math.floor((8 * y) / height));
    for (let x = 0; x < width; x++) {
      const cell = row + Math.min(8, Math.floor((9 * x) / width));
      const at = 3 * (y * width + x);
      const grey = 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
      sums[cell] = (sums[cell] ?? 0) + grey;
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  }
  const means = sums.map((sum, i) => Math.round(sum / Math.max(1, counts[i] ?? 1)));
  let hex = '';
  for (let y = 0; y < 8; y++) {
    let byte = 0;
    for (let x = 0; x < 8; x++)
      byte = 2 * byte + ((means[9 * y + x] ?? 0) > (means[9 * y + x + 1] ?? 0) ? 1 : 0);
    hex += byte.toString(16).padStart(2, '0');
  }
  return hex;
}
