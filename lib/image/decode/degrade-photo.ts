import sharp, { type Sharp } from 'sharp';
import { createRandom } from '../../base/index';

/** Ways in which a photo is worse than those of a data set. */
export const DEGRADATIONS = [
  'low light',
  'out of focus',
  'JPEG, quality 30',
  'turned, EXIF says so',
  'turned by 90 degrees',
] as const;

export type Degradation = (typeof DEGRADATIONS)[number];

/** Of a phone's sensor at night, in levels of 0..255. */
const NOISE = 6;
/** JPEG without visible loss, so that only the degradation counts. */
const CLEAN_JPEG = { quality: 100, chromaSubsampling: '4:4:4' } as const;

/**
 * A photo as a worse camera, connection or hand would have left it, as the bytes of a file: so it goes through the same
 * decoding as every other.
 *
 * - `low light`: each value a fourth, then noise of deviation 6 (of 255), as a short exposure at night;
 * - `out of focus`: a Gaussian blur of which the deviation is 1.5 % of the short side;
 * - `JPEG, quality 30`: compressed once more;
 * - `turned, EXIF says so`: the pixels lie on their side, and the file says how they are to be turned, as phones do;
 * - `turned by 90 degrees`: the same without a word.
 *
 * @param input path, or the file's bytes
 * @param seed of the noise
 * @returns a PNG or JPEG file
 * @throws Error when the photo cannot be read
 * @example await decodePhoto(await degradePhoto('rex.jpg', 'low light'), classifier.input);
 */
export async function degradePhoto(
  input: string | Buffer,
  degradation: Degradation,
  seed = 0,
): Promise<Buffer> {
  const upright = sharp(input, { failOn: 'error' }).autoOrient().flatten().toColourspace('srgb');
  switch (degradation) {
    case 'low light':
      return darken(upright, seed);
    case 'out of focus': {
      const { autoOrient } = await upright.metadata();
      const short = Math.min(autoOrient.width, autoOrient.height);
      return upright
        .blur({ sigma: Math.max(0.3, 0.015 * short), minAmplitude: 0.001, precision: 'float' })
        .png({ compressionLevel: 1 })
        .toBuffer();
    }
    case 'JPEG, quality 30':
      return upright.jpeg({ quality: 30 }).toBuffer();
    case 'turned, EXIF says so': {
      const turned = await upright.png({ compressionLevel: 1 }).toBuffer();
      // 6: the camera was turned clockwise, so that the picture has to be turned by 90 degrees clockwise to be upright
      return sharp(turned).rotate(270).withMetadata({ orientation: 6 }).jpeg(CLEAN_JPEG).toBuffer();
    }
    case 'turned by 90 degrees': {
      const turned = await upright.png({ compressionLevel: 1 }).toBuffer();
      return sharp(turned).rotate(270).jpeg(CLEAN_JPEG).toBuffer();
    }
  }
}

async function darken(upright: Sharp, seed: number): Promise<Buffer> {
  const { data, info } = await upright.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const random = createRandom(seed);
  const dark = Buffer.alloc(data.length);
  for (const [index, value] of data.entries())
    dark[index] = Math.max(0, Math.min(255, Math.round(value / 4 + NOISE * random.normal())));
  const { width, height, channels } = info;
  return sharp(dark, { raw: { width, height, channels } }).png({ compressionLevel: 1 }).toBuffer();
}
