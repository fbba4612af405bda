import { checkImage } from '../check-image';
import type { RgbImage } from '../types';
import { roundPixel } from './round-half-even';

/** One geometric change, as `ImageDataGenerator.apply_transform` of Keras takes it. */
export interface Transform {
  /** Rotation, degrees. */
  theta: number;
  /** First shift, px. */
  tx: number;
  /** Second shift, px. */
  ty: number;
  /** Shear angle, degrees. */
  shear: number;
  /** First zoom: above 1 shows more. */
  zx: number;
  /** Second zoom. */
  zy: number;
  flipHorizontal: boolean;
}

/** What is seen outside of the picture, of `a b c d`. */
export type FillMode =
  /** `a a a | a b c d | d d d` */
  | 'nearest'
  /** One value, see `fillValue`. */
  | 'constant'
  /** `c b a | a b c d | d c b` */
  | 'reflect'
  /** `b c | a b c d | a b`: the picture again, in SciPy's way, whose period is one pixel short. */
  | 'wrap';

/** How `transformImage` fills what comes from outside of the picture. */
export interface Fill {
  /** Default `nearest`. */
  mode?: FillMode;
  /** Value of all channels for `constant`, 0..255. Default 0. */
  value?: number;
}

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

const multiply = (a: Matrix, b: Matrix): Matrix => {
  const [[p, q, r], [s, t, u], [v, w, x]] = b;
  const row = ([i, j, k]: Triple): Triple => [
    i * p + j * s + k * v,
    i * q + j * t + k * w,
    i * r + j * u + k * x,
  ];
  const [first, second, third] = a;
  return [row(first), row(second), row(third)];
};

/**
 * Applies one geometric change as Keras does (`apply_affine_transform` of `keras.src.legacy.preprocessing.image`,
 * Keras 3): rotation, then shift, shear and zoom, multiplied in this order about the centre; bilinear interpolation
 * (`scipy.ndimage.affine_transform`, order 1), outside the picture what the fill mode says; then the flip. As in
 * Keras the centre of a picture that is not square is taken with width and height changed over.
 *
 * @param fill default the nearest edge
 * @returns a new picture of the same size; values rounded
 * @throws Error when the pixels are not as many as the size says
 */
export function transformImage(image: RgbImage, transform: Transform, fill: Fill = {}): RgbImage {
  checkImage(image);
  const { width, height, data: source } = image;
  const { mode = 'nearest', value = 0 } = fill;
  const [rowOf, columnOf] = inverseMap(transform, width, height);
  const data = new Uint8Array(source.length);
  const [lastRow, lastColumn, stride] = [height - 1, width - 1, width * 3];
  const [rowByY, rowByX, rowFrom] = rowOf;
  const [columnByY, columnByX, columnFrom] = columnOf;
  const place = PLACES[mode];
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++, to += 3) {
      const unflipped = transform.flipHorizontal ? lastColumn - x : x;
      const row = place(rowByY * y + rowByX * unflipped + rowFrom, lastRow);
      const column = place(columnByY * y + columnByX * unflipped + columnFrom, lastColumn);
      if (row < 0 || column < 0) {
        data[to] = data[to + 1] = data[to + 2] = value;
        continue;
      }
      const top = row | 0; // not negative, so truncation is the floor
      const left = column | 0;
      const down = row - top;
      const right = column - left;
      const next = left < lastColumn ? 3 : 0;
      const below = top < lastRow ? stride : 0;
      const from = top * stride + left * 3;
      for (let c = 0, a = from; c < 3; c++, a++) {
        const upper = (1 - right) * (source[a] ?? 0) + right * (source[a + next] ?? 0);
        const lower = (1 - right) * (source[a + below] ?? 0) + right * (source[a + below + next] ?? 0);
        data[to + c] = roundPixel((1 - down) * upper + down * lower);
      }
    }
  return { data, width, height };
}

const clamp = (at: number, last: number): number => (at < 0 ? 0 : at > last ? last : at);

/** A coordinate of 0..last for any coordinate, as `map_coordinate` of SciPy's ni_interpolation.c; -1 for none. */
const PLACES: Record<FillMode, (at: number, last: number) => number> = {
  nearest: clamp,
  constant: (at, last) => (at < 0 || at > last ? -1 : at),
  reflect(at, last) {
    if (at >= 0 && at <= last) return at;
    // mirrored about -0.5 and last + 0.5; within half a pixel of the edge both neighbours are the edge
    const period = 2 * (last + 1);
    const shifted = at + 0.5 - period * Math.floor((at + 0.5) / period);
    return clamp((shifted < last + 1 ? shifted : period - shifted) - 0.5, last);
  },
  wrap(at, last) {
    if (at >= 0 && at <= last) return at;
    if (last < 1) return 0;
    return at < 0 ? at + last * (Math.trunc(-at / last) + 1) : at - last * Math.trunc(at / last);
  },
};

/** Where each pixel comes from: row and column as [by row, by column, offset]. */
function inverseMap(
  { theta, tx, ty, shear, zx, zy }: Transform,
  width: number,
  height: number,
): [Triple, Triple] {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const [sin, cos] = [Math.sin(radians(theta)), Math.cos(radians(theta))];
  const [shearSin, shearCos] = [Math.sin(radians(shear)), Math.cos(radians(shear))];
  const centreX = height / 2 - 0.5; // Keras gives (h, w) where (x, y) is expected
  const centreY = width / 2 - 0.5;
  const steps: Matrix[] = [
    [[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]],
    [[1, 0, tx], [0, 1, ty], [0, 0, 1]],
    [[1, -shearSin, 0], [0, shearCos, 0], [0, 0, 1]],
    [[zx, 0, 0], [0, zy, 0], [0, 0, 1]],
    [[1, 0, -centreX], [0, 1, -centreY], [0, 0, 1]],
  ]; // biome-ignore format: matrices
  const centre: Matrix = [[1, 0, centreX], [0, 1, centreY], [0, 0, 1]]; // biome-ignore format: a matrix
  const [x, y] = steps.reduce(multiply, centre);
  // (x, y) -> (row, column)
  return [
    [y[1], y[0], y[2]],
    [x[1], x[0], x[2]],
  ];
}
