import { bytesAt, integersAt, kernels, placeBuffers } from '../wasm/kernels';
import { roundHalfEven } from './round-half-even';

/** Strength and windows of non-local means. */
export interface NonLocalMeansSize {
  /** Side of the square that is compared, px, odd. */
  templateSize: number;
  /** Side of the square that is searched, px, odd. */
  searchSize: number;
}

/** Pixels between two rows of a padded plane, besides the borders: loops of 16 bytes write there. */
const BETWEEN_ROWS = 8;

/**
 * Non-local means on planes of bytes: OpenCV's `fastNlMeansDenoising` for 1 or 2 channels, value for value. Each
 * pixel becomes the mean of the pixels in its search window, weighted by exp(-d / (h² channels)), where d is the
 * mean squared difference of the squares around both (A. Buades, B. Coll, J.-M. Morel, CVPR 2005), in OpenCV's
 * fixed-point numbers; borders are mirrored without repeating the edge.
 *
 * The loops run over offsets first: the squared differences of one offset are summed over the square with running
 * sums, so that the cost does not depend on `templateSize` (J. Darbon et al., ISBI 2008), and the distance from p to
 * p + d serves p + d as well. They are WebAssembly, see `../wasm/kernels.as`.
 *
 * @param source rows of pixels of `channels` bytes
 * @param h strength; larger removes more noise and more detail
 * @returns a new plane
 */
export function nonLocalMeans(
  source: Uint8Array,
  width: number,
  height: number,
  channels: 1 | 2,
  h: number,
  { templateSize, searchSize }: NonLocalMeansSize,
): Uint8Array {
  const border = (searchSize >> 1) + (templateSize >> 1);
  const stride = width + 2 * border + BETWEEN_ROWS;
  const pixels = stride * (height + 2 * border);
  const fixedPoint = Math.floor((2 ** 31 - 1) / (searchSize * searchSize * 255));
  const shift = Math.ceil(Math.log2(templateSize * templateSize));
  const table = weightTable(h, channels, fixedPoint, 2 ** shift / (templateSize * templateSize));
  const limit = table.indexOf(0);
  const [data, weightsByDistance, weights, values, ring] = placeBuffers(
    pixels * channels,
    table.byteLength,
    pixels * 4,
    pixels * channels * 4,
    (templateSize + 1) * (stride + 16) * 4,
  );
  pad(source, width, height, channels, border, bytesAt(data, pixels * channels));
  integersAt(weightsByDistance, table.length).set(table);
  integersAt(weights, pixels).fill(0);
  integersAt(values, pixels * channels).fill(0);
  const { nonLocalMeans: run } = kernels();
  const sizes = [data, stride, width, height, channels, border, templateSize, searchSize] as const;
  run(...sizes, weightsByDistance, shift, limit, weights, values, ring);
  const own = table.at(0) ?? 0;
  const weightSums = integersAt(weights, pixels);
  const valueSums = integersAt(values, pixels * channels);
  const result = new Uint8Array(source.length);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0, p = (y + border) * stride + border; x < width; x++, p++) {
      const weight = (weightSums[p] ?? 0) + own; // the pixel itself has distance 0
      for (let i = p * channels; i < (p + 1) * channels; i++, to++)
        result[to] = ((valueSums[i] ?? 0) + own * (source[to] ?? 0) + (weight >>> 1)) / weight;
    }
  return result;
}

/** BORDER_REFLECT_101: gfedcb|abcdefgh|gfedcba */
function pad(
  source: Uint8Array,
  width: number,
  height: number,
  channels: number,
  border: number,
  target: Uint8Array,
): void {
  const columns = Int32Array.from({ length: width + 2 * border }, (_, x) => mirror(x - border, width));
  const between = BETWEEN_ROWS * channels;
  for (let y = 0, to = 0; y < height + 2 * border; y++, to += between) {
    const row = mirror(y - border, height) * width;
    for (const column of columns)
      for (let c = 0; c < channels; c++) target[to++] = source[(row + column) * channels + c] ?? 0;
  }
}

function mirror(at: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const within = ((at % period) + period) % period;
  return within < size ? within : period - within;
}

/** Weight by the sum of squared differences shifted right: OpenCV's `almost_dist2weight_`. */
function weightTable(h: number, channels: number, fixedPoint: number, perStep: number): Int32Array {
  const spread = Math.fround(Math.fround(Math.fround(h) * Math.fround(h)) * channels);
  // maxDist of OpenCV, and a last 0 for all that is farther
  const length = Math.floor((255 * 255 * channels) / perStep + 1) + 1;
  return Int32Array.from({ length }, (_, step) => {
    if (step === length - 1) return 0;
    const value = Math.exp((-step * perStep) / spread);
    const weight = roundHalfEven(fixedPoint * (Number.isNaN(value) ? 1 : value));
    return weight < 0.001 * fixedPoint ? 0 : weight;
  });
}
