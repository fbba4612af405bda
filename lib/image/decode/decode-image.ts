import { open } from 'node:fs/promises';
import { checkPhotoFormat, describeDecodeError, MAX_PIXELS, openPixels } from '../../base/index';
import type { Box } from '../../dataset/index';
import { type Interpolation, type ResizeOptions, resizeImage } from '../operations/resize-image';
import type { RgbImage } from '../types';

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

/** How much larger than wanted a picture at least is after a first, quick reduction: Pillow's `reducing_gap`. */
const REDUCING_GAP = 2;
/** Photos up to this many pixels are never reduced like that. */
const EXACT_PIXELS = 1_000_000;

/**
 * Decodes a photo to upright RGB, and crops and resizes it on the way. JPEG, PNG, WebP, GIF (its first frame),
 * TIFF, AVIF and HEIC; EXIF rotation is applied; grey, CMYK and 16-bit pictures become 8-bit sRGB; transparency is laid
 * on white. Sizes change as in Pillow (`resizeImage`), value for value. A photo of more than a megapixel that becomes
 * less than a fourth as wide and high is halved before, once or more, while it is decoded, to twice the wanted size at
 * the least, as Pillow's `Image.draft` and `thumbnail` do: about 0.3 levels off in the mean.
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
    const opened = await openPixels(bytes, settings);
    let image = opened.clone().autoOrient();
    let plan: ResizeOptions | undefined;
    if (crop || options.width !== undefined || options.height !== undefined) {
      const { autoOrient } = await opened.metadata();
      const area = crop ? cropToPixels(crop, autoOrient.width, autoOrient.height) : undefined;
      if (area) image = image.extract(area);
      const { width, height } = area ?? autoOrient;
      plan = planResize(width, height, options);
      const times = halvings(width, height, plan);
      if (times > 1) {
        // libjpeg shrinks to whole pixels; where that is not exact, sharp misses by up to half a pixel: then the photo
        // is decoded whole, which an extract makes sure of
        const exact = width % Math.min(8, times) === 0 && height % Math.min(8, times) === 0;
        if (!exact && !area) image = image.extract({ left: 0, top: 0, width, height });
        const reduced = { width: Math.floor(width / times), height: Math.floor(height / times) };
        image = image.resize({ ...reduced, fit: 'fill', kernel: 'lanczos3' });
      }
    }
    const { data, info } = await image
      .flatten({ background })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const decoded = { data: toRgb(data, info.channels), width: info.width, height: info.height };
    return plan ? resizeImage(decoded, plan) : decoded;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw describeDecodeError(error, name, bytes, maxPixels);
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

/** How a picture of this size is to be resized, if at all. */
function planResize(
  fromWidth: number,
  fromHeight: number,
  options: DecodeOptions,
): ResizeOptions | undefined {
  const { width = Infinity, height = Infinity, interpolation } = options;
  if (width === Infinity && height === Infinity) return undefined;
  const fit = width < Infinity && height < Infinity ? (options.fit ?? 'fill') : 'inside';
  if (fit === 'fill') return { width, height, interpolation };
  const [across, down] = [width / fromWidth, height / fromHeight];
  const scale = fit === 'cover' ? Math.max(across, down) : Math.min(across, down);
  const scaled = {
    width: scale === across ? width : Math.max(1, Math.round(fromWidth * scale)),
    height: scale === down ? height : Math.max(1, Math.round(fromHeight * scale)),
  };
  if (fit === 'inside') return { ...scaled, interpolation };
  const left = Math.floor((scaled.width - width + 1) / 2);
  const top = Math.floor((scaled.height - height + 1) / 2);
  return { ...scaled, interpolation, window: { left, top, width, height } };
}

/** 2, 4, 8 ...: by how much a picture is reduced before it is resized; 1 for not at all. */
function halvings(width: number, height: number, plan: ResizeOptions | undefined): number {
  if (!plan || plan.interpolation === 'nearest' || width * height <= EXACT_PIXELS) return 1;
  const ratio = Math.min(width / plan.width, height / plan.height) / REDUCING_GAP;
  return ratio >= 2 ? 2 ** Math.floor(Math.log2(ratio)) : 1;
}

/** A grey picture in sRGB may come with one channel: it is copied to three. */
function toRgb(data: Buffer, channels: number): Uint8Array {
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (channels === 3) return pixels;
  const rgb = new Uint8Array((pixels.length / channels) * 3);
  for (let from = 0, to = 0; from < pixels.length; from += channels, to += 3)
    for (let c = 0; c < 3; c++) rgb[to + c] = pixels[from + (channels >= 3 ? c : 0)] ?? 0;
  return rgb;
}
