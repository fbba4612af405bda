import { createRandom, elementAt } from '../base/index';
import type { Dataset } from '../dataset/index';
import { decodePhotos, neighbourCorrelation, type RgbImage } from '../image/index';

/** What a step does to photos, on average. */
export interface StepEffect {
  step: string;
  /** Mean and standard deviation of the levels, 0..255. */
  mean: number;
  deviation: number;
  /** Pearson's correlation of a pixel with its right neighbour, -1..1. */
  correlation: number;
}

/**
 * What steps of preprocessing do to a sample of photos: mean and spread of the levels, and how much a pixel tells of its
 * neighbour; `as decoded` comes first.
 *
 * @param steps by name
 * @param options.photos how many. Default 12. @param options.edge side they are stretched to, px. Default 128.
 * @throws Error when a photo cannot be decoded
 * @example await measureSteps(photos, { equalized: equalizeHistogram }, { seed: 42 })
 */
export async function measureSteps(
  dataset: Dataset,
  steps: Readonly<Record<string, (image: RgbImage) => RgbImage>>,
  { seed = 0, photos = 12, edge = 128 } = {},
): Promise<StepEffect[]> {
  const sample = createRandom(seed).shuffle(dataset.examples).slice(0, photos);
  const pictures = await decodePhotos(dataset, sample, { width: edge, height: edge, fit: 'fill' });
  const all = { 'as decoded': (image: RgbImage) => image, ...steps };
  return Object.entries(all).map(([step, apply]) => {
    const effects = pictures.map((picture) => measurePicture(apply(picture)));
    const mean = (index: number) =>
      effects.reduce((sum, effect) => sum + elementAt(effect, index), 0) / effects.length;
    return { step, mean: mean(0), deviation: mean(1), correlation: mean(2) };
  });
}

function measurePicture(image: RgbImage): [number, number, number] {
  const { data } = image;
  let sum = 0;
  let squares = 0;
  for (const value of data) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / data.length;
  return [mean, Math.sqrt(Math.max(0, squares / data.length - mean * mean)), neighbourCorrelation(image)];
}
