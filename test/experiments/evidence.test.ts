import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createRandom, elementAt } from '../../lib/base/index';
import { breedTable, FCI_GROUPS } from '../../lib/dataset/index';
import { startEngine } from '../../lib/engine/index';
import {
  calibrationByClass,
  claimThreshold,
  compareAll,
  filedShare,
  filingTable,
  selectiveCurve,
} from '../../lib/evaluation/index';
import {
  describeBreedMap,
  describeLearningCurve,
  learningCurve,
  mapBreeds,
} from '../../lib/experiments/index';
import {
  comparisonMatrixFigure,
  featureMapFigure,
  learningCurveFigure,
  selectiveFigure,
} from '../../lib/figures/index';
import { type FeatureTable, splitFeatures } from '../../lib/training/index';

before(() => startEngine());

/** Noisy clouds around a centre for each breed; breeds of one FCI group have centres near each other. */
function breedClouds(photos: number): FeatureTable {
  const random = createRandom(9);
  const facts = breedTable().filter(({ fciGroup }) => fciGroup === 3 || fciGroup === 10);
  const centres = facts.map(({ fciGroup }) =>
    Array.from({ length: 12 }, (_, i) => (i < 6 === (fciGroup === 3) ? 4 : 0) + random.normal()),
  );
  const rows = facts.flatMap(({ breed }, label) =>
    Array.from({ length: photos }, (_, i) => ({ breed, label, file: `${breed}/${i}.jpg` })),
  );
  return {
    features: Float32Array.from(
      rows.flatMap(({ label }) => elementAt(centres, label).map((value) => value + 0.9 * random.normal())),
    ),
    size: 12,
    files: rows.map(({ file }) => file),
    breeds: rows.map(({ breed }) => breed),
    splits: rows.map(() => null),
    source: 'clouds',
  };
}

test('FCI groups: 112 of the 120 breeds are in one, wild dogs are in none', () => {
  const facts = breedTable();
  assert.equal(facts.filter(({ fciGroup }) => fciGroup !== null).length, 112);
  const groupOf = (name: string) => facts.find(({ breed }) => breed === name)?.fciGroup;
  assert.equal(FCI_GROUPS[groupOf('Chihuahua') ?? 0], 'Companion and toy dogs');
  assert.deepEqual([groupOf('whippet'), groupOf('beagle'), groupOf('dingo')], [10, 6, null]);
});

test('mapBreeds: the same seed gives the same map; neighbours and their groups are counted', () => {
  const table = breedClouds(10);
  const map = mapBreeds(table, { seed: 3 });
  assert.deepEqual(mapBreeds(table, { seed: 3 }), map);
  assert.ok(map.sameGroup > 0.9 && map.chance < 0.8, `${map.sameGroup}, ${map.chance}`);
  assert.ok(map.breeds.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
  assert.match(describeBreedMap(map), /\d+ % of the breeds have their nearest breed in their own FCI group/);
  const figure = featureMapFigure(map.breeds);
  assert.equal(figure.data.length, 2);
  assert.match(figure.alt, /27 breeds in 2 groups/);
});

test('learningCurve: more photos, fewer errors; its law and its words', async () => {
  const split = splitFeatures(breedClouds(24), { protocol: 'random', seed: 2 });
  const curve = await learningCurve(split, { seed: 2 });
  assert.deepEqual(
    curve.points.map(({ perBreed }) => perBreed),
    [1, 2, 4, 8, 16, 18],
  );
  const [first, last] = [elementAt(curve.points, 0), elementAt(curve.points, 5)];
  assert.equal(first.photos, 27);
  assert.ok(last.accuracy.estimate > first.accuracy.estimate);
  assert.ok(curve.law && curve.law.exponent > 0);
  assert.match(describeLearningCurve(curve), /Each doubling of the photos takes \d+ % of the errors away/);
  assert.match(learningCurveFigure(curve).alt, /with 1, .* with 18 photos of each breed/);
});

/** Answers of two sure and one unsure class. */
function answers() {
  const random = createRandom(1);
  const labels = Int32Array.from({ length: 300 }, (_, i) => i % 3);
  const rows = Array.from(labels, (label) => {
    const right = random.next() < (label === 2 ? 0.6 : 0.97);
    const sure = label === 2 ? 0.5 + 0.4 * random.next() : 0.8 + 0.19 * random.next();
    const answer = right ? label : (label + 1) % 3;
    return [0, 1, 2].map((c) => (c === answer ? sure : (1 - sure) / 2));
  });
  return { labels, probabilities: Float64Array.from(rows.flat()), classes: 3 };
}

test('filing: thresholds of validation, shares of test, in words', () => {
  const data = answers();
  const shares = [0.95, 0.99].map((wanted) => filedShare(wanted, data, data));
  assert.equal(shares.length, 2);
  assert.ok(elementAt(shares, 0).filed.estimate >= elementAt(shares, 1).filed.estimate);
  assert.match(filingTable(shares)[0]?.['filed without a person'] ?? '', /^\d+\.\d %$/);
  assert.match(claimThreshold(0.4, 800), /from a probability of 0\.400 on.*800 validation photos show/);
  assert.match(claimThreshold(0.9, 20), /a convention, since 20 validation photos are too few/);
  assert.match(claimThreshold(1, 60), /On 60 validation photos no probability .* "not sure" of every photo/);
  assert.match(
    selectiveFigure([{ name: 'test', points: selectiveCurve(data) }]).alt,
    /when all are answered/,
  );
});

test('calibrationByClass: the class that is too sure comes first, one that is never the answer is left out', () => {
  const probabilities = [0.9, 0.1, 0, 0.8, 0.2, 0, 0.95, 0.05, 0, 0.4, 0.6, 0];
  const [worst, modest, ...others] = calibrationByClass([1, 0, 1, 1], probabilities, ['a', 'b', 'c']);
  assert.deepEqual([worst?.name, worst?.answers, others.length], ['a', 3, 0]);
  assert.ok(worst && Math.abs(worst.gap - (2.65 / 3 - 1 / 3)) < 1e-12);
  assert.ok(modest && Math.abs(modest.gap + 0.4) < 1e-12);
  assert.equal(modest.clear, false);
});

test('comparisonMatrixFigure: both halves, only clear differences coloured', () => {
  const labels = Array.from({ length: 200 }, (_, i) => i % 4);
  const off = (every: number) => labels.map((label, i) => (i % every === 0 ? (label + 1) % 4 : label));
  const figure = comparisonMatrixFigure(compareAll(labels, { good: off(50), same: off(40), bad: off(2) }));
  const [{ z, x } = { z: [], x: [] }] = figure.data as { z: number[]; x: string[] }[];
  assert.equal(x.length, 6);
  assert.equal(z.filter((value) => value === 0).length, 2);
  assert.match(figure.alt, /3 models, pair by pair: 2 of 3 differences are more than luck/);
});
