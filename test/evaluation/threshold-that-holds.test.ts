import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom, type Random } from '../../lib/base/index';
import { answersBySureness } from '../../lib/evaluation/calibration/selective';
import { thresholdThatHolds } from '../../lib/evaluation/calibration/threshold-that-holds';
import {
  filedShare,
  type LabelledProbabilities,
  type SelectivePoint,
  selectiveCurve,
} from '../../lib/evaluation/index';
import { binomialCdf } from '../../lib/evaluation/intervals/distributions';

/** A model on paper: its answers' probabilities, and how often answers of a probability are right. */
interface PaperModel {
  draw(random: Random): number;
  right(p: number): number;
}

/** Most answers are sure: mean accuracy 0.9. Probabilities are true. */
const calibrated: PaperModel = { draw: (random) => 1 - 0.7 * random.next() ** 6, right: (p) => p };
/** States 99.9 % where 97 % are right, and more than it keeps everywhere. */
const overConfident: PaperModel = {
  draw: (random) => 1 - 0.5 * random.next() ** 9,
  right: (p) => Math.max(0.3, 1 - 4 * (1 - p) - 0.01),
};

function answersOf(model: PaperModel, random: Random, count: number): LabelledProbabilities {
  const labels = new Int32Array(count);
  const probabilities = new Float64Array(2 * count);
  for (let row = 0; row < count; row++) {
    const p = Math.max(0.5, model.draw(random));
    probabilities.set([p, 1 - p], 2 * row);
    labels[row] = random.next() < model.right(p) ? 0 : 1;
  }
  return { labels, probabilities, classes: 2 };
}

/** The point of a curve at the lowest probability that is not below a threshold. */
function lastFrom(curve: readonly SelectivePoint[], threshold: number): SelectivePoint | undefined {
  let [low, high] = [0, curve.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((curve[middle]?.threshold ?? 0) >= threshold) low = middle + 1;
    else high = middle;
  }
  return curve[low - 1];
}

describe('thresholds that hold', () => {
  const draws = 400;
  for (const [name, model, photos, wanted, covered] of [
    ['a calibrated model', calibrated, 800, 0.95, 0.6],
    ['a calibrated model', calibrated, 2000, 0.99, 0.3],
    ['an over-confident model', overConfident, 800, 0.95, 0.4],
    ['an over-confident model', overConfident, 300, 0.9, 0.5],
  ] as const)
    it(`${name}, ${photos} photos, ${wanted}: broken on new photos in few of ${draws} draws`, () => {
      const random = createRandom(photos + 100 * wanted);
      const fresh = selectiveCurve(answersOf(model, random, 100_000));
      let broken = 0;
      let filed = 0;
      for (let draw = 0; draw < draws; draw++) {
        const threshold = thresholdThatHolds(answersBySureness(answersOf(model, random, photos)), wanted);
        const { coverage, precision } = lastFrom(fresh, threshold) ?? { coverage: 0, precision: 1 };
        filed += coverage / draws;
        if (precision < wanted) broken++;
      }
      assert.ok(broken <= 0.06 * draws, `broken in ${broken} of ${draws} draws`);
      assert.ok(filed >= covered, `only ${filed} filed`);
    });

  it('one wrong label among the surest does not end the walk', () => {
    const answers = (wrong: number) => ({
      labels: Int32Array.from({ length: 400 }, (_, i) => (i === wrong ? 1 : 0)),
      probabilities: Float64Array.from({ length: 800 }, (_, i) => {
        const p = 0.99 - 0.0005 * Math.floor(i / 2);
        return i % 2 === 0 ? p : 1 - p;
      }),
      classes: 2,
    });
    const [sure, surest] = [
      filedShare(0.95, answers(300), answers(300)),
      filedShare(0.95, answers(0), answers(0)),
    ];
    assert.equal(sure.filed.estimate, 1);
    assert.equal(surest.filed.estimate, 1);
  });

  it("binomialCdf: scipy's values", () => {
    assert.ok(Math.abs(binomialCdf(2, 20, 0.05) - 0.9245163262115028) < 1e-12);
    assert.ok(Math.abs(binomialCdf(3, 20, 0.5) - 0.0012884140014648438) < 1e-14);
    assert.ok(Math.abs(binomialCdf(0, 59, 0.05) - 0.95 ** 59) < 1e-14);
    assert.deepEqual([binomialCdf(5, 5, 0.3), binomialCdf(0, 9, 0), binomialCdf(0, 9, 1)], [1, 1, 0]);
  });
});
