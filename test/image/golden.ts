import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fromRoot } from '../../lib/base/index';
import { decodeImage, type RgbImage } from '../../lib/image/index';

/** A picture of test/golden/image. */
export const goldenImage = (name: string): Promise<RgbImage> => decodeImage(goldenPath(name));
/** A table of test/golden/image. */
export const goldenJson = (name: string) => JSON.parse(readFileSync(goldenPath(name), 'utf8'));
export const goldenPath = (name: string): string => fromRoot('test', 'golden', 'image', name);

/** Largest and mean difference of two pictures, of 255. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>) {
  assert.equal(actual.length, expected.length);
  let [largest, sum] = [0, 0];
  for (let i = 0; i < actual.length; i++) {
    const distance = Math.abs((actual[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    largest = Math.max(largest, distance);
    sum += distance;
  }
  return { largest, mean: sum / actual.length };
}

/** One channel of a picture, of `channels` channels. */
export const plane = ({ data }: RgbImage, channel: number): Uint8Array =>
  Uint8Array.from({ length: data.length / 3 }, (_, i) => data[3 * i + channel] ?? 0);
