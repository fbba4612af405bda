import { elementAt } from '../../base/index';

/** error = scale * n ** -exponent */
export interface PowerLaw {
  scale: number;
  exponent: number;
  /** The error to be expected at n. */
  at(n: number): number;
  /** How often the n is needed that takes `points` off the error at n; Infinity when it cannot be had. */
  factorFor(n: number, points: number): number;
}

/**
 * Fits a power law of the error against the number of examples by least squares on logarithms: what learning curves
 * follow between chance and the noise of labels (Hestness et al. 2017).
 *
 * @param counts examples, each above 0, at least two different
 * @param errors 1 - accuracy, each above 0
 * @throws RangeError for fewer than two counts, or values that are not above 0
 */
export function fitPowerLaw(counts: readonly number[], errors: readonly number[]): PowerLaw {
  if (counts.length !== errors.length || new Set(counts).size < 2)
    throw new RangeError(
      `expected an error for each of at least two counts, received ${counts.length} counts and ${errors.length} errors`,
    );
  if (![...counts, ...errors].every((value) => value > 0))
    throw new RangeError('expected counts and errors above 0, received one that is not');
  const points = counts.map((count, i) => ({ x: Math.log(count), y: Math.log(elementAt(errors, i)) }));
  const mean = (key: 'x' | 'y') => points.reduce((sum, point) => sum + point[key], 0) / points.length;
  const [x, y] = [mean('x'), mean('y')];
  const slope =
    points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) /
    points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  const [exponent, scale] = [-slope, Math.exp(y - slope * x)];
  const at = (n: number) => scale * n ** -exponent;
  const factorFor = (n: number, less: number) => {
    const wanted = at(n) - less;
    return wanted > 0 && exponent > 0 ? (at(n) / wanted) ** (1 / exponent) : Number.POSITIVE_INFINITY;
  };
  return { scale, exponent, at, factorFor };
}
