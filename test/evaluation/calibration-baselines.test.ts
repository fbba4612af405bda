import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { elementAt } from '../../lib/base/index';
import {
  calibration,
  chanceAccuracy,
  fitTemperature,
  logLoss,
  majorityBaseline,
  nearestMean,
  predictedClasses,
  softmax,
} from '../../lib/evaluation/index';
import { golden } from './golden';

interface Small {
  classes: number;
  actual: number[];
  probabilities: number[];
  expectedError: number;
  maximumError: number;
  temperature: number;
  nllAtTemperature: number;
}

const small = golden<Small>('small');
const near = (actual: number, value: number, tolerance: number) =>
  assert.ok(Math.abs(actual - value) <= tolerance, `${actual}, expected ${value}`);

describe('calibration', () => {
  it('gives the expected and maximum calibration error of numpy on the same bins', () => {
    const result = calibration(small.actual, small.probabilities, small.classes);
    near(result.expectedError, small.expectedError, 1e-12);
    near(result.maximumError, small.maximumError, 1e-12);
    assert.equal(result.bins.length, 15);
    assert.equal(
      result.bins.reduce((sum, bin) => sum + bin.count, 0),
      small.actual.length,
    );
  });

  it('puts a confidence of exactly 1 into the last bin', () => {
    const { bins, expectedError } = calibration([0, 1], [1, 0, 0, 1], 2, 10);
    assert.equal(elementAt(bins, 9).count, 2);
    assert.equal(expectedError, 0);
  });

  it('finds the temperature that scipy finds, and keeps the predictions', () => {
    const logits = small.probabilities.map((p) => Math.log(Math.max(p, 1e-5)));
    const temperature = fitTemperature(small.actual, logits, small.classes);
    near(temperature, small.temperature, 1e-4);
    const scaled = softmax(logits, small.classes, temperature);
    near(logLoss(small.actual, scaled, small.classes), small.nllAtTemperature, 1e-8);
    assert.deepEqual(
      predictedClasses(scaled, small.classes),
      predictedClasses(small.probabilities, small.classes),
    );
  });

  it('softmax stands large logits', () => {
    assert.deepEqual([...softmax([1000, 1000, -1000], 3)], [0.5, 0.5, 0]);
    assert.throws(() => softmax([1, 2], 2, 0), /temperature above 0, received 0/);
  });
});

describe('baselines', () => {
  it('chance and majority', () => {
    const large = golden<{ classes: number; actual: number[]; other: number[]; majority: number }>('large');
    assert.equal(chanceAccuracy(4), 0.25);
    // sklearn's score() compares the constant prediction with the labels that it is given.
    const result = majorityBaseline(large.actual, large.other, large.classes);
    near(result.accuracy, large.majority, 1e-12);
    assert.deepEqual(majorityBaseline([2, 1, 2], [2, 0], 3), { majority: 2, accuracy: 0.5 });
  });

  it('nearest mean as scikit-learn NearestCentroid', () => {
    const g = golden<{
      size: number;
      train: number[];
      labels: number[];
      test: number[];
      predicted: number[];
    }>('centroids');
    const train = { features: Float32Array.from(g.train), labels: g.labels };
    assert.deepEqual([...nearestMean(train, Float32Array.from(g.test), g.size, 5)], g.predicted);
    assert.deepEqual(
      [...nearestMean(train, Float32Array.from(g.test), g.size, 9)],
      g.predicted,
      'classes without training examples are never predicted',
    );
    assert.throws(() => nearestMean(train, new Float32Array(7), g.size, 5), /expected rows of 6 features/);
  });
});
