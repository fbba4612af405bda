import { displayName, formatCount } from '../../base/index';
import type { KnownPhotos } from '../../dataset/index';
import { type Calibration, type ClassifierEvaluation, type Interval, median } from '../../evaluation/index';
import type { Answer } from '../display/show-summary';
import type { BreedCount } from '../plots/photos-per-breed';
import { ends, measure, share } from './cell-values';

/** A classifier with its accuracy on validation and test photos. */
interface JudgedClassifier {
  name: string;
  /** Fit, seconds. */
  seconds: number;
  /** Accuracy, 0..1. */
  validation: number;
  test: Interval;
}

/** Classifiers on the same features, a row each. @example showTable(classifierTable(classifiers)) */
export const classifierTable = (rows: readonly JudgedClassifier[]): Record<string, unknown>[] =>
  rows.map(({ name, seconds, validation, test }) => ({
    classifier: name,
    'fit (s)': measure(seconds),
    validation: share(validation),
    test: share(test.estimate),
    '95 % interval': ends(test),
  }));

/** Bars of classifiers with their intervals, for `comparisonFigure`. */
export const classifierBars = (rows: readonly JudgedClassifier[]) =>
  rows.map(({ name, test }) => ({ name, value: test.estimate, low: test.low, high: test.high }));

/** Heads with what they are worth on the validation photos. @example showTable(headTable(final.heads)) */
export const headTable = (
  heads: readonly {
    name: string;
    model: { countParams(): number };
    seconds: number;
    validation: Pick<ClassifierEvaluation, 'accuracy'>;
  }[],
): Record<string, unknown>[] =>
  heads.map(({ name, model, seconds, validation }) => ({
    head: name,
    parameters: model.countParams(),
    'fit (s)': measure(seconds),
    validation: share(validation.accuracy.estimate),
    '95 % interval': ends(validation.accuracy),
  }));

/** Named classifiers on the test photos. @example showTable(testTable({ dense: test })) */
export const testTable = (tests: Readonly<Record<string, ClassifierEvaluation>>): Record<string, unknown>[] =>
  Object.entries(tests).map(([name, { accuracy, scores, top5 }]) => ({
    head: name,
    accuracy: share(accuracy.estimate),
    '95 % interval': ends(accuracy),
    'macro precision': share(scores.macro.precision),
    'among the first five': share(top5),
  }));

/** A difference of shares. */
const inPoints = (value: number) => ({ value, text: `${(100 * value).toFixed(1)} points` });

/** A classifier under each condition. @example showTable(robustnessTable(await measureRobustness(classifier, photos, files))) */
export const robustnessTable = (
  rows: readonly { condition: string; photos: number; accuracy: Interval; difference: Interval | null }[],
): Record<string, unknown>[] =>
  rows.map(({ condition, photos, accuracy, difference }) => ({
    photos: condition,
    count: photos,
    accuracy: share(accuracy.estimate),
    '95 % interval': ends(accuracy),
    'against as they are': difference ? inPoints(difference.estimate) : '',
    from: difference ? inPoints(difference.low) : '',
    to: difference ? inPoints(difference.high) : '',
  }));

/** A network beside guessing. @example showTable(guessTable([fewRun, manyRun])) */
export const guessTable = (
  runs: readonly {
    breeds: number;
    chance: number;
    baseline: number;
    test: Pick<ClassifierEvaluation, 'accuracy'>;
  }[],
): Record<string, unknown>[] =>
  runs.map(({ breeds, chance, baseline, test: { accuracy } }) => ({
    breeds,
    chance: share(chance),
    'commonest breed': share(baseline),
    network: share(accuracy.estimate),
    '95 % interval': ends(accuracy),
    'photos tested': accuracy.of,
  }));

/** One protocol under several seeds. @example showTable(seedTable(repeated.runs)) */
export const seedTable = (
  runs: readonly {
    seed: number;
    train: number;
    test: number;
    validationAccuracy: number;
    testAccuracy: number;
  }[],
): Record<string, unknown>[] =>
  runs.map(({ seed, train, test, validationAccuracy, testAccuracy }) => ({
    seed,
    'photos to train': train,
    'to test': test,
    validation: share(validationAccuracy),
    test: share(testAccuracy),
  }));

