import { createRandom } from '../../base/index';
import {
  type AugmentationStep,
  cutPatches,
  denoiseNonLocalMeans,
  equalizeAdaptive,
  equalizeHistogram,
  equalizeLuma,
  fitWhitening,
  type RgbImage,
  whitenedToRgb,
  whitenPhoto,
} from '../../image/index';

/** One way to prepare a photo for a network. */
export interface Preparation {
  name: string;
  /** Learns what it must from a sample of photos, and gives the step: a picture of the same size. */
  make(sample: readonly RgbImage[]): (image: RgbImage) => RgbImage;
}

/** What is compared; the first is what the others are measured against. */
export const PREPARATIONS: readonly Preparation[] = [
  { name: 'none', make: () => (image) => image },
  { name: 'equalized, each channel', make: () => equalizeHistogram },
  { name: 'equalized, luma', make: () => equalizeLuma },
  { name: 'CLAHE', make: () => (image) => equalizeAdaptive(image) },
  { name: 'non-local means', make: () => (image) => denoiseNonLocalMeans(image, { h: 10 }) },
  {
    name: 'ZCA whitened',
    make(sample) {
      const whitening = fitWhitening(cutPatches(sample, { random: createRandom(0) }));
      return (image) => whitenedToRgb(whitenPhoto(image, whitening));
    },
  },
];

/** Each augmentation alone with its defaults, then a few together. */
export const POLICIES: Readonly<Record<string, readonly AugmentationStep[]>> = {
  flip: [{ use: 'flip' }],
  "the presentation's (keras)": [{ use: 'keras' }],
  'random-resized-crop': [{ use: 'random-resized-crop', minScale: 0.5 }],
  'colour-jitter': [{ use: 'colour-jitter' }],
  'random-erasing': [{ use: 'random-erasing' }],
  mixup: [{ use: 'mixup' }],
  cutmix: [{ use: 'cutmix' }],
  'rand-augment': [{ use: 'rand-augment' }],
  'flip, crop, jitter and erasing': [
    { use: 'flip' },
    { use: 'random-resized-crop', minScale: 0.5 },
    { use: 'colour-jitter' },
    { use: 'random-erasing' },
  ],
};
