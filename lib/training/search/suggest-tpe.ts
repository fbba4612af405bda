import type { Random } from '../../base/index';
import {
  type Choice,
  drawPoint,
  drawValue,
  type NumberRange,
  type Parameter,
  type ParameterValue,
  type Point,
  type PointOf,
  type SearchSpace,
} from './space';

/** A point that was tried and what came of it; higher is better. */
export interface Observation {
  point: Point;
  value: number;
}

export interface TpeOptions {
  /** Points drawn at random before the first suggestion. Default 8. */
  startup?: number;
  /** Candidates of which the most promising one is taken, for each hyper-parameter. Default 24. */
  candidates?: number;
}

/**
 * Suggests the next point by the tree-structured Parzen estimator (J. Bergstra et al., "Algorithms for
 * Hyper-Parameter Optimization", 2011): for each hyper-parameter by itself, values are drawn from a density of the
 * best tenth of the points tried, and the one is taken that is likeliest under it compared with a density of the others.
 *
 * A density is a mixture: a normal kernel at each value (cut to the range; its width the larger distance to a
 * neighbour, as in Bergstra's and Optuna's, never below a hundredth of the range), and the range itself as one more kernel.
 *
 * @param observations tried so far, on one scale
 * @example suggestTpe(space, [{ point, value: 0.4 }, ...], createRandom(3));
 */
export function suggestTpe<Space extends SearchSpace>(
  space: Space,
  observations: readonly Observation[],
  random: Random,
  { startup = 8, candidates = 24 }: TpeOptions = {},
): PointOf<Space> {
  if (observations.length < startup) return drawPoint(space, random);
  const ordered = [...observations].sort((a, b) => b.value - a.value);
  const count = Math.max(2, Math.min(25, Math.ceil(ordered.length / 10)));
  const values = (name: string, rows: readonly Observation[]) =>
    rows.map(({ point }) => point[name]).filter((value) => value !== undefined);
  return drawPoint(space, random, (name, parameter) => {
    const good = densityOf(parameter, values(name, ordered.slice(0, count)));
    const others = densityOf(parameter, values(name, ordered.slice(count)));
    let best: { value: ParameterValue; gain: number } | undefined;
    for (let k = 0; k < candidates; k += 1) {
      const value = good.draw(random);
      const gain = good.log(value) - others.log(value);
      if (!best || gain > best.gain) best = { value, gain };
    }
    return best?.value ?? drawValue(parameter, random);
  });
}

/** A density over one hyper-parameter's values. */
interface Density {
  draw(random: Random): ParameterValue;
  log(value: ParameterValue): number;
}

const densityOf = (parameter: Parameter, seen: readonly ParameterValue[]): Density =>
  parameter.kind === 'choice'
    ? densityOfChoices(parameter, seen)
    : densityOfNumbers(parameter, seen as readonly number[]);

/** Counts, one added in all for the prior. */
function densityOfChoices({ options }: Choice, seen: readonly ParameterValue[]): Density {
  const share = (value: ParameterValue) =>
    (seen.filter((other) => other === value).length + 1 / options.length) / (seen.length + 1);
  return {
    draw(random) {
      let left = random.next();
      for (const option of options) {
        left -= share(option);
        if (left < 0) return option;
      }
      return options.at(-1) as ParameterValue;
    },
    log: (value) => Math.log(share(value)),
  };
}

/** Normal kernels on the (logarithmic) range, cut at its ends. */
function densityOfNumbers({ kind, low, high }: NumberRange, seen: readonly number[]): Density {
  const inward = (value: number) => (kind === 'log-uniform' ? Math.log(value) : value);
  // a whole number stands for all that rounds to it
  const margin = kind === 'int' ? 0.5 : 0;
  const [from, to] = [inward(low) - margin, inward(high) + margin];
  const width = to - from || 1;
  const centres = seen.map(inward).sort((a, b) => a - b);
  const kernels = centres.map((centre, k) => {
    const before = centre - (centres[k - 1] ?? from);
    const after = (centres[k + 1] ?? to) - centre;
    return { centre, deviation: Math.min(width, Math.max(before, after, width / 100)) };
  });
  kernels.push({ centre: (from + to) / 2, deviation: width });
  const mass = (a: number, b: number) =>
    kernels.reduce((sum, { centre, deviation }) => {
      const cut = normalBetween((from - centre) / deviation, (to - centre) / deviation);
      return sum + normalBetween((a - centre) / deviation, (b - centre) / deviation) / cut;
    }, 0) / kernels.length;
  return {
    draw(random) {
      const { centre, deviation } = kernels[random.integer(kernels.length)] as (typeof kernels)[number];
      let x: number;
      do x = centre + deviation * random.normal();
      while (!(x >= from && x <= to));
      if (kind === 'int') return Math.min(high, Math.max(low, Math.round(x)));
      return Math.min(high, Math.max(low, kind === 'log-uniform' ? Math.exp(x) : x));
    },
    log(value) {
      const x = inward(value as number);
      const half = kind === 'int' ? 0.5 : width / 2000;
      return Math.log(Math.max(1e-300, mass(Math.max(from, x - half), Math.min(to, x + half)) / (2 * half)));
    },
  };
}

/** Share of a standard normal between a and b. */
const normalBetween = (a: number, b: number): number =>
  (errorFunction(b / Math.SQRT2) - errorFunction(a / Math.SQRT2)) / 2;

/** Abramowitz and Stegun 7.1.26, error below 1.5e-7. */
function errorFunction(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const poly =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - poly * Math.exp(-x * x));
}
