import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { elementAt } from '../../lib/base/index';

/** A picture with a red, green, blue and white quarter, as sharp pipeline; `width` and `height` even. */
export function quarters(width = 64, height = 48): ReturnType<typeof sharp> {
  const colours = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ];
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data.set(elementAt(colours, (y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)), (y * width + x) * 3);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Files as people have them, from plain to hostile, made on the spot. */
export const oddPhotos = {
  jpeg: () => quarters().jpeg({ quality: 95 }).toBuffer(),
  greyJpeg: () => quarters().grayscale().toColourspace('b-w').jpeg().toBuffer(),
  cmykJpeg: () => quarters().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
  /** Upright it is 48 wide and 64 high, and its top right quarter is red. */
  rotatedJpeg: () => quarters().withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer(),
  truncatedJpeg: async () => {
    const whole = await quarters(256, 256).jpeg({ quality: 95 }).toBuffer();
    return whole.subarray(0, Math.floor(whole.length * 0.6));
  },
  /** Red, the right half fully transparent. */
  rgbaPng: () => {
    const data = Buffer.alloc(64 * 48 * 4);
    for (let i = 0; i < 64 * 48; i++) data.set([255, 0, 0, i % 64 < 32 ? 255 : 0], i * 4);
    return sharp(data, { raw: { width: 64, height: 48, channels: 4 } })
      .png()
      .toBuffer();
  },
  grey16Png: () => quarters().grayscale().toColourspace('grey16').png().toBuffer(),
  onePixel: () =>
    sharp(Buffer.from([10, 200, 30]), { raw: { width: 1, height: 1, channels: 3 } })
      .png()
      .toBuffer(),
  /** First frame red, second blue. */
  animatedGif: () => {
    const data = Buffer.alloc(16 * 32 * 3);
    for (let i = 0; i < 16 * 32; i++) data.set(i < 16 * 16 ? [255, 0, 0] : [0, 0, 255], i * 3);
    return sharp(data, { raw: { width: 16, height: 32, channels: 3, pageHeight: 16 } })
      .gif()
      .toBuffer();
  },
  svg: async () =>
    Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
  heic: async () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\0', 'latin1'),
  text: async () => Buffer.from('This is not a photo.\n'),
  empty: async () => Buffer.alloc(0),
  /** A PNG of 50,000 x 50,000 px by its header, with a few bytes of pixels. */
  hugePng: async () => {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(50_000, 0);
    header.writeUInt32BE(50_000, 4);
    header.set([8, 2, 0, 0, 0], 8);
    const parts = [
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(Buffer.alloc(1000))),
      chunk('IEND', Buffer.alloc(0)),
    ];
    return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
  },
} satisfies Record<string, () => Promise<Buffer>>;

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}
