import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { elementAt } from '../../lib/base/index';

/** A fixture that test/golden/evaluation/make.py wrote. */
export function golden<T>(name: string): T {
  const file = join(__dirname, '..', 'golden', 'evaluation', `${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

/** Largest difference of two equally long lists of numbers; Infinity where their lengths differ. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - elementAt(b, i))), 0);
}
