import sharp from 'sharp';
import { createRandom, type Random } from '../../base/index';
import type { Box } from '../types';
import type { BreedLook } from './breed-looks';
import { drawDog } from './draw-dog';

/** How a picture is stored: nearly all as JPEG; one grey and one with an alpha channel, as in real collections. */
export type PictureFormat = 'jpeg' | 'grey-jpeg' | 'rgba-png';

/** A drawn picture, encoded. */
export interface DrawnPicture {
  bytes: Buffer;
  box: Box;
}

/** Deviation of the camera's noise, of 255. */
const NOISE = 7;
const NOISE_TABLE = (() => {
  const random = createRandom(1);
  return Float32Array.from({ length: 65_536 }, () => NOISE * random.normal());
})();

/**
 * Draws one dog in a scene. What does not tell the breed varies: size and format of the picture, place, size and
 * direction of the dog, background, things lying about, light and noise.
 */
export async function drawPicture(
  look: BreedLook,
  random: Random,
  format: PictureFormat,
): Promise<DrawnPicture> {
  const between = (low: number, high: number) => low + (high - low) * random.next();
  const width = Math.round(between(240, 340));
  const height = Math.round(between(220, 300));
  const dog = drawDog(look, random);
  const scale = (between(0.62, 0.92) * width) / (dog.right - dog.left);
  const fit = Math.min(scale, (0.92 * height) / (dog.bottom - dog.top));
  const facing = random.next() < 0.5 ? -1 : 1;
  const halfWidth = ((dog.right - dog.left) / 2) * fit;
  const centreX = between(halfWidth + 2, width - halfWidth - 2);
  const footY = between(Math.min(height - 4, (dog.bottom - dog.top) * fit + 2), height - 4);
  const shift = -facing * fit * ((dog.left + dog.right) / 2);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    drawScene(width, height, footY, random) +
    `<g transform="translate(${(centreX + shift).toFixed(2)} ${footY.toFixed(2)}) scale(${(facing * fit).toFixed(4)} ${fit.toFixed(4)})">${dog.svg}</g></svg>`;
  const pixels = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
  addLightAndNoise(pixels, random);
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return {
    bytes: await encode(pixels, width, height, format),
    box: {
      xmin: clip((centreX - halfWidth) / width),
      ymin: clip((footY + dog.top * fit) / height),
      xmax: clip((centreX + halfWidth) / width),
      ymax: clip((footY + dog.bottom * fit) / height),
    },
  };
}

function drawScene(width: number, height: number, footY: number, random: Random): string {
  const colour = (saturation: number, light: number) =>
    `hsl(${random.integer(360)} ${saturation}% ${Math.round(light + 24 * (random.next() - 0.5))}%)`;
  const things = Array.from({ length: 2 + random.integer(5) }, () => {
    const size = 10 + 38 * random.next();
    const x = width * random.next();
    const y = height * random.next();
    return random.next() < 0.5
      ? `<circle cx="${x}" cy="${y}" r="${size / 2}" fill="${colour(45, 55)}"/>`
      : `<rect x="${x}" y="${y}" width="${size}" height="${size * 0.7}" fill="${colour(45, 55)}"/>`;
  });
  const horizon = footY - (0.1 + 0.4 * random.next()) * height;
  return (
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="${random.next()}" y2="1"><stop stop-color="${colour(38, 70)}"/><stop offset="1" stop-color="${colour(38, 70)}"/></linearGradient></defs>` +
    `<rect width="100%" height="100%" fill="url(#sky)"/><rect y="${horizon}" width="100%" height="100%" fill="${colour(32, 48)}"/>${things.join('')}`
  );
}

/** Brightness, a cast of colour and noise, in place. */
function addLightAndNoise(pixels: Buffer, random: Random): void {
  const gain = 0.75 + 0.45 * random.next();
  const gains = [0, 1, 2].map(() => gain * (0.95 + 0.1 * random.next()));
  const offset = random.integer(NOISE_TABLE.length);
  const step = 1 + 2 * random.integer(1000); // odd, hence a walk through the whole table
  const clamped = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length);
  for (let i = 0; i < clamped.length; i++)
    clamped[i] =
      (gains[i % 3] ?? Number.NaN) * (clamped[i] ?? Number.NaN) +
      (NOISE_TABLE[(offset + i * step) & 65_535] ?? Number.NaN);
}

function encode(pixels: Buffer, width: number, height: number, format: PictureFormat): Promise<Buffer> {
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  if (format === 'rgba-png') return image.ensureAlpha().png({ compressionLevel: 4 }).toBuffer();
  const jpeg = format === 'grey-jpeg' ? image.grayscale().toColourspace('b-w') : image;
  return jpeg.jpeg({ quality: 88 }).toBuffer();
}
