import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calibrateClassifier, describeCalibration } from '../../lib/evaluation/index';
import { strangeness } from '../../lib/models/index';

test('notSureBelow is the lowest probability from which on the wanted share of answers is shown to be right', () => {
  // Top-1 probabilities at temperature 1, 60 answers each: all of 0.9 and 0.8 right, half of 0.7, a third of 0.6
  const groups = [[0.9, 60], [0.8, 60], [0.7, 30], [0.6, 20]] as const; // biome-ignore format: a table
  const each = groups.flatMap(([p, right]) =>
    Array.from({ length: 60 }, (_, i) => ({ p, right: i < right })),
  );
  const probabilities = each.flatMap(({ p }) => [p, 1 - p]);
  const calibrate = (sureAccuracy: number) =>
    calibrateClassifier({
      probabilities,
      labels: each.map(({ right }) => (right ? 0 : 1)),
      classes: 2,
      sureAccuracy,
    });
  const limit = (sureAccuracy: number) => {
    const { temperature, notSureBelow } = calibrate(sureAccuracy);
    // Undo the temperature: p^(1/T) / (p^(1/T) + q^(1/T)) -> p
    const odds = (notSureBelow / (1 - notSureBelow)) ** temperature;
    return odds / (1 + odds);
  };
  assert.ok(Math.abs(limit(0.96) - 0.8) < 1e-9, '120 of 120');
  assert.ok(Math.abs(limit(0.8) - 0.8) < 1e-9, '150 of 180 are 0.833, of which the lower bound is below 0.8');
  assert.ok(Math.abs(limit(0.75) - 0.7) < 1e-9, '150 of 180');
  assert.equal(calibrate(0.99).notSureBelow, 1, 'of 240 answers none could show it');
});

test('the strangeness rule lets the wanted share of validation examples pass, and catches what points elsewhere', () => {
  const size = 3;
  // Two classes along the first two axes, a little spread; strangers point along the third.
  const row = (axis: number, i: number) =>
    [0, 1, 2].map((a) => (a === axis ? 5 : 0) + 0.1 * Math.sin(3 * i + a)).map(Math.fround);
  const train = Array.from({ length: 40 }, (_, i) => row(i % 2, i)).flat();
  const labels = Array.from({ length: 40 }, (_, i) => i % 2);
  const validation = Array.from({ length: 100 }, (_, i) => row(i % 2, i + 1000)).flat();
  const probabilities = Array.from({ length: 100 }, (_, i) => (i % 2 ? [0.2, 0.8] : [0.8, 0.2])).flat();
  const { outOfDistribution: rule } = calibrateClassifier({
    probabilities,
    labels: Array.from({ length: 100 }, (_, i) => i % 2),
    classes: 2,
    features: { size, train: { features: train, labels }, validation },
    falseAlarms: 0.05,
  });
  assert.ok(rule);
  assert.equal(rule.falseAlarms, 0.05);
  const means = new Float32Array(new Uint8Array(Buffer.from(rule.means, 'base64')).buffer);
  assert.equal(means.length, 2 * size);
  for (const m of [0, 1])
    assert.ok(Math.abs(Math.hypot(...means.subarray(m * size, (m + 1) * size)) - 1) < 1e-6);
  const [stranger = Number.NaN, dog = Number.NaN] = strangeness([0, 0, 7, 9, 0.1, 0], size, means);
  assert.ok(stranger > 0.9 && stranger > rule.threshold);
  assert.ok(dog < 0.01);
});

test('the cosine distance is what numpy computes', () => {
  // numpy: 1 - max(a @ m.T / |a| / |m|) of a = [1, 2, 2], m = unit([1, 0, 0]), unit([0, 3, 4]) = [0.0666...]
  const [score = Number.NaN] = strangeness([1, 2, 2], 3, [1, 0, 0, 0, 0.6, 0.8]);
  assert.ok(Math.abs(score - (1 - 2.8 / 3)) < 1e-7);
});

test('with few examples the temperature is left alone and "not sure" is not 1', () => {
  const part = calibrateClassifier({
    probabilities: [0.9, 0.1, 0.4, 0.6, 0.8, 0.2, 0.3, 0.7],
    labels: [0, 1, 0, 1],
    classes: 2,
  });
  assert.deepEqual([part.temperature, part.notSureBelow], [1, 0.9]);
  assert.match(describeCalibration(4), /^not calibrated: 4 validation photos are too few/);
});
