import { createRandom } from '../../base/index';
import { growRegressionTree, type Leaf } from './grow-regression-tree';
import type { Parameter, SearchSpace } from './space';
import type { Observation } from './suggest-tpe';

/** How much of what differs between trials one hyper-parameter explains by itself. */
export interface ParameterImportance {
  parameter: string;
  /** 0..1; all sum to 1. */
  importance: number;
}

/** Columns of a hyper-parameter in the forest's input. */
interface Encoded {
  name: string;
  parameter: Parameter;
  columns: number[];
}

/**
 * Importance of each hyper-parameter by functional analysis of variance over a random forest (F. Hutter, H. Hoos,
 * K. Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance", 2014): the share of the variance of
 * the forest's predictions over the whole space that stays when all other hyper-parameters are averaged out. As
 * `optuna.importance.FanovaImportanceEvaluator` with hyper-parameters of a logarithmic range given as logarithms;
 * those that do not exist in all trials are left out, as there.
 *
 * @param observations at least two trials of different value
 * @returns the most important first; an empty list when nothing differs
 * @example parameterImportance(space, trials.map(({ point, value }) => ({ point, value })));
 */
export function parameterImportance(
  space: SearchSpace,
  observations: readonly Observation[],
  { trees = 64, seed = 0 }: { trees?: number; seed?: number } = {},
): ParameterImportance[] {
  const random = createRandom(seed);
  const bounds: [number, number][] = [];
  const encoded: Encoded[] = [];
  for (const [name, parameter] of Object.entries(space)) {
    if (isConstant(parameter) || observations.some(({ point }) => point[name] === undefined)) continue;
    const ranges = boundsOf(parameter);
    encoded.push({ name, parameter, columns: ranges.map((_, k) => bounds.length + k) });
    bounds.push(...ranges);
  }
  const rows = observations.map(({ point }) =>
    encoded.flatMap(({ name, parameter }) => encode(parameter, point[name])),
  );
  const targets = observations.map(({ value }) => value);
  const shares = new Map(encoded.map(({ name }) => [name, 0]));
  for (let tree = 0; tree < trees; tree += 1) {
    const leaves = growRegressionTree({ rows, targets }, bounds, random);
    const total = variance(leaves.map((leaf) => ({ value: leaf.value, weight: volume(leaf) })));
    if (!(total > 0)) continue;
    for (const { name, columns } of encoded)
      shares.set(name, (shares.get(name) ?? 0) + marginalVariance(leaves, columns, bounds) / total);
  }
  const sum = [...shares.values()].reduce((a, b) => a + b, 0);
  if (!(sum > 0)) return [];
  return [...shares]
    .map(([parameter, share]) => ({ parameter, importance: share / sum }))
    .sort((a, b) => b.importance - a.importance);
}

const isConstant = (parameter: Parameter): boolean =>
  parameter.kind === 'choice' ? parameter.options.length === 1 : parameter.low === parameter.high;

/** One column for a number; one for each option of a choice, 0 or 1. */
function boundsOf(parameter: Parameter): [number, number][] {
  if (parameter.kind === 'choice') return parameter.options.map(() => [0, 1]);
  const { kind, low, high } = parameter;
  if (kind === 'int') return [[low - 0.5, high + 0.5]];
  return [kind === 'log-uniform' ? [Math.log(low), Math.log(high)] : [low, high]];
}

function encode(parameter: Parameter, value: unknown): number[] {
  if (parameter.kind === 'choice') return parameter.options.map((option) => Number(option === value));
  return [parameter.kind === 'log-uniform' ? Math.log(value as number) : (value as number)];
}

interface Weighted {
  value: number;
  weight: number;
}

function variance(parts: readonly Weighted[]): number {
  const all = parts.reduce((sum, { weight }) => sum + weight, 0);
  const mean = parts.reduce((sum, { value, weight }) => sum + value * weight, 0) / all;
  return parts.reduce((sum, { value, weight }) => sum + weight * (value - mean) ** 2, 0) / all;
}

/** Size of a leaf's box, in all columns but some. */
const volume = ({ low, high }: Leaf, without: readonly number[] = []): number =>
  low.reduce((product, from, k) => product * (without.includes(k) ? 1 : (high[k] ?? 0) - from), 1);

/** Variance of the tree's prediction over some columns, averaged over the others. */
function marginalVariance(
  leaves: readonly Leaf[],
  columns: readonly number[],
  bounds: readonly (readonly [number, number])[],
): number {
  let cells: { at: number[]; weight: number }[] = [{ at: [], weight: 1 }];
  for (const column of columns) {
    const cuts = new Set(bounds[column]);
    for (const { low, high } of leaves) cuts.add(low[column] ?? 0).add(high[column] ?? 0);
    const edges = [...cuts].sort((a, b) => a - b);
    const pieces = edges.slice(1).map((to, k) => ({ from: edges[k] ?? to, to }));
    cells = cells.flatMap(({ at, weight }) =>
      pieces.map(({ from, to }) => ({ at: [...at, (from + to) / 2], weight: weight * (to - from) })),
    );
  }
  const others = leaves.map((leaf) => volume(leaf, columns));
  return variance(
    cells.map(({ at, weight }) => {
      let sum = 0;
      let share = 0;
      for (const [index, { low, high, value }] of leaves.entries()) {
        if (!columns.every((c, k) => (at[k] ?? 0) > (low[c] ?? 0) && (at[k] ?? 0) <= (high[c] ?? 0)))
          continue;
        sum += value * (others[index] ?? 0);
        share += others[index] ?? 0;
      }
      return { value: sum / share, weight };
    }),
  );
}
