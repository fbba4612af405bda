import type { Random } from '../../base/index';
import type { Rectangle } from '../operations/resize-image';
import { roundPixel } from '../operations/round-half-even';
import { defineAugmentation } from './define-augmentation';

/** Gamma(shape, 1), after G. Marsaglia and W. W. Tsang, ACM TOMS 26, 2000. */
function drawGamma(random: Random, shape: number): number {
  if (shape < 1) return drawGamma(random, shape + 1) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = random.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Beta(alpha, alpha), 0..1. */
function drawBeta(random: Random, alpha: number): number {
  const a = drawGamma(random, alpha);
  const b = drawGamma(random, alpha);
  return a + b > 0 ? a / (a + b) : random.integer(2); // a tiny alpha: both underflow
}

export const mixup = defineAugmentation({
  name: 'mixup',
  title: 'two pictures laid over each other, and their labels likewise',
  source: 'torchvision MixUp (H. Zhang et al., 2018)',
  options: { alpha: { default: 0.2, description: 'the share is drawn from Beta(alpha, alpha)' } },
  draw: (random, _size, { alpha }) => ({ share: drawBeta(random, alpha) }),
  apply(image, { share }, partner) {
    const data = image.data.map((value, i) =>
      roundPixel(value * share + (partner.data[i] ?? 0) * (1 - share)),
    );
    return { ...image, data };
  },
  ownShare: ({ share }) => share,
});

export const cutmix = defineAugmentation({
  name: 'cutmix',
  title: 'a rectangle of another picture pasted in, and its label by area',
  source: 'torchvision CutMix (S. Yun et al., 2019)',
  options: { alpha: { default: 1, description: 'the share is drawn from Beta(alpha, alpha)' } },
  draw(random, { width, height }, { alpha }): { box: Rectangle; share: number } {
    const cut = 0.5 * Math.sqrt(1 - drawBeta(random, alpha));
    const x = random.integer(width);
    const y = random.integer(height);
    const left = Math.max(0, x - Math.trunc(cut * width));
    const top = Math.max(0, y - Math.trunc(cut * height));
    const right = Math.min(width, x + Math.trunc(cut * width));
    const bottom = Math.min(height, y + Math.trunc(cut * height));
    const box = { left, top, width: right - left, height: bottom - top };
    return { box, share: 1 - (box.width * box.height) / (width * height) };
  },
  apply(image, { box }, partner) {
    const data = image.data.slice();
    for (let y = box.top; y < box.top + box.height; y++) {
      const from = (y * image.width + box.left) * 3;
      data.set(partner.data.subarray(from, from + box.width * 3), from);
    }
    return { ...image, data };
  },
  ownShare: ({ share }) => share,
});
