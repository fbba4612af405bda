import type { Random } from '../../base/index';

/** What a hyper-parameter may be. */
export type ParameterValue = string | number | boolean;

/** A hyper-parameter that exists only where another one has a certain value. */
interface Condition {
  parameter: string;
  is: ParameterValue;
}

/** One of a few values, without an order. */
export interface Choice<Value extends ParameterValue = ParameterValue> {
  kind: 'choice';
  options: readonly Value[];
  when?: Condition;
}

/** A number in low..high, ends included: whole, on a logarithmic scale, or evenly. */
export interface NumberRange {
  kind: 'int' | 'log-uniform' | 'uniform';
  low: number;
  high: number;
  when?: Condition;
}

export type Parameter = Choice | NumberRange;

/** What is searched: names and ranges, a condition's parameter before those that depend on it. */
export type SearchSpace = Readonly<Record<string, Parameter>>;

type ValueOf<P> = P extends { kind: 'choice'; options: readonly (infer Value)[] } ? Value : number;

/** One point of a space; what does not exist there is undefined. */
export type PointOf<Space extends SearchSpace> = {
  [Name in keyof Space]: Space[Name] extends { when: Condition }
    ? ValueOf<Space[Name]> | undefined
    : ValueOf<Space[Name]>;
};

/** A point of any space. */
export type Point = Readonly<Record<string, ParameterValue | undefined>>;

/**
 * One of these values.
 *
 * @throws Error when there is none
 */
export function choice<const Value extends ParameterValue>(...options: Value[]): Choice<Value> {
  if (options.length === 0) throw new Error('expected at least one option to choose from, received none');
  return { kind: 'choice', options };
}

/** A whole number in low..high. @throws RangeError when an end is no whole number, or they are in the wrong order */
export function int(low: number, high: number): NumberRange {
  if (!Number.isInteger(low) || !Number.isInteger(high))
    throw new RangeError(`expected whole numbers, received ${low} and ${high}`);
  return range('int', low, high);
}

/** A number in low..high, its logarithm uniform. @throws RangeError when an end is not positive, or the order is wrong */
export function logUniform(low: number, high: number): NumberRange {
  if (!(low > 0)) throw new RangeError(`expected a positive low end of a logarithmic range, received ${low}`);
  return range('log-uniform', low, high);
}

/** A number in low..high. @throws RangeError when the ends are in the wrong order */
export const uniform = (low: number, high: number): NumberRange => range('uniform', low, high);

function range(kind: NumberRange['kind'], low: number, high: number): NumberRange {
  if (!(low <= high)) throw new RangeError(`expected low <= high, received ${low} and ${high}`);
  return { kind, low, high };
}

/**
 * A hyper-parameter that exists only where `parameter` is `is`.
 *
 * @example { optimizer: choice('sgd', 'adam'), momentum: onlyWhen('optimizer', 'sgd', uniform(0, 0.99)) }
 */
export const onlyWhen = <P extends Parameter>(
  parameter: string,
  is: ParameterValue,
  what: P,
): P & { when: Condition } => ({ ...what, when: { parameter, is } });

/** Whether a hyper-parameter exists at a point, whose earlier parameters are known. */
export const exists = ({ when }: Parameter, point: Point): boolean =>
  when === undefined || point[when.parameter] === when.is;

/**
 * Draws a point: each hyper-parameter that exists there, in the space's order.
 *
 * @param draw how one value is drawn; by default uniformly over its range
 * @throws Error when a condition names a parameter that does not stand before
 * @example drawPoint({ filters: int(4, 16), learningRate: logUniform(1e-4, 1e-1) }, createRandom(1));
 */
export function drawPoint<Space extends SearchSpace>(
  space: Space,
  random: Random,
  draw: (name: string, parameter: Parameter) => ParameterValue = (_, parameter) =>
    drawValue(parameter, random),
): PointOf<Space> {
  const point: Record<string, ParameterValue | undefined> = {};
  for (const [name, parameter] of Object.entries(space)) {
    if (parameter.when && !(parameter.when.parameter in point))
      throw new Error(`expected "${parameter.when.parameter}" before "${name}", which depends on it`);
    point[name] = exists(parameter, point) ? draw(name, parameter) : undefined;
  }
  return point as PointOf<Space>;
}

/** One value, uniform over the range (its logarithm, for `log-uniform`). */
export function drawValue(parameter: Parameter, random: Random): ParameterValue {
  if (parameter.kind === 'choice')
    return parameter.options[random.integer(parameter.options.length)] as ParameterValue;
  const { kind, low, high } = parameter;
  if (kind === 'int') return low + random.integer(high - low + 1);
  if (kind === 'uniform') return low + (high - low) * random.next();
  return Math.exp(Math.log(low) + (Math.log(high) - Math.log(low)) * random.next());
}

/** @throws Error when a value is outside of its range, or is missing, or should not be there */
export function checkPoint(space: SearchSpace, point: Point): void {
  for (const name of Object.keys(point))
    if (!(name in space)) throw new Error(`expected ${Object.keys(space).join(', ')}, received "${name}"`);
  for (const [name, parameter] of Object.entries(space)) {
    const value = point[name];
    if (!exists(parameter, point)) {
      if (value !== undefined)
        throw new Error(`expected no "${name}" where its condition fails, received ${value}`);
      continue;
    }
    const fits =
      parameter.kind === 'choice'
        ? parameter.options.includes(value as ParameterValue)
        : typeof value === 'number' &&
          value >= parameter.low &&
          value <= parameter.high &&
          (parameter.kind !== 'int' || Number.isInteger(value));
    if (!fits) throw new Error(`expected "${name}" in ${JSON.stringify(parameter)}, received ${value}`);
  }
}

/** A point in words, e.g. `blocks 4, optimizer adam`; numbers with three digits. */
export const describePoint = (point: Point): string =>
  Object.entries(point)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`)
    .join(', ');
