import type { RgbImage } from '../types';
import { defineAugmentation } from './define-augmentation';
import { adjustBrightness, adjustContrast, adjustSaturation, adjustSharpness } from './enhance';
import { autoContrast, equalizeChannels, posterize, solarize } from './tone';

/** Steps of the magnitude: 0..30. */
const STEPS = 30;
/** Length of a side that shifts are stated for, px. */
const REFERENCE_SIDE = 331;

/** One operation: how strong it is at a magnitude of 0..1, whether its sign is drawn, and what it does. */
interface Operation {
  strength(magnitude: number, size: { width: number; height: number }): number;
  signed: boolean;
  apply(image: RgbImage, strength: number, fill: number): RgbImage;
}

const identity = (image: RgbImage): RgbImage => image;
const unchanged = () => 0;
const enhance = (adjust: (image: RgbImage, factor: number) => RgbImage): Operation => ({
  strength: (magnitude) => 0.9 * magnitude,
  signed: true,
  apply: (image, strength) => adjust(image, 1 + strength),
});

/** torchvision's operations, in its order. */
const OPERATIONS = {
  identity: { strength: unchanged, signed: false, apply: identity },
  shearX: {
    strength: (m) => 0.3 * m,
    signed: true,
    apply: (image, shear, fill) => moveNearest(image, [1, shear, 0, 0, 1, 0], fill),
  },
  shearY: {
    strength: (m) => 0.3 * m,
    signed: true,
    apply: (image, shear, fill) => moveNearest(image, [1, 0, 0, shear, 1, 0], fill),
  },
  translateX: {
    strength: (m, { width }) => (150 / REFERENCE_SIDE) * width * m,
    signed: true,
    apply: (image, shift, fill) => moveNearest(image, [1, 0, -Math.trunc(shift), 0, 1, 0], fill),
  },
  translateY: {
    strength: (m, { height }) => (150 / REFERENCE_SIDE) * height * m,
    signed: true,
    apply: (image, shift, fill) => moveNearest(image, [1, 0, 0, 0, 1, -Math.trunc(shift)], fill),
  },
  rotate: { strength: (m) => 30 * m, signed: true, apply: rotateNearest },
  brightness: enhance(adjustBrightness),
  saturation: enhance(adjustSaturation),
  contrast: enhance(adjustContrast),
  sharpness: enhance(adjustSharpness),
  posterize: { strength: (m) => 8 - Math.round(4 * m), signed: false, apply: posterize },
  solarize: { strength: (m) => 255 * (1 - m), signed: false, apply: solarize },
  autoContrast: { strength: unchanged, signed: false, apply: autoContrast },
  equalize: { strength: unchanged, signed: false, apply: equalizeChannels },
} as const satisfies Record<string, Operation>;
type OperationName = keyof typeof OPERATIONS;
const NAMES = Object.keys(OPERATIONS) as OperationName[];

/** An operation with its strength, as it was drawn. */
export interface DrawnOperation {
  operation: OperationName;
  strength: number;
}

export const randAugment = defineAugmentation({
  name: 'rand-augment',
  title: 'some of 14 operations, drawn anew for each picture',
  source: 'torchvision RandAugment on Pillow pictures, nearest neighbour (E. D. Cubuk et al., 2020)',
  options: {
    operations: { default: 2, description: 'how many, one after the other' },
    magnitude: { default: 9, description: 'how strong they are, 0..30' },
    fill: { default: 0, description: 'value of what comes from outside of the picture, 0..255' },
  },
  draw(random, size, { operations, magnitude, fill }): { steps: DrawnOperation[]; fill: number } {
    const steps = Array.from({ length: operations }, () => {
      const operation = NAMES.at(random.integer(NAMES.length)) ?? 'identity';
      const { strength, signed } = OPERATIONS[operation];
      const sign = signed && random.next() < 0.5 ? -1 : 1;
      return { operation, strength: sign * strength(magnitude / STEPS, size) };
    });
    return { steps, fill };
  },
  apply: (image, { steps, fill }) =>
    steps.reduce<RgbImage>(
      (changed, { operation, strength }) => OPERATIONS[operation].apply(changed, strength, fill),
      image,
    ),
});

/** Pillow's `rotate`, counter-clockwise, degrees, about the middle. */
function rotateNearest(image: RgbImage, degrees: number, fill: number): RgbImage {
  const radians = (-degrees * Math.PI) / 180;
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  const [x, y] = [image.width / 2, image.height / 2];
  return moveNearest(image, [cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y], fill);
}

/** Where a pixel comes from: x' = a x + b y + c, y' = d x + e y + f. */
type AffineMap = readonly [number, number, number, number, number, number];

/** Pillow's `transform(size, AFFINE, map, NEAREST)`, in its 16.16 fixed-point numbers. */
function moveNearest({ data, width, height }: RgbImage, map: AffineMap, fill: number): RgbImage {
  const fixed = (value: number) => Math.floor(value * 65_536 + 0.5);
  const [a, b, c, d, e, f] = map;
  const [stepX, stepY] = [fixed(a), fixed(d)];
  const result = new Uint8Array(data.length).fill(fill);
  let rowX = fixed(c + a / 2 + b / 2);
  let rowY = fixed(f + d / 2 + e / 2);
  for (let y = 0, to = 0; y < height; y++, rowX += fixed(b), rowY += fixed(e)) {
    let [atX, atY] = [rowX, rowY];
    for (let x = 0; x < width; x++, to += 3, atX += stepX, atY += stepY) {
      const [column, row] = [atX >> 16, atY >> 16];
      if (column < 0 || column >= width || row < 0 || row >= height) continue;
      const from = (row * width + column) * 3;
      result[to] = data[from] ?? 0;
      result[to + 1] = data[from + 1] ?? 0;
      result[to + 2] = data[from + 2] ?? 0;
    }
  }
  return { data: result, width, height };
}
