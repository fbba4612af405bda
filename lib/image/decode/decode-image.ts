import { open } from 'node:fs/promises';
import sharp from 'sharp';
import { checkPhotoFormat, openPixels } from '../../base/index';
import { type Box, describeDecodeError, MAX_PIXELS } from '../../dataset/index';
import type { RgbImage } from '../types';

/** How pixels are made when a picture changes its size. */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos3';

/** Options of `decodeImage`. */
export interface DecodeOptions {
  /** Wanted width, px. Alone: the height follows. */
  width?: number;
  /** Wanted height, px. Alone: the width follows. */
  height?: number;
  /** `fill` stretches (as Keras does), `cover` cuts off, `inside` keeps the shape within the size. Default `fill`. */
  fit?: 'fill' | 'cover' | 'inside';
  /** Default `bilinear`. */
  interpolation?: Interpolation;
  /** Part of the upright picture to keep, before resizing. */
  crop?: Box;
  /** Default `MAX_PIXELS`, 100 million. */
  maxPixels?: number;
  /** Colour behind transparent pixels. Default `white`. */
  background?: 'white' | 'black';
  /** How messages name the picture when `input` is a buffer. Default `the uploaded picture`. */
  name?: string;
}

const KERNELS = { nearest: 'nearest', bilinear: 'linear', bicubic: 'cubic', lanczos3: 'lanczos3' } as const;

/**
 * Decodes a photo to upright RGB, and crops and resizes it on the way. JPEG, PNG, WebP, GIF (its first frame),
 * TIFF, AVIF and HEIC; EXIF rotation is applied; grey, CMYK and 16-bit pictures become 8-bit sRGB; transparency is laid
 * on white. Shrinking is area-true (libvips widens its kernel as the picture gets smaller) and large JPEGs are
 * shrunk while they are decoded.
 *
 * @param input path, or the file's bytes
 * @throws Error when the file is not there, is no photo (`expected a JPEG, ... photo, received text in a.jpg`), is
 *   damaged or cut short, or is larger than `maxPixels`
 * @throws RangeError for a size or crop that cannot be
 * @example
 * const { data } = await decodeImage('dog.jpg', { width: 224, height: 224 }); // Uint8Array(150528)
 */
export async function decodeImage(input: string | Buffer, options: DecodeOptions = {}): Promise<RgbImage> {
  const { maxPixels = MAX_PIXELS, crop, background = 'white' } = options;
  checkSize(options);
  const name = typeof input === 'string' ? input : (options.name ?? 'the uploaded picture');
  const bytes = typeof input === 'string' ? await readPhoto(input) : input;
  if (typeof input !== 'string') checkPhotoFormat(input, name);
  const settings = { failOn: 'error', limitInputPixels: maxPixels } as const;
  try {
    let image = (await openPixels(bytes, settings)).autoOrient();
    if (crop) {
      const { autoOrient } = await sharp(bytes, settings).metadata();
      image = image.extract(cropToPixels(crop, autoOrient.width, autoOrient.height));
    }
    if (options.width !== undefined || options.height !== undefined)
      image = image.resize({
        width: options.width,
        height: options.height,
        fit: options.width && options.height ? (options.fit ?? 'fill') : 'inside',
        kernel: KERNELS[options.interpolation ?? 'bilinear'],
      });
    const { data, info } = await image
      .flatten({ background })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data: toRgb(data, info.channels), width: info.width, height: info.height };
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw describeDecodeError(error, name, maxPixels);
  }
}

/** Reads a file; what is no photo is refused before it is read whole. */
async function readPhoto(path: string): Promise<Buffer> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `expected a photo, ${code === 'ENOENT' ? 'found nothing' : `received ${code}`} at ${path}`,
      {
        cause: error,
      },
    );
  }
  try {
    if ((await file.stat()).isDirectory()) throw new Error(`expected a photo, received the folder ${path}`);
    const head = Buffer.alloc(512);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    checkPhotoFormat(head.subarray(0, bytesRead), path);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function checkSize({ width, height }: DecodeOptions): void {
  for (const [key, value] of Object.entries({ width, height }))
    if (value !== undefined && !(Number.isInteger(value) && value >= 1 && value <= 16_384))
      throw new RangeError(`expected a ${key} of 1..16384 px, received ${value}`);
}

/** A box in fractions -> whole pixels, at least one, inside the picture. */
function cropToPixels(box: Box, width: number, height: number) {
  const { xmin, ymin, xmax, ymax } = box;
  if (!(xmin >= 0 && ymin >= 0 && xmax <= 1 && ymax <= 1 && xmax > xmin && ymax > ymin))
    throw new RangeError(
      `expected a crop in fractions with 0 <= min < max <= 1, received ${JSON.stringify(box)}`,
    );
  const left = Math.min(width - 1, Math.round(xmin * width));
  const top = Math.min(height - 1, Math.round(ymin * height));
  return {
    left,
    top,
    width: Math.max(1, Math.round(xmax * width) - left),
    height: Math.max(1, Math.round(ymax * height) - top),
  };
}

/** A grey picture in sRGB may come with one channel: it is copied to three. */
function toRgb(data: Buffer, channels: number): Uint8Array {
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (channels === 3) return pixels;
  const rgb = new Uint8Array((pixels.length / channels) * 3);
  for (let from = 0, to = 0; from < pixels.length; from += channels, to += 3)
    for (let c = 0; c < 3; c++) rgb[to + c] = pixels[from + (channels >= 3 ? c : 0)];
  return rgb;
}
