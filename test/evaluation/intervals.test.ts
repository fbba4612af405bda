import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  bootstrapInterval,
  comparePaired,
  formatInterval,
  pick,
  quantile,
  tInterval,
  wilsonInterval,
} from '../../lib/evaluation/index';
import { golden } from './golden';

interface Intervals {
  wilson: [number, number, number, number, number][];
  t: [number[], number, number, number, number][];
  quantiles: [number, number][];
  bootstrap: { sample: number[]; low: number; high: number };
}
interface Large {
  actual: number[];
  predicted: number[];
  other: number[];
  accuracy: number;
  onlyA: number;
  onlyB: number;
  mcnemar: number;
}

const expected = golden<Intervals>('intervals');
const near = (actual: number, value: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual - value) <= tolerance, `${actual}, expected ${value}`);

describe('intervals against scipy', () => {
  it('Wilson', () => {
    for (const [successes, count, confidence, low, high] of expected.wilson) {
      const interval = wilsonInterval(successes, count, confidence);
      near(interval.low, low);
      near(interval.high, high);
      near(interval.estimate, successes / count);
    }
  });

  it('Student t with its deviation', () => {
    for (const [values, mean, low, high, deviation] of expected.t) {
      const interval = tInterval(values);
      near(interval.estimate, mean);
      near(interval.low, low, 1e-8);
      near(interval.high, high, 1e-8);
      near(interval.deviation, deviation);
    }
  });

  it('quantiles', () => {
    for (const [q, value] of expected.quantiles) near(quantile([1, 2.5, 4, 7, 7.5], q), value);
  });

  it('percentile bootstrap of a mean, within its own noise; the same seed gives the same interval', () => {
    const { sample, low, high } = expected.bootstrap;
    const mean = (indices: Int32Array) => pick(sample, indices).reduce((a, b) => a + b, 0) / sample.length;
    const interval = bootstrapInterval(sample.length, mean, { resamples: 20_000, seed: 7 });
    const noise = 0.02 * (high - low);
    near(interval.low, low, noise);
    near(interval.high, high, noise);
    assert.deepEqual(bootstrapInterval(sample.length, mean, { resamples: 20_000, seed: 7 }), interval);
    assert.notDeepEqual(bootstrapInterval(sample.length, mean, { resamples: 20_000, seed: 8 }), interval);
  });
});

describe('comparePaired', () => {
  const large = golden<Large>('large');

  it("gives statsmodels' exact McNemar p-value and the difference with its interval", () => {
    const result = comparePaired(large.actual, large.predicted, large.other);
    assert.equal(result.onlyA, large.onlyA);
    assert.equal(result.onlyB, large.onlyB);
    near(result.pValue / large.mcnemar, 1, 1e-6);
    near(result.accuracyA, large.accuracy);
    near(result.difference.estimate, result.accuracyB - result.accuracyA);
    assert.ok(result.difference.low < result.difference.estimate);
    assert.ok(result.difference.high < 0, 'the second classifier is worse beyond doubt');
  });

  it('finds no difference between equal classifiers', () => {
    const result = comparePaired([0, 1, 1], [0, 1, 0], [0, 1, 0]);
    assert.equal(result.pValue, 1);
    assert.equal(result.difference.low, 0);
  });
});

describe('bad input of intervals', () => {
  it('says what was expected', () => {
    assert.throws(() => wilsonInterval(3, 2), /0 <= successes <= count and count > 0, received 3 of 2/);
    assert.throws(() => wilsonInterval(1, 2, 95), /confidence between 0 and 1 .* received 95/);
    assert.throws(() => tInterval([1]), /at least two values/);
    assert.throws(() => bootstrapInterval(0, () => 0), /at least one example/);
  });

  it('formats as estimate and edges', () => {
    assert.equal(formatInterval(wilsonInterval(853, 1000)), '0.853 [0.830, 0.874]');
  });
});
