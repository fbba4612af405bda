import type { RgbImage } from '../types';
import { between, defineAugmentation } from './define-augmentation';
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from './enhance';

const ADJUST = {
  brightness: adjustBrightness,
  contrast: adjustContrast,
  saturation: adjustSaturation,
  hue: adjustHue,
} as const;
type Adjustment = keyof typeof ADJUST;

export const colourJitter = defineAugmentation({
  name: 'colour-jitter',
  title: 'brightness, contrast, saturation and hue changed in random order',
  source: 'torchvision ColorJitter on Pillow pictures',
  options: {
    brightness: { default: 0.4, description: 'factor from 1 - value to 1 + value' },
    contrast: { default: 0.4, description: 'factor from 1 - value to 1 + value' },
    saturation: { default: 0.4, description: 'factor from 1 - value to 1 + value' },
    hue: { default: 0.1, description: 'turns either way, at most 0.5' },
  },
  draw(random, _size, options): { steps: { adjust: Adjustment; factor: number }[] } {
    const order = random.shuffle(Object.keys(ADJUST) as Adjustment[]);
    const steps = order
      .filter((adjust) => options[adjust] > 0)
      .map((adjust) => {
        const range = options[adjust];
        const low = adjust === 'hue' ? -range : Math.max(0, 1 - range);
        return { adjust, factor: between(random, low, adjust === 'hue' ? range : 1 + range) };
      });
    return { steps };
  },
  apply: (image, { steps }) =>
    steps.reduce<RgbImage>((changed, { adjust, factor }) => ADJUST[adjust](changed, factor), image),
});
