import type { Sharp, SharpOptions } from 'sharp';
import { sniffFormat } from './photo-formats';

/** Every room loads this one, few of its users decode photos; asking for it again takes 0.1 ms of each photo. */
let sharp: typeof import('sharp').default | undefined;

/**
 * A pipeline over a photo's pixels as stored. HEIC, which phones write and sharp's libvips does not decode, goes
 * through libheif as WebAssembly (`libheif-js`, LGPL-3.0) first, and comes upright.
 *
 * @throws Error when a HEIC file is damaged, cut short or has more pixels than the limit
 */
export async function openPixels(
  bytes: Buffer,
  options: SharpOptions & { limitInputPixels: number },
): Promise<Sharp> {
  sharp ??= (await import('sharp')).default;
  if (sniffFormat(bytes) !== 'heic') return sharp(bytes, options);
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  if (width * height > options.limitInputPixels) throw new Error('Input image exceeds pixel limit');
  const { default: decode } = await import('heic-decode');
  const image = await decode({ buffer: bytes as unknown as ArrayBufferLike });
  const { data } = image;
  return sharp(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), {
    ...options,
    raw: { width: image.width, height: image.height, channels: 4 },
  }).removeAlpha();
}
