import { open } from 'node:fs/promises';
import type { Sharp } from 'sharp';
import {
  checkPhotoFormat,
  describeDecodeError,
  MAX_PIXELS,
  openPixels,
  readJpegFrame,
} from '../../base/index';
import type { Box } from '../../dataset/index';
import { cropImage } from '../operations/crop-and-mirror';
import { type ResizeOptions, resizeImage } from '../operations/resize-image';
import type { RgbImage } from '../types';
import { cropToPixels, EXACT_PIXELS, halvings, planResize, type WantedSize } from './plan-resize';
import { toRgb } from './to-rgb';

/** Options of `decodeImage`. */
export interface DecodeOptions extends WantedSize {
  /** Part of the upright picture to keep, before resizing. */
  crop?: Box;
  /** Default `MAX_PIXELS`, 100 million. */
  maxPixels?: number;
  /** Colour behind transparent pixels. Default `white`. */
  background?: 'white' | 'black';
  /** How messages name the picture when `input` is a buffer. Default `the uploaded picture`. */
  name?: string;
}

/**
 * Decodes a photo to upright RGB, and crops and resizes it on the way. JPEG, PNG, WebP, GIF (its first frame),
 * TIFF, AVIF and HEIC; EXIF rotation is applied; grey, CMYK and 16-bit pictures become 8-bit sRGB; transparency is laid
 * on white. Sizes change as in Pillow (`resizeImage`), value for value. A photo of more than a megapixel that becomes
 * less than a fourth as wide and high is halved before, once or more, while it is decoded, to twice the wanted size at
 * the least, as Pillow's `Image.draft` and `thumbnail` do: about 0.3 levels off in the mean.
 *
 * Colours are those that pretrained networks were trained on, with Pillow or `tf.io`: CMYK without a profile is what
 * the inks leave, multiplied (Pillow's way; an embedded profile is followed), and 16 bits are cut off to the higher 8.
 *
 * @param input path, or the file's bytes
 * @throws Error when the file is not there, is no photo (`expected a JPEG, ... photo, received text in a.jpg`), is
 *   damaged or cut short, or is larger than `maxPixels`
 * @throws RangeError for a size or crop that cannot be
 * @example
 * const { data } = await decodeImage('dog.jpg', { width: 224, height: 224 }); // Uint8Array(150528)
 */
export async function decodeImage(input: string | Buffer, options: DecodeOptions = {}): Promise<RgbImage> {
  checkSize(options);
  return decodeBytes(await bytesOf(input, options), options, nameOf(input, options));
}

/**
 * One photo as several pictures, each as {@link decodeImage} gives it, bit for bit. The file is read once; a photo of up
 * to a megapixel, which is never reduced while it is decoded, is decoded once.
 *
 * @param wanted sizes and crops; `maxPixels`, `background` and `name` are those of the first
 * @returns an outcome for each picture: a crop of a file that is cut short may be whole where the rest is not
 * @throws Error when the file is not there or is no photo; RangeError for a size that cannot be
 * @example const [whole, middle] = await decodeSeveral('dog.jpg', [{ width: 224 }, { width: 224, crop }]);
 */
export async function decodeSeveral(
  input: string | Buffer,
  wanted: readonly DecodeOptions[],
): Promise<PromiseSettledResult<RgbImage>[]> {
  const [first = {}] = wanted;
  wanted.forEach(checkSize);
  const bytes = await bytesOf(input, first);
  const name = nameOf(input, first);
  const { maxPixels, background } = first;
  const common = { maxPixels, background };
  // null: each picture says by itself what is wrong
  const whole =
    wanted.length > 1 && (await neverReduced(bytes, first))
      ? await decodeBytes(bytes, common, name).catch(() => null)
      : null;
  const decode = async (own: DecodeOptions) =>
    whole ? cutAndResize(whole, own) : decodeBytes(bytes, { ...own, ...common }, name);
  return Promise.allSettled(wanted.map(decode));
}

/** What {@link decodeBytes} does to a photo that is not reduced, of its pixels. */
function cutAndResize(image: RgbImage, options: DecodeOptions): RgbImage {
  const { crop } = options;
  const part = crop ? cropImage(image, cropToPixels(crop, image.width, image.height)) : image;
  const plan = planResize(part.width, part.height, options);
  return plan ? resizeImage(part, plan) : part;
}

