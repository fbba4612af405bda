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
  const [lastRow, lastColumn, stride] = [height - 1, width - 1, width * 3];
  const [rowByY, rowByX, rowFrom] = rowOf;
  const [columnByY, columnByX, columnFrom] = columnOf;
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const unflipped = transform.flipHorizontal ? lastColumn - x : x;
      const row = clamp(rowByY * y + rowByX * unflipped + rowFrom, lastRow);
      const column = clamp(columnByY * y + columnByX * unflipped + columnFrom, lastColumn);
      const top = row | 0; // not negative, so truncation is the floor
      const left = column | 0;
      const down = row - top;
      const right = column - left;
      const next = left < lastColumn ? 3 : 0;
      const below = top < lastRow ? stride : 0;
      let a = top * stride + left * 3;
      for (const end = a + 3; a < end; a++) {
        const upper = (1 - right) * source[a] + right * source[a + next];
        const lower = (1 - right) * source[a + below] + right * source[a + below + next];
        data[to++] = roundPixel((1 - down) * upper + down * lower);
      }
    }
  return { data, width, height };
}

const clamp = (value: number, high: number): number => (value < 0 ? 0 : value > high ? high : value);

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
