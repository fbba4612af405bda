import * as tf from '@tensorflow/tfjs';

/** What is known of a tensor of a program without its values. */
export interface Item {
  shape: number[];
  dtype: tf.DataType;
  /** No rounding has taken part in it: what jumps, like floor, may be applied. */
  exact: boolean;
  /** Roundings that may have added up in it. */
  depth: number;
  /** Its values are finite and small. */
  tame: boolean;
}

/** The choices of one gene: each asks for the next number. */
export class Choices {
  private position = 0;

  constructor(
    private readonly numbers: readonly number[],
    private readonly items: readonly Item[],
    private readonly live: readonly number[],
  ) {}

  private next(): number {
    const number = this.numbers[this.position % this.numbers.length] ?? 0;
    return (number >>> (5 * Math.floor(this.position++ / this.numbers.length))) >>> 0;
  }

  /** A whole number from 0 to `below` - 1. */
  int(below: number): number {
    return this.next() % Math.max(1, below);
  }

  /** One of `list`. */
  of<T>(list: readonly T[]): T {
    return list[this.int(list.length)] as T;
  }

  /** A tensor of the program for which `fits` holds, by its number; null if there is none. */
  tensor(fits: (item: Item) => boolean): { at: number; item: Item } | null {
    const fitting = this.live.filter((at) => fits(this.items[at] as Item));
    if (fitting.length === 0) return null;
    const at = this.of(fitting);
    return { at, item: this.items[at] as Item };
  }
}

/** What a step makes of its operands. */
export interface Call {
  /** Numbers of the operands. */
  operands: number[];
  run(...operands: tf.Tensor[]): tf.Tensor | tf.Tensor[];
  /** True where results are computed without rounding. */
  exact?: boolean;
  /** Its gradients may be taken, too. */
  differentiable?: boolean;
}

/** One kind of step. */
export interface Kind {
  name: string;
  /** Chooses operands and attributes; null where none fit. */
  choose(c: Choices): Call | null;
}

/** Fits that steps ask for. */
export const isFloat = ({ dtype, tame, depth }: Item) => dtype === 'float32' && tame && depth < 3;
export const isExact = (item: Item) => item.exact && item.tame && item.dtype !== 'string';
export const isNumber = (item: Item) => item.dtype !== 'string' && item.tame && item.depth < 3;

/** A tensor of `shape` made of the elements of `x`, repeated or cut as it needs. */
export function shaped<S extends number[]>(x: tf.Tensor, shape: S): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  const flat = tf.reshape(x, [x.size]);
  if (x.size === 0) return tf.fill(shape, 0.5);
  const enough = tf.tile(flat, [Math.ceil(size / x.size)]);
  return tf.reshape(tf.slice(enough, [0], [size]), shape);
}

/** A step of one operand. */
export function unary(
  name: string,
  fits: (item: Item) => boolean,
  run: (x: tf.Tensor, c: Choices, item: Item) => () => tf.Tensor | tf.Tensor[],
  more: Partial<Call> = {},
): Kind {
  return {
    name,
    choose(c) {
      const x = c.tensor(fits);
      if (!x) return null;
      // Attributes are chosen once, for both backends, from what is known of the operand.
      const frozen = freeze(c);
      return {
        operands: [x.at],
        run: (operand) => run(operand, frozen(), x.item)(),
        ...more,
        exact: (more.exact ?? false) && x.item.exact,
      };
    },
  };
}

/** The choices from here on, to be made again from the start each time. */
export function freeze(c: Choices): () => Choices {
  return () => Object.assign(Object.create(Choices.prototype) as Choices, c);
}

/** Some of the tensors that an operation gives by name. */
export function named(tensors: tf.NamedTensorMap, ...names: string[]): tf.Tensor[] {
  return names.map((name) => {
    const tensor = tensors[name];
    if (!tensor) throw new Error(`expected a tensor "${name}", received ${Object.keys(tensors).join(', ')}`);
    return tensor;
  });
}
