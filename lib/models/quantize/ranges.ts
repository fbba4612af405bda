/** From where to where values of a tensor are told apart. */
export interface Range {
  min: number;
  max: number;
}

/** How often values of a tensor fell into equally wide bins. */
export interface Histogram extends Range {
  counts: Float64Array;
}

/** How a range is chosen from the values that were seen. */
export type RangeMethod = 'minmax' | 'percentile' | 'entropy';

/** Adds values to a histogram; what lies outside goes into the outermost bins. */
export function count({ counts, min, max }: Histogram, values: Float32Array): void {
  const last = counts.length - 1;
  const factor = max > min ? counts.length / (max - min) : 0;
  for (let i = 0; i < values.length; i++) {
    const bin = Math.min(last, Math.max(0, Math.floor(((values[i] ?? 0) - min) * factor)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
}

/**
 * The range that leaves out a share of values, half of it at either end. An end at 0, as behind a ReLU, stays.
 *
 * @param keep share of values inside, e.g. 0.9999
 */
export function percentileRange(histogram: Histogram, keep: number): Range {
  const { counts, min, max } = histogram;
  const total = counts.reduce((a, b) => a + b, 0);
  const out = ((1 - keep) * total) / (min >= 0 || max <= 0 ? 1 : 2);
  const width = (max - min) / counts.length;
  const edge = (from: number, step: 1 | -1) => {
    let sum = 0;
    let bin = from;
    while (bin >= 0 && bin < counts.length && sum + (counts[bin] ?? 0) <= out) {
      sum += counts[bin] ?? 0;
      bin += step;
    }
    return bin;
  };
  const lower = min >= 0 ? 0 : edge(0, 1);
  const upper = max <= 0 ? counts.length - 1 : edge(counts.length - 1, -1);
  return { min: min >= 0 ? min : min + lower * width, max: max <= 0 ? max : min + (upper + 1) * width };
}

/** Steps of an 8-bit value over which {@link entropyRange} spreads what it keeps; 128 in TensorRT, for signed values. */
const LEVELS = 256;

/**
 * The upper end of the range at which 8 bits lose the least information: the smallest Kullback-Leibler divergence
 * between the values clipped there and the same in 256 steps. Follows S. Migacz, "8-bit inference with TensorRT" (2017).
 */
export function entropyRange({ counts, min, max }: Histogram): Range {
  const width = (max - min) / counts.length;
  let best = { bins: counts.length, divergence: Number.POSITIVE_INFINITY };
  const beyond = new Float64Array(counts.length + 1);
  for (let i = counts.length - 1; i >= 0; i--) beyond[i] = (beyond[i + 1] ?? 0) + (counts[i] ?? 0);
  for (let bins = LEVELS; bins <= counts.length; bins += 16) {
    const clipped = beyond[bins] ?? 0;
    const divergence = divergenceOf(counts, bins, clipped);
    if (divergence < best.divergence) best = { bins, divergence };
  }
  return { min, max: min + best.bins * width };
}

/** Of the first bins, what lies beyond added to the last one, from the same spread over {@link LEVELS} steps. */
function divergenceOf(counts: Float64Array, bins: number, clipped: number): number {
  const expected = (bin: number) => (counts[bin] ?? 0) + (bin === bins - 1 ? clipped : 0);
  let total = clipped;
  for (let bin = 0; bin < bins; bin++) total += counts[bin] ?? 0;
  let kept = total - clipped;
  if (kept === 0) return Number.POSITIVE_INFINITY;
  let divergence = 0;
  kept = Math.max(kept, 1);
  for (let level = 0; level < LEVELS; level++) {
    const from = Math.floor((level * bins) / LEVELS);
    const to = Math.floor(((level + 1) * bins) / LEVELS);
    let sum = 0;
    let filled = 0;
    for (let bin = from; bin < to; bin++) {
      sum += counts[bin] ?? 0;
      if (expected(bin) > 0) filled++;
    }
    const each = filled > 0 ? sum / filled / kept : 0;
    for (let bin = from; bin < to; bin++) {
      const p = expected(bin) / total;
      if (p > 0) divergence += p * Math.log(p / Math.max(each, 1e-12));
    }
  }
  return divergence;
}
