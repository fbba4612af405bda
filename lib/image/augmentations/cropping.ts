import { cropImage, mirrorImage } from '../operations/crop-and-mirror';
import { type Interpolation, type Rectangle, resizeImage } from '../operations/resize-image';
import { between, defineAugmentation } from './define-augmentation';

export const flip = defineAugmentation({
  name: 'flip',
  title: 'mirror half of the pictures',
  source: 'torchvision RandomHorizontalFlip, Keras RandomFlip',
  options: {},
  draw: (random) => ({ mirrored: random.next() < 0.5 }),
  apply: (image, { mirrored }) => (mirrored ? mirrorImage(image) : image),
});

export const randomResizedCrop = defineAugmentation({
  name: 'random-resized-crop',
  title: 'a part of random size and shape, brought to full size',
  source: 'torchvision RandomResizedCrop (C. Szegedy et al., 2015)',
  options: {
    minScale: { default: 0.08, description: 'smallest share of the area' },
    maxScale: { default: 1, description: 'largest share of the area' },
    minRatio: { default: 3 / 4, description: 'narrowest, width / height' },
    maxRatio: { default: 4 / 3, description: 'widest, width / height' },
    size: { default: 0, description: 'side of the result, px; 0: as large as the picture' },
    interpolation: {
      default: 'bilinear' as Interpolation,
      description: 'nearest, bilinear, bicubic or lanczos3',
    },
  },
  draw(random, { width, height }, options): { box: Rectangle; size: number; interpolation: Interpolation } {
    const { minScale, maxScale, minRatio, maxRatio, size, interpolation } = options;
    for (let attempt = 0; attempt < 10; attempt++) {
      const area = width * height * between(random, minScale, maxScale);
      const ratio = Math.exp(between(random, Math.log(minRatio), Math.log(maxRatio)));
      const w = Math.round(Math.sqrt(area * ratio));
      const h = Math.round(Math.sqrt(area / ratio));
      if (w < 1 || h < 1 || w > width || h > height) continue;
      const top = random.integer(height - h + 1);
      const left = random.integer(width - w + 1);
      return { box: { left, top, width: w, height: h }, size, interpolation };
    }
    // the largest part in the middle with a ratio that is allowed
    const ratio = Math.min(maxRatio, Math.max(minRatio, width / height));
    const w = Math.min(width, Math.round(height * ratio));
    const h = Math.min(height, Math.round(width / ratio));
    const box = { left: (width - w) >> 1, top: (height - h) >> 1, width: w, height: h };
    return { box, size, interpolation };
  },
  apply(image, { box, size, interpolation }) {
    const { width, height } = size ? { width: size, height: size } : image;
    return resizeImage(cropImage(image, box), { width, height, interpolation });
  },
});

export const randomErasing = defineAugmentation({
  name: 'random-erasing',
  title: 'one rectangle painted over',
  source: 'torchvision RandomErasing (Z. Zhong et al., 2020)',
  options: {
    minScale: { default: 0.02, description: 'smallest share of the area' },
    maxScale: { default: 0.33, description: 'largest share of the area' },
    minRatio: { default: 0.3, description: 'lowest, height / width' },
    maxRatio: { default: 3.3, description: 'highest, height / width' },
    value: { default: 0, description: 'of all channels, 0..255' },
  },
  draw(random, { width, height }, options): { box: Rectangle | null; value: number } {
    const { minScale, maxScale, minRatio, maxRatio, value } = options;
    for (let attempt = 0; attempt < 10; attempt++) {
      const area = width * height * between(random, minScale, maxScale);
      const ratio = Math.exp(between(random, Math.log(minRatio), Math.log(maxRatio)));
      const h = Math.round(Math.sqrt(area * ratio));
      const w = Math.round(Math.sqrt(area / ratio));
      if (w < 1 || h < 1 || w >= width || h >= height) continue;
      const top = random.integer(height - h + 1);
      const left = random.integer(width - w + 1);
      return { box: { left, top, width: w, height: h }, value };
    }
    return { box: null, value };
  },
  apply(image, { box, value }) {
    if (!box) return image;
    const data = image.data.slice();
    for (let y = box.top; y < box.top + box.height; y++) {
      const from = (y * image.width + box.left) * 3;
      data.fill(value, from, from + box.width * 3);
    }
    return { ...image, data };
  },
});