/** Calibration before and after. */
export const calibrationTable = (
  { temperature, notSureBelow }: { temperature: number; notSureBelow: number },
  [before, after]: readonly [Calibration, Calibration],
): Record<string, unknown>[] => [
  {
    temperature: measure(temperature),
    'gap as trained (ECE)': share(before.expectedError),
    'gap calibrated (ECE)': share(after.expectedError),
    '"not sure" below': share(notSureBelow),
  },
];

/** Photos that are spoken of, as one row. @example showTable(knownTable(known, counts)) */
export function knownTable(
  { name, photos }: KnownPhotos,
  counts: readonly BreedCount[],
): Record<string, unknown>[] {
  const sorted = [...counts].sort((a, b) => a.photos - b.photos);
  const label = (count: BreedCount | undefined) =>
    count ? `${count.photos} (${displayName(count.breed)})` : '';
  return [
    {
      photos: name,
      breeds: counts.length,
      count: photos.length,
      'fewest of a breed': label(sorted[0]),
      median: measure(median(counts.map((count) => count.photos))),
      most: label(sorted.at(-1)),
    },
  ];
}

/** What 01 answers: how few photos a breed has, how little of them is dog, what guessing reaches. */
export function photoAnswers(
  { name, photos }: KnownPhotos,
  counts: readonly BreedCount[],
  guess: { majority: number },
): Answer[] {
  const perBreed = counts.map((count) => count.photos).sort((a, b) => a - b);
  const several = photos.filter(({ boxes }) => boxes.length > 1).length;
  const annotated = photos.filter(({ boxes }) => boxes.length > 0).length;
  const dogs: Answer = {
    label: 'of the annotated photos show more than one dog',
    value: several / annotated,
    unit: '%',
  };
  return [
    { label: `breeds in ${formatCount(photos.length)} photos: ${name}`, value: counts.length },
    { label: 'photos of the breed with the fewest', value: perBreed[0] ?? 0 },
    ...(annotated > 0 ? [dogs] : []),
    {
      label: 'of the test photos are right by always naming the commonest breed',
      value: guess.majority,
      unit: '%',
    },
  ];
}

/** What guessing reaches, as one row. @example showTable(guessingTable(guess)) */
export const guessingTable = (guess: {
  train: number;
  validation: number;
  test: number;
  chance: number;
  majority: number;
}): Record<string, unknown>[] => [
  {
    'photos to train': guess.train,
    'to validate': guess.validation,
    'to test': guess.test,
    'blindly right': share(guess.chance),
    'commonest breed right': share(guess.majority),
  },
];

/** What steps do to pictures. @example showTable(effectTable(effects)) */
export const effectTable = (
  effects: readonly { step: string; mean: number; deviation: number; correlation: number }[],
): Record<string, unknown>[] =>
  effects.map(({ step, mean, deviation, correlation }) => ({
    step,
    'mean level': { value: mean, text: mean.toFixed(1) },
    deviation: { value: deviation, text: deviation.toFixed(1) },
    'correlation of neighbours': { value: correlation, text: correlation.toFixed(2) },
  }));

/** What steps cost. @example showTable(stepTable(costs)) */
export const stepTable = (
  costs: readonly { step: string; milliseconds: number }[],
): Record<string, unknown>[] =>
  costs.map(({ step, milliseconds }) => ({ step, 'time for a photo': measure(milliseconds, 'ms') }));

/** What 02 answers: the slowest step, and what equalization does to the spread of the levels. */
export function stepAnswers(
  costs: readonly { step: string; milliseconds: number }[],
  effects: readonly { step: string; deviation: number }[],
): Answer[] {
  const [slowest] = [...costs].sort((a, b) => b.milliseconds - a.milliseconds);
  const [plain, ...steps] = effects;
  const far = steps.map(
    ({ step, deviation }): Answer => ({
      label: `deviation of the levels, ${step} (${plain?.deviation.toFixed(1) ?? 'n/a'} as decoded)`,
      value: Math.round(10 * deviation) / 10,
    }),
  );
  return [
    ...(slowest
      ? [{ label: `for a photo: ${slowest.step}, the slowest step`, value: slowest.milliseconds, unit: 'ms' }]
      : []),
    ...far,
  ];
}
