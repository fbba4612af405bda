import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elementAt } from '../../lib/base/index';
import { classificationReport, precisionRecallF1, type Scores } from '../../lib/evaluation/index';
import golden from '../golden/evaluation/reports.json';

type Found = number | null;

const near = (own: number, expected: Found, what: string) =>
  assert.ok(
    expected === null ? Number.isNaN(own) : Math.abs(own - expected) < 1e-12,
    `${what}: expected ${expected}, found ${own}`,
  );

for (const each of golden.cases) {
  const options = {
    zeroDivision: each.zeroDivision ?? Number.NaN,
    ...(each.weights && { sampleWeights: each.weights }),
    ...(each.labels && { labels: each.labels }),
  };
  test(`classificationReport prints scikit-learn's text: ${each.name}`, () => {
    const { text } = classificationReport(each.actual, each.predicted, golden.names, {
      ...options,
      digits: each.digits,
    });
    assert.equal(text, each.text);
  });
  test(`precisionRecallF1 is precision_recall_fscore_support: ${each.name}`, () => {
    const own = precisionRecallF1(each.actual, each.predicted, golden.names.length, {
      ...options,
      beta: Number(each.beta),
    });
    const keys = ['precision', 'recall', 'f1'] as const;
    for (const [i, key] of keys.entries()) {
      for (const average of ['micro', 'macro', 'weighted'] as const)
        near(
          (own[average] as Scores)[key],
          (each.averages[average] as Found[])[i] ?? null,
          `${average} ${key}`,
        );
      for (const [c, expected] of elementAt(each.averages.classes as Found[][], i).entries())
        near(elementAt(own.classes, c)[key], expected, `class ${c} ${key}`);
    }
  });
}

test('weights and labels that do not fit are refused', () => {
  assert.throws(
    () => precisionRecallF1([0], [0], 2, { sampleWeights: [] }),
    /expected 1 sample weights, received 0/,
  );
  assert.throws(() => precisionRecallF1([0], [0], 2, { labels: [2] }), /expected labels in 0..1, received 2/);
  assert.throws(() => precisionRecallF1([0], [0], 2, { beta: -1 }), /expected a beta of at least 0/);
});
