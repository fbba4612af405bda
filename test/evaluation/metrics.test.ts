import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { elementAt } from '../../lib/base/index';
import {
  accuracy,
  classificationReport,
  confusionMatrix,
  logLoss,
  mostConfused,
  normalizeRows,
  orderBySimilarity,
  precisionRecallF1,
  predictedClasses,
  type Scores,
  topK,
  topKAccuracy,
} from '../../lib/evaluation/index';
import { golden, largestDifference } from './golden';

type Columns = [number[], number[], number[], number[]];
interface Small {
  classes: number;
  names: string[];
  actual: number[];
  probabilities: number[];
  predicted: number[];
  accuracy: number;
  confusion: number[][];
  scores: Record<string, { classes: Columns } & Record<'macro' | 'micro' | 'weighted', number[]>>;
  report2: string;
  report4: string;
  reportTies: string;
  topK: Record<string, number>;
  logLoss: number;
}
interface Large {
  classes: number;
  actual: number[];
  predicted: number[];
  accuracy: number;
  macro: number[];
  weighted: number[];
}

const small = golden<Small>('small');
const large = golden<Large>('large');
const list = (scores: Scores) => [scores.precision, scores.recall, scores.f1];

describe('metrics against scikit-learn', () => {
  it('predicted classes, confusion matrix and accuracy', () => {
    assert.deepEqual([...predictedClasses(small.probabilities, small.classes)], small.predicted);
    assert.deepEqual(confusionMatrix(small.actual, small.predicted, small.classes), small.confusion);
    assert.equal(accuracy(small.actual, small.predicted), small.accuracy);
    assert.equal(accuracy(large.actual, large.predicted), large.accuracy);
  });

  for (const [name, zeroDivision] of [
    ['0', 0],
    ['1', 1],
    ['nan', Number.NaN],
  ] as const)
    it(`precision, recall and F1 with zero_division=${name}`, () => {
      const scores = precisionRecallF1(small.actual, small.predicted, small.classes, { zeroDivision });
      const expected = small.scores[name];
      assert.ok(expected);
      const finite = (values: number[]) => values.map((value) => (Number.isNaN(value) ? -1 : value));
      for (const [at, key] of (['precision', 'recall', 'f1', 'support'] as const).entries())
        assert.ok(
          largestDifference(finite(scores.classes.map((row) => row[key])), elementAt(expected.classes, at)) <
            1e-12,
        );
      for (const key of ['macro', 'micro', 'weighted'] as const)
        assert.ok(largestDifference(list(scores[key]), expected[key].slice(0, 3)) < 1e-12, `${key} ${name}`);
    });

  it('macro and weighted averages of 120 classes', () => {
    const scores = precisionRecallF1(large.actual, large.predicted, large.classes);
    assert.ok(largestDifference(list(scores.macro), large.macro) < 1e-12);
    assert.ok(largestDifference(list(scores.weighted), large.weighted) < 1e-12);
  });

  it('the text of the classification report, to the character', () => {
    const report = classificationReport(small.actual, small.predicted, small.names);
    assert.equal(report.text, small.report2);
    assert.equal(elementAt(report.classes, 2).name, 'Irish_wolfhound');
    assert.equal(report.support, small.actual.length);
    const exact = classificationReport(small.actual, small.predicted, small.names, {
      digits: 4,
      zeroDivision: 1,
    });
    assert.equal(exact.text, small.report4);
    const [actual = [], predicted = []] = [
      [0, 8, 1, 8],
      [0, 1, 1, 10, 0, 5],
    ].map((runs) =>
      runs.flatMap((label, i) => (i % 2 === 0 ? new Array<number>(elementAt(runs, i + 1)).fill(label) : [])),
    );
    assert.equal(classificationReport(actual, predicted, ['pug', 'beagle']).text, small.reportTies);
  });

  it('top-k accuracy and log loss', () => {
    for (const [k, expected] of Object.entries(small.topK))
      assert.equal(topKAccuracy(small.actual, small.probabilities, small.classes, Number(k)), expected);
    assert.ok(Math.abs(logLoss(small.actual, small.probabilities, small.classes) - small.logLoss) < 1e-12);
  });
});

describe('metrics, by hand', () => {
  it('topK ranks all classes and puts the lower index first among equals', () => {
    assert.deepEqual([...topK([0.2, 0.5, 0.2, 0.1], 4, 4)], [1, 0, 2, 3]);
    assert.deepEqual([...topK([1, 2, 3, 9, 8, 7], 3, 2)], [2, 1, 0, 1]);
  });

  it('a certain mistake costs a finite log loss', () => {
    assert.ok(Math.abs(logLoss([0], [0, 1], 2) + Math.log(Number.EPSILON)) < 1e-9);
  });

  it('normalizeRows keeps an empty row', () => {
    assert.deepEqual(
      normalizeRows([
        [1, 3],
        [0, 0],
      ]),
      [
        [0.25, 0.75],
        [0, 0],
      ],
    );
  });

  it('mostConfused sorts by count, then by share of the class', () => {
    const matrix = [
      [5, 2, 0],
      [2, 2, 0],
      [0, 3, 9],
    ];
    assert.deepEqual(mostConfused(matrix, 2), [
      { actual: 2, predicted: 1, count: 3, share: 0.25 },
      { actual: 1, predicted: 0, count: 2, share: 0.5 },
    ]);
  });

  it('orderBySimilarity puts mistaken classes side by side', () => {
    // Pairs 0-3, 1-4 and 2-5 are taken for each other.
    const matrix = Array.from({ length: 6 }, (_, a) =>
      Array.from({ length: 6 }, (_, b) => (a === b ? 6 : (a + 3) % 6 === b ? 4 : 0)),
    );
    const order = orderBySimilarity(matrix);
    assert.deepEqual([...order].sort(), [0, 1, 2, 3, 4, 5]);
    for (const [a, b] of [
      [0, 3],
      [1, 4],
      [2, 5],
    ] as const)
      assert.equal(Math.abs(order.indexOf(a) - order.indexOf(b)), 1, `${a} and ${b} apart in ${order}`);
    assert.deepEqual(orderBySimilarity(matrix), order);
    assert.deepEqual(
      orderBySimilarity([
        [1, 0],
        [0, 1],
      ]),
      [0, 1],
    );
  });

  it('bad input ends in messages that say what to do', () => {
    assert.throws(() => accuracy([0, 1], [0]), /one prediction per example, received 1 predictions for 2/);
    assert.throws(() => confusionMatrix([], [], 2), /at least one example, received none in actual/);
    assert.throws(
      () => confusionMatrix([0, 2], [0, 1], 2),
      /class indexes in 0\.\.1, received 2 at position 1/,
    );
    assert.throws(() => logLoss([0], [0.5, 0.5], 3), /expected 1 x 3 = 3 scores/);
    assert.throws(() => topK([1, 2], 2, 3), /expected k in 1\.\.2/);
  });
});
