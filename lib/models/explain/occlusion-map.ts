import * as tf from '@tensorflow/tfjs';
import type { RgbImage } from '../../image/index';
import { toPixels } from '../recipe/to-pixels';
import type { HeatMap } from '../saved/classifier-types';
import type { FeatureMap, PixelNetwork } from './grad-cam';

/** Drops of a probability that are only float32 rounding. */
const ROUNDING = 1e-6;

/** Options of {@link occlusionMap}. */
export interface OcclusionOptions {
  /** Cells along a side of the map, default 8. */
  cells?: number;
  /** Side of the covering square in cells, default 2. */
  patch?: number;
  /** Photos in one pass, default 16. */
  batchSize?: number;
  transform?: FeatureMap;
}

/**
 * Which parts of a photo a class's probability hangs on (Zeiler & Fergus 2014): a square in the photo's mean colour
 * is moved over it, and each cell gets the mean drop of the probability over the squares that cover it.
 *
 * @param network a loaded backbone, or a whole network with its preprocessing (`head` is then null)
 * @param head features -> class probabilities
 * @param image RGB of the network's input size
 * @param classIndex the class to explain
 * @returns map of cells x cells, 0..1 of the largest drop; all 0 where nothing drops
 * @throws Error when the picture's size or the class does not fit
 * @example const map = await occlusionMap(resnet, head, photo, 42, { cells: 8 }); // 49 passes
 */
export async function occlusionMap(
  network: PixelNetwork,
  head: tf.LayersModel | null,
  image: RgbImage,
  classIndex: number,
  { cells = 8, patch = 2, batchSize = 16, transform }: OcclusionOptions = {},
): Promise<HeatMap> {
  const size = network.model.inputs[0]?.shape[1] ?? 0;
  const classes = (head ?? network.model).outputs[0]?.shape.at(-1) ?? 0;
  if (!Number.isInteger(classIndex) || classIndex < 0 || classIndex >= classes)
    throw new Error(`expected a class from 0 to ${classes - 1}, received ${classIndex}`);
  const positions = Array.from({ length: (cells - patch + 1) ** 2 }, (_, index) => ({
    row: Math.floor(index / (cells - patch + 1)),
    column: index % (cells - patch + 1),
  }));
  const edge = (cell: number) => Math.round((cell * size) / cells);
  const covered = positions.map(({ row, column }) =>
    cover(image, edge(column), edge(row), edge(column + patch), edge(row + patch)),
  );
  const probabilities: number[] = [];
  for (let start = 0; start <= covered.length; start += batchSize) {
    const batch = [image, ...covered].slice(start, start + batchSize);
    const output = tf.tidy(() => {
      const features = network.model.predict(network.preprocess(toPixels(batch, size))) as tf.Tensor2D;
      const input = transform ? transform(features) : features;
      return (head ? (head.predict(input) as tf.Tensor2D) : features).slice([0, classIndex], [-1, 1]);
    });
    probabilities.push(...(await output.data()));
    output.dispose();
  }
  const [whole = 0, ...parts] = probabilities;
  const data = new Float32Array(cells * cells);
  const counts = new Float32Array(cells * cells);
  for (const [index, { row, column }] of positions.entries())
    for (let y = row; y < row + patch; y += 1)
      for (let x = column; x < column + patch; x += 1) {
        const cell = y * cells + x;
        data[cell] = (data[cell] ?? 0) + whole - (parts[index] ?? whole);
        counts[cell] = (counts[cell] ?? 0) + 1;
      }
  const drops = data.map((sum, cell) => Math.max(0, sum / (counts[cell] ?? 1)));
  const largest = drops.reduce((a, b) => Math.max(a, b), 0);
  return {
    data: largest > ROUNDING ? drops.map((drop) => drop / largest) : drops.fill(0),
    width: cells,
    height: cells,
  };
}

/** A copy of the photo with a rectangle in its mean colour. */
function cover(image: RgbImage, left: number, top: number, right: number, bottom: number): RgbImage {
  const { width, height } = image;
  const sums = [0, 0, 0];
  for (const [at, value] of image.data.entries()) sums[at % 3] = (sums[at % 3] ?? 0) + value;
  const colour = sums.map((sum) => Math.round(sum / (width * height)));
  const data = Uint8Array.from(image.data);
  for (let y = top; y < bottom; y += 1)
    for (let x = left; x < right; x += 1) data.set(colour, 3 * (y * width + x));
  return { data, width, height };
}
