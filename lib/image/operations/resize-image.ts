import { checkImage } from '../check-image';
import type { RgbImage } from '../types';
import { bytesAt, integersAt, kernels, placeBuffers } from '../wasm/kernels';

/** How pixels are made when a picture changes its size. */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos3';

/** A rectangle, px. */
export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Options of `resizeImage`. */
export interface ResizeOptions {
  /** Width of the whole result, px. */
  width: number;
  /** Height of the whole result, px. */
  height: number;
  /** Default `bilinear`. */
  interpolation?: Interpolation;
  /** Part of the result that is computed, whole px. Default all of it. */
  window?: Rectangle;
}

/** A kernel and how far it reaches, in pixels of the smaller picture. */
interface Kernel {
  reach: number;
  weight(distance: number): number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

/** The kernels of Pillow's `Resample.c`; the cubic one is Catmull and Rom's (a = -0.5). */
const KERNELS: Record<Exclude<Interpolation, 'nearest'>, Kernel> = {
  bilinear: { reach: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    reach: 2,
    weight(x) {
      const t = Math.abs(x);
      if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
      return t < 2 ? -0.5 * (((t - 5) * t + 8) * t - 4) : 0;
    },
  },
  lanczos3: { reach: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Bits after the point of a weight, as in Pillow: 8 are left for the value, 2 against overflow. */
const WEIGHT_BITS = 22;
const LOW_BITS = 11;

/**
 * Changes the size of a picture as Pillow's `Image.resize` does, value for value: pixel centres stay where they are,
 * and when a picture shrinks the kernel widens with it, so that each new pixel is the mean of what it covers
 * (`nearest` takes one pixel). One side after the other, rounded to 8 bits in between.
 *
 * @returns a picture of the window's size; the same pixels when nothing changes
 * @throws Error when the pixels are not as many as the size says
 * @throws RangeError for a size below 1, or a window outside the result
 * @example resizeImage(image, { width: 224, height: 224, interpolation: 'bicubic' });
 */
export function resizeImage(image: RgbImage, options: ResizeOptions): RgbImage {
  checkImage(image);
  const { width, height, interpolation = 'bilinear' } = options;
  const window = options.window ?? { left: 0, top: 0, width, height };
  if (!(window.left >= 0 && window.top >= 0 && window.width >= 1 && window.height >= 1))
    throw new RangeError(`expected a picture of at least 1 x 1 px, received ${width} x ${height}`);
  if (window.left + window.width > width || window.top + window.height > height)
    throw new RangeError(
      `expected a window inside ${width} x ${height} px, received ${JSON.stringify(window)}`,
    );
  if (interpolation === 'nearest') return takeNearest(image, options, window);
  const columns = knownContributions(interpolation, image.width, width, window.left, window.width);
  const rows = knownContributions(interpolation, image.height, height, window.top, window.height);
  // a picture that loses more height than twice the width that it loses: columns first (Pillow 13)
  const lost = image.height - height;
  const columnsFirst = lost > 0 && lost > 2 * (image.width - width);
  const sides = [
    { kernel: 'resizeRows', side: columns } as const,
    { kernel: 'resizeColumns', side: rows } as const,
  ];
  const passes = (columnsFirst ? sides.reverse() : sides).filter((pass): pass is Pass => !!pass.side);
  return passes.length > 0 ? resizeSides(image, passes) : image;
}

/** What each new pixel along one side is made of: `counts[i]` old pixels (an even number) from `starts[i]` on. */
interface Contributions {
  count: number;
  starts: Int32Array;
  counts: Int32Array;
  /** `taps` weights for each new pixel, fixed-point, two by two: their higher bits, then their {@link LOW_BITS}. */
  pairs: Int16Array;
  taps: number;
}

/** What was computed before: pictures of a few sizes come again and again. */
const known = new Map<string, Contributions>();
const KNOWN_LIMIT = 256;

/** {@link contributions} of a kernel by name; undefined when nothing changes. */
function knownContributions(
  name: keyof typeof KERNELS,
  from: number,
  to: number,
  first: number,
  count: number,
): Contributions | undefined {
  if (from === to && count === to) return undefined;
  const key = `${name} ${from} ${to} ${first} ${count}`;
  const found = known.get(key);
  if (found) return found;
  if (known.size >= KNOWN_LIMIT) known.clear();
  const made = contributions(KERNELS[name], from, to, first, count);
  known.set(key, made);
  return made;
}

/** `precompute_coeffs` and `normalize_coeffs_8bpc` of Pillow. */
function contributions(
  { reach, weight }: Kernel,
  from: number,
  to: number,
  first: number,
  count: number,
): Contributions {
  const scale = from / to;
  const widened = Math.max(1, scale);
  const support = reach * widened;
  const taps = Math.ceil(support) * 2 + 2;
  const starts = new Int32Array(count);
  const counts = new Int32Array(count);
  const pairs = new Int16Array(count * taps * 2);
  const exact = new Float64Array(taps);
  for (let i = 0; i < count; i++) {
    const centre = (first + i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const touched = Math.min(from, Math.trunc(centre + support + 0.5)) - start;
    let sum = 0;
    for (let k = 0; k < touched; k++) {
      const value = weight((k + start - centre + 0.5) * (1 / widened));
      exact[k] = value;
      sum += value;
    }
    const fixed = Array.from(exact.subarray(0, touched), (value) => {
      const share = (sum === 0 ? value : value / sum) * 2 ** WEIGHT_BITS;
      return Math.trunc(share < 0 ? share - 0.5 : share + 0.5);
    });
    // weights of zero at the ends cost time and change nothing
    const skipped = Math.max(0, fixed.findIndex((value) => value !== 0)); // biome-ignore format: short
    while (fixed.length > skipped + 1 && fixed.at(-1) === 0) fixed.pop();
    const kept = fixed.slice(skipped);
    if (kept.length % 2 === 1) kept.push(0);
    starts[i] = start + skipped;
    counts[i] = kept.length;
    for (const [k, value] of kept.entries()) {
      const at = (i * taps + k - (k % 2)) * 2 + (k % 2);
      pairs[at] = value >> LOW_BITS;
      pairs[at + 2] = value & (2 ** LOW_BITS - 1);
    }
  }
  return { count, starts, counts, pairs, taps };
}

/** One side of a picture that changes: its width by `resizeRows`, or its height. */
interface Pass {
  kernel: 'resizeRows' | 'resizeColumns';
  side: Contributions;
}

/** One side after the other; what is between them never leaves the kernels' memory. */
function resizeSides({ data, width, height }: RgbImage, passes: readonly Pass[]): RgbImage {
  const steps = passes.map(({ kernel, side }) => {
    const step = { kernel, side, width, height };
    if (kernel === 'resizeRows') width = side.count;
    else height = side.count;
    return { ...step, length: width * height * 3 };
  });
  const places: number[] = placeBuffers(
    data.length,
    ...steps.flatMap(({ side, length }) => [
      side.starts.byteLength,
      side.counts.byteLength,
      side.pairs.byteLength,
      length,
    ]),
  );
  let source = places.shift() ?? 0;
  bytesAt(source, data.length).set(data);
  for (const { kernel, side, width, height } of steps) {
    const [starts = 0, counts = 0, pairs = 0, target = 0] = places.splice(0, 4);
    integersAt(starts, side.count).set(side.starts);
    integersAt(counts, side.count).set(side.counts);
    bytesAt(pairs, side.pairs.byteLength).set(new Uint8Array(side.pairs.buffer));
    const contributions = [starts, counts, pairs, side.taps];
    if (kernel === 'resizeRows')
      kernels()[kernel](source, width, height, target, side.count, ...contributions);
    else kernels()[kernel](source, width * 3, target, side.count, ...contributions);
    source = target;
  }
  return { data: bytesAt(source, width * height * 3).slice(), width, height };
}

/** `ImagingScaleAffine` of Pillow, which adds up its steps. */
function takeNearest({ data, width, height }: RgbImage, size: ResizeOptions, window: Rectangle): RgbImage {
  const columns = nearestIndices(width, size.width).subarray(window.left, window.left + window.width);
  const rows = nearestIndices(height, size.height).subarray(window.top, window.top + window.height);
  const result = new Uint8Array(window.width * window.height * 3);
  let to = 0;
  for (const row of rows)
    for (const column of columns) {
      const start = (row * width + column) * 3;
      result.set(data.subarray(start, start + 3), to);
      to += 3;
    }
  return { data: result, width: window.width, height: window.height };
}

function nearestIndices(from: number, to: number): Int32Array {
  const step = from / to;
  let at = step * 0.5;
  return Int32Array.from({ length: to }, () => {
    const index = Math.min(from - 1, Math.floor(at));
    at += step;
    return index;
  });
}
