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
  /** px on each side */
  border: number;
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
  const sums: Sums = {
    weights: new Int32Array(width * height),
    values: new Int32Array(width * height * channels),
  };
  const limit = weights.includes(0) ? weights.indexOf(0) : weights.length;
  const table: WeightTable = { weights, shift, limit };
  // the distance from p to p + d is that from p + d to p: half of the offsets are enough
  for (let dy = 0; dy <= searchHalf; dy++)
    for (let dx = dy === 0 ? 1 : -searchHalf; dx <= searchHalf; dx++)
      addOffset(padded, width, height, templateSize, dx, dy, table, sums);
  for (let p = 0; p < sums.weights.length; p++) {
    sums.weights[p] += weights[0]; // the pixel itself
    for (let c = 0; c < channels; c++) sums.values[p * channels + c] += weights[0] * source[p * channels + c];
  }
  const result = new Uint8Array(source.length);
  for (let p = 0, i = 0; p < sums.weights.length; p++)
    for (let c = 0; c < channels; c++, i++)
      result[i] = Math.floor((sums.values[i] + (sums.weights[p] >>> 1)) / sums.weights[p]);
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
  return { data, stride, channels, border };
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

/** Weighted sums of the pixels that were met so far. */
interface Sums {
  weights: Int32Array;
  values: Int32Array;
}

interface WeightTable {
  /** Weight by distance, shifted right by `shift`; 0 from `limit` on. */
  weights: Int32Array;
  shift: number;
  limit: number;
}

/** Adds to each pixel p its neighbour p + d, and to p + d its neighbour p, where they are in the picture. */
function addOffset(
  { data, stride, channels, border }: Padded,
  width: number,
  height: number,
  templateSize: number,
  dx: number,
  dy: number,
  { weights, shift, limit }: WeightTable,
  sums: Sums,
): void {
  const half = templateSize >> 1;
  const offset = dy * stride + dx * channels;
  // every p for which p or p + d is in the picture
  const left = Math.min(0, -dx);
  const right = width + Math.max(0, -dx);
  const columns = right - left + 2 * half;
  const columnSums = new Int32Array(columns);
  const ring = Array.from({ length: templateSize }, () => new Int32Array(columns));
  const rowWeights = new Int32Array(right - left);
  const at = (x: number, y: number) => (y + border) * stride + (x + border) * channels;
  for (let y = -dy - 2 * half; y < height; y++) {
    // the row that enters the square replaces the one that leaves it
    const slot = ring[(y + dy + 2 * half) % templateSize];
    addSquares(data, at(left - half, y + half), offset, channels, slot, columnSums);
    if (y < -dy) continue;
    let sum = 0;
    let total = 0;
    for (let x = 0; x < 2 * half; x++) sum += columnSums[x];
    for (let x = 0; x < rowWeights.length; x++) {
      sum += columnSums[x + 2 * half];
      const distance = sum >> shift;
      const weight = distance < limit ? weights[distance] : 0;
      rowWeights[x] = weight;
      total |= weight;
      sum -= columnSums[x];
    }
    if (total === 0) continue; // nothing alike in this row
    if (y >= 0) addRow(rowWeights, -left, data, at(dx, y + dy), channels, y * width, width, sums);
    if (y + dy < height)
      addRow(rowWeights, -dx - left, data, at(-dx, y), channels, (y + dy) * width, width, sums);
  }
}

/** Squared differences of a row and the row at the offset: into `slot`, and their change into `columnSums`. */
function addSquares(
  data: Uint8Array,
  start: number,
  offset: number,
  channels: number,
  slot: Int32Array,
  columnSums: Int32Array,
): void {
  if (channels === 1) {
    for (let x = 0, i = start; x < slot.length; x++, i++) {
      const difference = data[i] - data[i + offset];
      const square = difference * difference;
      columnSums[x] += square - slot[x];
      slot[x] = square;
    }
    return;
  }
  for (let x = 0, i = start; x < slot.length; x++, i += 2) {
    const first = data[i] - data[i + offset];
    const second = data[i + 1] - data[i + 1 + offset];
    const square = first * first + second * second;
    columnSums[x] += square - slot[x];
    slot[x] = square;
  }
}

/** Adds a row of weighted neighbours, `data` from `neighbour` on, to the pixels from `pixel` on. */
function addRow(
  rowWeights: Int32Array,
  from: number,
  data: Uint8Array,
  neighbour: number,
  channels: number,
  pixel: number,
  width: number,
  { weights, values }: Sums,
): void {
  if (channels === 1) {
    for (let x = 0; x < width; x++) {
      const weight = rowWeights[from + x];
      weights[pixel + x] += weight;
      values[pixel + x] += weight * data[neighbour + x];
    }
    return;
  }
  for (let x = 0; x < width; x++) {
    const weight = rowWeights[from + x];
    weights[pixel + x] += weight;
    values[2 * (pixel + x)] += weight * data[neighbour + 2 * x];
    values[2 * (pixel + x) + 1] += weight * data[neighbour + 2 * x + 1];
  }
}