async function neverReduced(bytes: Buffer, { maxPixels = MAX_PIXELS }: DecodeOptions): Promise<boolean> {
  if (isPlain(bytes)) return true;
  try {
    const opened = await openPixels(bytes, { failOn: 'error', limitInputPixels: maxPixels });
    const { width, height } = await opened.metadata();
    return width * height <= EXACT_PIXELS;
  } catch {
    return false;
  }
}

/** Whether it is a JPEG that is never reduced, grey or of colours: decoded whole, before anything else is asked of it. */
function isPlain(bytes: Buffer): boolean {
  const frame = readJpegFrame(bytes);
  return frame !== undefined && frame.components !== 4 && frame.width * frame.height <= EXACT_PIXELS;
}

const nameOf = (input: string | Buffer, { name = 'the uploaded picture' }: DecodeOptions): string =>
  typeof input === 'string' ? input : name;

async function bytesOf(input: string | Buffer, options: DecodeOptions): Promise<Buffer> {
  if (typeof input === 'string') return readPhoto(input);
  checkPhotoFormat(input, nameOf(input, options));
  return input;
}

async function decodeBytes(bytes: Buffer, options: DecodeOptions, name: string): Promise<RgbImage> {
  const { maxPixels = MAX_PIXELS } = options;
  let decoded: Decoded;
  try {
    if (isPlain(bytes)) {
      // of a file that is cut short, the part that is asked for may be there
      const whole = await decodePlain(bytes, maxPixels).catch((error: Error) => {
        if (!options.crop) throw error;
      });
      if (whole) return cutAndResize(whole, options);
    }
    decoded = await decodeReduced(bytes, options);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw describeDecodeError(error, name, bytes, maxPixels);
  }
  return decoded.plan ? resizeImage(decoded.image, decoded.plan) : decoded.image;
}

/** A photo, cropped and perhaps reduced, and what remains to be done. */
interface Decoded {
  image: RgbImage;
  plan?: ResizeOptions;
}

async function decodePlain(bytes: Buffer, limitInputPixels: number): Promise<RgbImage> {
  const opened = await openPixels(bytes, { failOn: 'error', limitInputPixels });
  return pixelsOf(opened.autoOrient().toColourspace('srgb'), false);
}

async function pixelsOf(pipeline: Sharp, inks: boolean): Promise<RgbImage> {
  const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data: toRgb(data, info.channels, inks), width: info.width, height: info.height };
}

async function decodeReduced(bytes: Buffer, options: DecodeOptions): Promise<Decoded> {
  const { maxPixels = MAX_PIXELS, crop, background = 'white' } = options;
  const opened = await openPixels(bytes, { failOn: 'error', limitInputPixels: maxPixels });
  const { autoOrient, space, hasProfile } = await opened.metadata();
  let image = opened.autoOrient();
  let plan: ResizeOptions | undefined;
  if (crop || options.width !== undefined || options.height !== undefined) {
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
  const inks = space === 'cmyk' && !hasProfile;
  image = inks
    ? image.pipelineColourspace('cmyk').toColourspace('cmyk')
    : image.flatten({ background }).toColourspace('srgb');
  return { image: await pixelsOf(image, inks), plan };
}

/** Bytes that tell a file's format, and of a file that is read in one go. */
const [HEAD, READ_AT_ONCE] = [512, 2 ** 20];

/** Reads a file; what is no photo is refused before it is read whole, unless it is small. */
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
    const info = await file.stat();
    if (info.isDirectory()) throw new Error(`expected a photo, received the folder ${path}`);
    const atOnce = info.size > 0 && info.size <= READ_AT_ONCE;
    const start = Buffer.alloc(atOnce ? info.size : HEAD);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    checkPhotoFormat(start.subarray(0, Math.min(bytesRead, HEAD)), path);
    return atOnce && bytesRead === info.size ? start : await file.readFile();
  } finally {
    await file.close();
  }
}

function checkSize({ width, height }: DecodeOptions): void {
  for (const [key, value] of Object.entries({ width, height }))
    if (value !== undefined && !(Number.isInteger(value) && value >= 1 && value <= 16_384))
      throw new RangeError(`expected a ${key} of 1..16384 px, received ${value}`);
}
