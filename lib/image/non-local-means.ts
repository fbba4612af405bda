import { roundHalfEven } from './round-half-even';

/** Strength and windows of non-local means. */
export interface NonLocalMeansSize {
  /** Side of the square that is compared, px, odd. */
  templateSize: number;
  /** Side of the square that is searched, px, odd. */
  searchSize: number;
}

/** A plane of pixels with a border on all sides. */
interface Padded {
  data: Uint8Array;
  /** Values in a row. */
  stride: number;
  channels: number;
}

/**
 * Non-local means on planes of bytes: OpenCV's `fastNlMeansDenoising` for 1 or 2 channels, value for value. Each
 * pixel becomes the mean of the pixels in its search window, weighted by exp(-d / (h² channels)), where d is the
 * mean squared difference of the squares around both (A. Buades, B. Coll, J.-M. Morel, CVPR 2005), in OpenCV's
 * fixed-point numbers; borders are mirrored without repeating the edge.
 *
 * The loops run over offsets first: the squared differences of one offset are summed over the square with running
 * sums, so that the cost does not depend on `templateSize`.
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
  const searchHalf = searchSize >> 1;
  const border = searchHalf + (templateSize >> 1);
  const padded = pad(source, width, height, channels, border);
  const fixedPoint = Math.floor((2 ** 31 - 1) / (searchSize * searchSize * 255));
  const shift = Math.ceil(Math.log2(templateSize * templateSize));
  const weights = weightTable(h, channels, fixedPoint, 2 ** shift / (templateSize * templateSize));
  const weightSums = new Int32Array(width * height);
  const sums = new Int32Array(width * height * channels);
  const distances = new Int32Array(width * height);
  for (let dy = -searchHalf; dy <= searchHalf; dy++)
    for (let dx = -searchHalf; dx <= searchHalf; dx++) {
      templateDistances(padded, width, height, templateSize, searchHalf, dx, dy, distances);
      for (let y = 0, p = 0; y < height; y++) {
        let at = (y + border + dy) * padded.stride + (border + dx) * channels;
        for (let x = 0; x < width; x++, p++, at += channels) {
          const weight = weights[distances[p] >> shift];
          if (weight === 0) continue;
          weightSums[p] += weight;
          for (let c = 0; c < channels; c++) sums[p * channels + c] += weight * padded.data[at + c];
        }
      }
    }
  const result = new Uint8Array(source.length);
  for (let p = 0, i = 0; p < weightSums.length; p++)
    for (let c = 0; c < channels; c++, i++)
      result[i] = Math.floor(((sums[i] >>> 0) + (weightSums[p] >>> 1)) / weightSums[p]);
  return result;
}

/** BORDER_REFLECT_101: gfedcb|abcdefgh|gfedcba */
function pad(source: Uint8Array, width: number, height: number, channels: number, border: number): Padded {
  const stride = (width + 2 * border) * channels;
  const data = new Uint8Array(stride * (height + 2 * border));
  const columns = Int32Array.from({ length: width + 2 * border }, (_, x) => mirror(x - border, width));
  for (let y = 0, to = 0; y < height + 2 * border; y++) {
    const row = mirror(y - border, height) * width;
    for (const column of columns)
      for (let c = 0; c < channels; c++) data[to++] = source[(row + column) * channels + c];
  }
  return { data, stride, channels };
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
  const length = Math.floor((255 * 255 * channels) / perStep + 1);
  return Int32Array.from({ length }, (_, step) => {
    const value = Math.exp((-step * perStep) / spread);
    const weight = roundHalfEven(fixedPoint * (Number.isNaN(value) ? 1 : value));
    return weight < 0.001 * fixedPoint ? 0 : weight;
  });
}

/** For each pixel: the sum of squared differences between its square and the square at the offset. */
function templateDistances(
  { data, stride, channels }: Padded,
  width: number,
  height: number,
  templateSize: number,
  searchHalf: number,
  dx: number,
  dy: number,
  distances: Int32Array,
): void {
  const offset = dy * stride + dx * channels;
  const columns = width + templateSize - 1;
  const columnSums = new Int32Array(columns);
  // the square of pixel (0, 0) starts searchHalf in from the padded corner
  const rowStart = (row: number) => (row + searchHalf) * stride + searchHalf * channels;
  const addRow = (row: number, sign: number) => {
    let at = rowStart(row);
    if (channels === 1)
      for (let x = 0; x < columns; x++, at++) {
        const difference = data[at] - data[at + offset];
        columnSums[x] += sign * difference * difference;
      }
    else
      for (let x = 0; x < columns; x++, at += 2) {
        const first = data[at] - data[at + offset];
        const second = data[at + 1] - data[at + 1 + offset];
        columnSums[x] += sign * (first * first + second * second);
      }
  };
  for (let row = 0; row < templateSize - 1; row++) addRow(row, 1);
  for (let y = 0, p = 0; y < height; y++) {
    addRow(y + templateSize - 1, 1);
    let sum = 0;
    for (let x = 0; x < templateSize - 1; x++) sum += columnSums[x];
    for (let x = 0; x < width; x++, p++) {
      sum += columnSums[x + templateSize - 1];
      distances[p] = sum;
      sum -= columnSums[x];
    }
    addRow(y, -1);
  }
}
