import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suspiciousLabels } from '../../lib/evaluation/index';
import golden from '../golden/evaluation/labels.json';
import real from '../golden/evaluation/real-labels.json';

for (const { classes, labels, probabilities, ranked } of golden.cases)
  test(`suspicious labels among ${labels.length} of ${classes} classes, in cleanlab's order`, () => {
    const found = suspiciousLabels(labels, probabilities, classes);
    assert.deepEqual(
      found.map(({ row }) => row),
      ranked,
    );
    for (const { row, label, suggested } of found) {
      assert.equal(label, labels[row]);
      assert.notEqual(suggested, label);
    }
  });

test("suspicious labels among photos of 120 breeds, by real out-of-fold probabilities, in cleanlab's order", () => {
  const probabilities = new Float32Array(Uint8Array.from(Buffer.from(real.probabilities, 'base64')).buffer);
  const found = suspiciousLabels(real.labels, probabilities, real.classes);
  assert.ok(real.ranked.length >= 50);
  assert.deepEqual(
    found.map(({ row }) => row),
    real.ranked,
  );
});

test('labels that the probabilities are for raise no suspicion', () => {
  assert.deepEqual(suspiciousLabels([0, 1], [0.9, 0.1, 0.2, 0.8], 2), []);
});
