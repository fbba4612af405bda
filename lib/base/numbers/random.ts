/** A seeded stream of random numbers: the only source of randomness in this project. */
export interface Random {
  /** Uniform in [0, 1), a multiple of 2^-32. */
  next(): number;
  /** Uniform whole number in [0, n). @throws RangeError unless n is a whole number in 1..2^32 */
  integer(n: number): number;
  /** Standard normal (mean 0, deviation 1), by Box and Muller. */
  normal(): number;
  /** A shuffled copy (Fisher and Yates); the input stays as it is. */
  shuffle<T>(items: ArrayLike<T>): T[];
}

const rotateLeft = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** splitmix32: spreads one 32-bit seed over the four words of state. */
function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return z ^ (z >>> 15);
  };
}

/**
 * xoshiro128** by Blackman and Vigna (https://prng.di.unimi.it/xoshiro128starstar.c), from its four words of state.
 *
 * @param state four 32-bit words, not all zero; changed by each call
 * @returns a function that returns the next unsigned 32-bit number
 */
export function xoshiro128(state: Int32Array): () => number {
  return () => {
    let [a = 0, b = 0, c = 0, d = 0] = state;
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotateLeft(d, 11);
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = d;
    return result;
  };
}

/**
 * A seeded generator: xoshiro128** whose state splitmix32 fills from the seed. The same seed gives the same
 * numbers on every machine.
 *
 * @param seed a whole number; taken modulo 2^32
 * @throws RangeError when the seed is not a whole number
 * @example
 * const random = createRandom(42);
 * random.integer(6) + 1; // a die
 */
export function createRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`expected a whole number as seed, received ${seed}`);
  const fill = splitmix32(seed);
  const draw = xoshiro128(Int32Array.from({ length: 4 }, fill));
  const next = () => draw() / 2 ** 32;
  const integer = (n: number) => {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32)
      throw new RangeError(`expected a whole number n in 1..2^32 for integer(n), received ${n}`);
    const limit = 2 ** 32 - (2 ** 32 % n); // numbers above it would favour small remainders
    for (;;) {
      const value = draw();
      if (value < limit) return value % n;
    }
  };
  return {
    next,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffle<T>(items: ArrayLike<T>): T[] {
      const copy = Array.from(items);
      for (let i = copy.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [copy[i], copy[j]] = [copy[j] as T, copy[i] as T]; // i and j are below copy.length
      }
      return copy;
    },
  };
}
