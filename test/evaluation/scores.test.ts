import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { elementAt } from '../../lib/base/index';
import {
  compareAll,
  filedShare,
  fitPowerLaw,
  holm,
  METRICS,
  scoreAll,
  selectiveCurve,
} from '../../lib/evaluation/index';
import { golden, largestDifference } from './golden';

interface Golden {
  cases: { labels: number[]; probabilities: number[]; classes: number; scores: Record<string, number> }[];
  holm: { given: number[]; corrected: number[] };
  powerLaw: { counts: number[]; errors: number[]; exponent: number; scale: number };
}
const { cases, holm: correction, powerLaw } = golden<Golden>('scores');

describe('metrics', () => {
  for (const { labels, probabilities, classes, scores } of cases)
    it(`equal scikit-learn's for ${classes} classes`, () => {
      const ours = scoreAll(labels, probabilities, classes);
      assert.deepEqual(Object.keys(ours).sort(), Object.keys(scores).sort());
      for (const [name, value] of Object.entries(ours))
        assert.ok(
          Math.abs(value - (scores[name] ?? Number.NaN)) < 1e-9,
          `${name}: ${value}, ${scores[name]}`,
        );
    });

  it('each say which direction is better: right answers beat wrong ones', () => {
    const labels = [0, 1, 2, 0, 1, 2];
    const rows = (shift: number) =>
      labels.flatMap((label) => [0, 1, 2].map((c) => (c === (label + shift) % 3 ? 0.8 : 0.1)));
    const [right, wrong] = [scoreAll(labels, rows(0), 3), scoreAll(labels, rows(1), 3)];
    for (const [name, { better }] of Object.entries(METRICS)) {
      const key = name as keyof typeof right;
      if (key === 'top 5') assert.equal(right[key], 1);
      else assert.equal(right[key] > wrong[key], better === 'high', name);
    }
  });

  it('refuse rows that do not fit the labels', () => {
    assert.throws(() => scoreAll([0, 1], [0.5, 0.5, 1], 2), /expected 2 x 2 = 4 scores/);
    assert.throws(() => scoreAll([0, 2], [0.5, 0.5, 1, 0], 2), /expected class indexes in 0..1/);
  });
});

describe('what files itself', () => {
  // the surest four of ten are right, then right and wrong take turns
  const sureness = [0.99, 0.98, 0.97, 0.96, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6];
  const right = [true, true, true, true, false, true, true, false, true, false];
  const data = {
    labels: right.map((ok) => (ok ? 0 : 1)),
    probabilities: sureness.flatMap((p) => [p, 1 - p]),
    classes: 2,
  };

  it('selectiveCurve: precision against the share that is answered', () => {
    const curve = selectiveCurve(data);
    assert.equal(curve.length, 10);
    assert.deepEqual(elementAt(curve, 3), { threshold: 0.96, coverage: 0.4, precision: 1 });
    assert.ok(Math.abs(elementAt(curve, 9).precision - 0.7) < 1e-12);
    const tied = selectiveCurve({ labels: [0, 1], probabilities: [0.8, 0.2, 0.8, 0.2], classes: 2 });
    assert.deepEqual(tied, [{ threshold: 0.8, coverage: 1, precision: 0.5 }]);
  });

  it('filedShare: a threshold that the examples can vouch for, then measured on other ones', () => {
    const many = {
      labels: Array.from({ length: 40 }, () => data.labels).flat(),
      probabilities: Array.from({ length: 40 }, () => [...data.probabilities]).flat(),
      classes: 2,
    };
    const all = filedShare(0.72, many, data);
    assert.equal(all.threshold, 0.8); // 240 of 280, where 6 of 7 would say nothing
    assert.equal(all.chosenOn, 400);
    assert.equal(all.filed.estimate, 0.7);
    assert.ok(all.precision && Math.abs(all.precision.estimate - 6 / 7) < 1e-12);
    assert.ok(all.filed.low > 0.3 && all.filed.high < 0.95);
    assert.ok(filedShare(0.85, many, data).threshold > 0.8, '0.857 of 280 may be less');
    const none = filedShare(0.72, data, data);
    assert.deepEqual(
      [none.threshold, none.precision, none.filed.estimate],
      [Number.POSITIVE_INFINITY, null, 0],
    );
    assert.throws(() => filedShare(0, data, data), /above 0 and at most 1/);
  });
});

describe('many comparisons', () => {
  it("holm: statsmodels' corrected values", () => {
    assert.ok(largestDifference(holm(correction.given), correction.corrected) < 1e-12);
    assert.throws(() => holm([1.5]), /from 0 to 1/);
  });

  it('compareAll: every pair, corrected', () => {
    const actual = Array.from({ length: 60 }, (_, i) => i % 3);
    const worse = actual.map((label, i) => (i % 2 === 0 ? label : (label + 1) % 3));
    const pairs = compareAll(actual, { a: actual, b: worse, c: actual }, { resamples: 100 });
    assert.deepEqual(
      pairs.map(({ a, b }) => `${a}-${b}`),
      ['a-b', 'a-c', 'b-c'],
    );
    const [ab, ac] = pairs;
    assert.ok(ab && ac && ab.correctedP < 1e-6 && ab.correctedP >= ab.pValue && ac.correctedP === 1);
    assert.throws(() => compareAll(actual, { a: actual }), /at least two models/);
  });
});

describe('learning curves', () => {
  it('fitPowerLaw: least squares on logarithms, as numpy', () => {
    const law = fitPowerLaw(powerLaw.counts, powerLaw.errors);
    assert.ok(Math.abs(law.exponent - powerLaw.exponent) < 1e-12);
    assert.ok(Math.abs(law.scale - powerLaw.scale) < 1e-12);
    const factor = law.factorFor(32, 0.01);
    assert.ok(Math.abs(law.at(32 * factor) - (law.at(32) - 0.01)) < 1e-12);
    assert.equal(law.factorFor(32, 0.9), Number.POSITIVE_INFINITY);
    assert.throws(() => fitPowerLaw([5], [0.1]), /at least two counts/);
    assert.throws(() => fitPowerLaw([5, 6], [0.1, 0]), /above 0/);
  });
});
