import { deflateSync } from 'node:zlib';

/** CRC-32 as PNG wants it (https://www.w3.org/TR/png/#D-CRCAppendix). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** RGBA pixels as a PNG; synchronous, which sharp is not and canvas.toDataURL must be. */
function encodeRgba(pixels: Uint8ClampedArray, width: number, height: number): Buffer {
  const rows = Buffer.alloc((width * 4 + 1) * height);
  for (let y = 0; y < height; y++)
    rows.set(pixels.subarray(y * width * 4, (y + 1) * width * 4), y * (width * 4 + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Red, green, blue, alpha (0..255) of the colours that Plotly fills with. */
function parseColour(colour: string): [number, number, number, number] {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (hex) {
    const [red = 0, green = 0, blue = 0] = hex.slice(1).map((part) => parseInt(part, 16));
    return [red, green, blue, 255];
  }
  const [r = 0, g = 0, b = 0, a = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [r, g, b, Math.round(a * 255)];
}

/** The part of a canvas' 2D context that Plotly's heatmaps and images draw with. */
class PixelContext {
  fillStyle = '#000000';
  readonly pixels: Uint8ClampedArray;
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new Uint8ClampedArray(width * height * 4);
  }
  createImageData(width: number, height: number) {
    return { width, height, data: new Uint8ClampedArray(width * height * 4) };
  }
  putImageData(image: { width: number; height: number; data: Uint8ClampedArray }, left: number, top: number) {
    for (let y = 0; y < image.height; y++)
      this.pixels.set(
        image.data.subarray(y * image.width * 4, (y + 1) * image.width * 4),
        ((top + y) * this.width + left) * 4,
      );
  }
  fillRect(x: number, y: number, width: number, height: number) {
    const colour = parseColour(this.fillStyle);
    const [left, right] = [Math.max(0, Math.round(x)), Math.min(this.width, Math.round(x + width))];
    const [top, bottom] = [Math.max(0, Math.round(y)), Math.min(this.height, Math.round(y + height))];
    for (let row = top; row < bottom; row++)
      for (let column = left; column < right; column++)
        this.pixels.set(colour, (row * this.width + column) * 4);
  }
}

/** Gives jsdom's canvas elements, which draw nothing, the little that Plotly needs. */
export function installCanvas(prototype: object): void {
  const contexts = new WeakMap<object, PixelContext>();
  Object.assign(prototype, {
    getContext(this: { width: number; height: number }) {
      const context = contexts.get(this) ?? new PixelContext(this.width, this.height);
      contexts.set(this, context);
      return context;
    },
    toDataURL(this: { width: number; height: number }) {
      const context = contexts.get(this) ?? new PixelContext(this.width, this.height);
      const png = encodeRgba(context.pixels, context.width, context.height);
      return `data:image/png;base64,${png.toString('base64')}`;
    },
  });
}
