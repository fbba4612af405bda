import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goldenFolder, relativeError, type Summary } from './golden';

/** Eight entries of an array at equal distances, its length and norm. */
export interface Brief {
  length: number;
  norm: number;
  picked: number[];
}

/** What test/golden/models/tflite.py wrote. */
export interface TfliteGolden {
  small: { outputs: number[]; files: Record<string, Record<string, Brief>> };
  inceptionv3: { layers: Record<string, Brief>; features: Summary; logits: Summary };
}

/** Reads the values made with TensorFlow Lite. */
export const readTfliteGolden = (): TfliteGolden =>
  JSON.parse(readFileSync(join(goldenFolder, 'tflite.json'), 'utf8'));

/** Asserts that an array agrees with its brief to `tolerance`, relative to its norm. */
export function assertBrief(
  actual: ArrayLike<number>,
  expected: Brief,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  const step = actual.length / 8;
  const picked = expected.picked.map((_, index) => actual[Math.floor(index * step)] ?? Number.NaN);
  const scale = Math.max(...expected.picked.map(Math.abs)) || 1;
  const error = relativeError(picked, expected.picked);
  assert.ok(
    error <= tolerance * Math.max(1, expected.norm / Math.sqrt(expected.length) / scale),
    `${what}: ${error}`,
  );
  const norm = Math.sqrt(Array.from(actual).reduce((sum, value) => sum + value * value, 0));
  assert.ok(Math.abs(norm - expected.norm) <= tolerance * (expected.norm || 1), `${what}: norm ${norm}`);
}
