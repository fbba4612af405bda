import { checkImage } from './check-image';
import { roundHalfEven } from './round-half-even';
import type { RgbImage } from './types';

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

type Matrix = readonly (readonly number[])[];

const multiply = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));

/**
 * Applies one geometric change as Keras does (`apply_affine_transform` of `keras.src.legacy.preprocessing.image`,
 * Keras 3): rotation, then shift, shear and zoom, multiplied in this order about the centre; bilinear interpolation
 * (`scipy.ndimage.affine_transform`, order 1) and outside the picture its nearest edge; then the flip. As in
 * Keras the centre of a picture that is not square is taken with width and height changed over.
 *
 * @returns a new picture of the same size; values rounded
 * @throws Error when the pixels are not as many as the size says
 */
export function transformImage(image: RgbImage, transform: Transform): RgbImage {
  checkImage(image);
  const { width, height, data: source } = image;
  const [rowOf, columnOf] = inverseMap(transform, width, height);
  const data = new Uint8Array(source.length);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++, to += 3) {
      const column = transform.flipHorizontal ? width - 1 - x : x;
      const row = clamp(rowOf[0] * y + rowOf[1] * column + rowOf[2], height - 1);
      const col = clamp(columnOf[0] * y + columnOf[1] * column + columnOf[2], width - 1);
      const top = Math.floor(row);
      const left = Math.floor(col);
      const down = row - top;
      const right = col - left;
      const a = (top * width + left) * 3;
      const b = left + 1 < width ? a + 3 : a;
      const below = top + 1 < height ? width * 3 : 0;
      for (let c = 0; c < 3; c++)
        data[to + c] = roundHalfEven(
          (1 - down) * ((1 - right) * source[a + c] + right * source[b + c]) +
            down * ((1 - right) * source[a + below + c] + right * source[b + below + c]),
        );
    }
  return { data, width, height };
}

const clamp = (value: number, high: number): number => Math.min(high, Math.max(0, value));

/** Where each pixel comes from: row and column as [by row, by column, offset]. */
function inverseMap({ theta, tx, ty, shear, zx, zy }: Transform, width: number, height: number) {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const [sin, cos] = [Math.sin(radians(theta)), Math.cos(radians(theta))];
  const [shearSin, shearCos] = [Math.sin(radians(shear)), Math.cos(radians(shear))];
  const centreX = height / 2 - 0.5; // Keras gives (h, w) where (x, y) is expected
  const centreY = width / 2 - 0.5;
  const steps: Matrix[] = [
    [[1, 0, centreX], [0, 1, centreY], [0, 0, 1]],
    [[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]],
    [[1, 0, tx], [0, 1, ty], [0, 0, 1]],
    [[1, -shearSin, 0], [0, shearCos, 0], [0, 0, 1]],
    [[zx, 0, 0], [0, zy, 0], [0, 0, 1]],
    [[1, 0, -centreX], [0, 1, -centreY], [0, 0, 1]],
  ]; // biome-ignore format: matrices
  const [x, y] = steps.reduce(multiply);
  // (x, y) -> (row, column)
  return [
    [y[1], y[0], y[2]],
    [x[1], x[0], x[2]],
  ];
}
