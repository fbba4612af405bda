import sharp from 'sharp';
import type { Dataset } from '../../dataset/index';
import { channelHistogram, neighbourCorrelation, type RgbImage } from '../../image/index';
import { keep } from './keep';
import type { OperationValues, PictureValues } from './run-values';

const BINS = 64;
const WEBP_QUALITY = 82;

/** Shares of 256 counts in 64 bins. */
function binShares(counts: Uint32Array): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const width = counts.length / BINS;
  return Array.from({ length: BINS }, (_, bin) => {
    const inBin = counts.subarray(bin * width, (bin + 1) * width);
    return inBin.reduce((sum, count) => sum + count, 0) / total;
  });
}

function deviation(counts: Uint32Array): number {
  let [n, sum, squares] = [0, 0, 0];
  counts.forEach((count, level) => {
    n += count;
    sum += count * level;
    squares += count * level * level;
  });
  return Math.sqrt(squares / n - (sum / n) ** 2);
}

/** Mean absolute difference between a value and the one of its right neighbour. */
function roughness({ data, width, height }: RgbImage): number {
  let sum = 0;
  for (let y = 0; y < height; y++)
    for (let at = y * width * 3; at < (y * width + width - 1) * 3; at++)
      sum += Math.abs((data[at + 3] ?? 0) - (data[at] ?? 0));
  return sum / (height * (width - 1) * 3);
}

/** A picture as slides show it, with the statistics of its levels. */
async function describePicture(image: RgbImage): Promise<PictureValues> {
  const { data, width, height } = image;
  const channels = Object.values(channelHistogram(image)) as Uint32Array[];
  const webp = await sharp(Buffer.from(data), { raw: { width, height, channels: 3 } })
    .resize(300, 300, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: WEBP_QUALITY })
    .toBuffer();
  return {
    picture: webp.toString('base64'),
    levels: channels.map(binShares),
    contrast: channels.map(deviation).reduce((sum, value) => sum + value, 0) / channels.length,
    roughness: roughness(image),
    correlation: neighbourCorrelation(image),
  };
}

/**
 * Keeps a picture before and after an operation for the slides.
 *
 * @param name the operation, as in `RunValues`
 */
export async function keepOperation(
  name: 'equalized' | 'denoised' | 'whitened',
  before: RgbImage,
  after: RgbImage,
): Promise<void> {
  const value: OperationValues = {
    before: await describePicture(before),
    after: await describePicture(after),
  };
  keep(name, value);
}

/**
 * Keeps a picture and random variants of it for the slides.
 *
 * @example await keepVariants(photo, variants);
 */
export async function keepVariants(original: RgbImage, variants: readonly RgbImage[]): Promise<void> {
  keep('augmented', {
    original: await describePicture(original),
    variants: await Promise.all(variants.map(describePicture)),
  });
}

/** Keeps what the photos at hand are. @example keepPhotos(photos); */
export function keepPhotos({ name, kind, examples, breeds, quarantine }: Dataset): void {
  const channels: Record<string, number> = {};
  for (const example of examples) channels[example.channels] = (channels[example.channels] ?? 0) + 1;
  keep('photos', {
    name,
    kind,
    photos: examples.length,
    breeds: breeds.length,
    channels,
    setAside: quarantine.length,
  });
}
