import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { elementAt, fromRoot } from '../../../lib/base/index';
import type { BackboneName } from '../../../lib/models/index';

/** 64 entries of an array at equal distances (all of a shorter one), its length and norm. */
export interface Summary {
  length: number;
  norm: number;
  picked: number[];
}

/** What test/golden/models/make.py wrote. */
export interface Golden {
  preprocessing: Partial<Record<BackboneName, number[]>>;
  narrow: { outputs: number[]; keras2Outputs: number[] };
  scratchCnn: { parameters: number; outputs: number[]; loss: number; gradients: Record<string, Summary> };
  fineTuning: { loss: number; gradients: Record<string, Summary> };
  gradCam: { probabilities: number[]; class: number; shape: number[]; heatmap: number[] };
  backbones: Record<
    BackboneName,
    {
      outputs: Record<string, Summary>;
      layers: number;
      parameters: number;
      trainable: number;
      parametersWithTop: number;
      names: number;
    }
  >;
}

/** The folder of the golden files. */
export const goldenFolder = fromRoot('test', 'golden', 'models');

/** Reads the values made with Keras. */
export const readGolden = (): Golden => JSON.parse(readFileSync(join(goldenFolder, 'keras.json'), 'utf8'));

/** The largest difference between two arrays, relative to the largest entry of the expected one. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.equal(actual.length, expected.length);
  let difference = 0;
  let largest = 0;
  for (let index = 0; index < expected.length; index += 1) {
    const value = elementAt(expected, index);
    difference = Math.max(difference, Math.abs(elementAt(actual, index) - value));
    largest = Math.max(largest, Math.abs(value));
  }
  return largest > 0 ? difference / largest : difference;
}

/** Asserts that an array agrees with its summary to `tolerance`, relative to its largest entry. */
export function assertSummary(
  actual: ArrayLike<number>,
  expected: Summary,
  tolerance: number,
  what: string,
): number {
  assert.equal(actual.length, expected.length, `${what}: length`);
  const positions =
    actual.length > 64
      ? Array.from({ length: 64 }, (_, index) => Math.floor((index * actual.length) / 64))
      : Array.from({ length: actual.length }, (_, index) => index);
  const error = relativeError(
    positions.map((position) => elementAt(actual, position)),
    expected.picked,
  );
  assert.ok(error <= tolerance, `${what}: relative error ${error}, allowed ${tolerance}`);
  const norm = Math.sqrt(Array.from(actual).reduce((sum, value) => sum + value * value, 0));
  assert.ok(
    Math.abs(norm / expected.norm - 1) <= tolerance,
    `${what}: norm ${norm}, expected ${expected.norm}`,
  );
  return error;
}
