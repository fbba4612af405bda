import { createRandom, elementAt } from '../../lib/base/index';
import { calibration, classificationReport, confusionMatrix, softmax } from '../../lib/evaluation/index';
import {
  channelCountsFigure,
  colorHistogramsFigure,
  comparisonFigure,
  confusionFigure,
  countPhotosPerBreed,
  type Figure,
  f1PerBreedFigure,
  parallelCoordinatesFigure,
  photoSizesFigure,
  photosPerBreedFigure,
  reliabilityFigure,
  rungCurvesFigure,
  sizeHistogramFigure,
  topPredictionsFigure,
  trainingCurvesFigure,
} from '../../lib/figures/index';
import { choice, drawPoint, int, logUniform, onlyWhen, type Trial, uniform } from '../../lib/training/index';

const SEARCHED = {
  filters: int(4, 12),
  optimizer: choice('adam', 'momentum'),
  momentum: onlyWhen('optimizer', 'momentum', uniform(0.5, 0.99)),
  learningRate: logUniform(1e-4, 1e-1),
};

/** Trials of a search of 1, 3 and 9 epochs, one of which failed at once. */
function sampleTrials(): Trial[] {
  const random = createRandom(3);
  return Array.from({ length: 12 }, (_, trial): Trial => {
    const point = drawPoint(SEARCHED, random);
    const epochs = trial === 11 ? 0 : ([9, 3][trial] ?? 1);
    const losses = Array.from({ length: epochs }, (_epoch, k) => 1 + 0.1 * trial + 1 / (k + 1));
    const outcome = epochs === 9 ? 'finished' : epochs === 0 ? 'failed' : 'stopped';
    const accuracies = losses.map((loss) => 1 / loss);
    return { trial, bracket: 0, point, seed: 1, losses, accuracies, seconds: epochs, outcome, error: '' };
  });
}

const TWENTY = [
  'African_hunting_dog Appenzeller Cardigan Chesapeake_Bay_retriever English_setter German_short-haired_pointer',
  'Gordon_setter Irish_terrier Irish_wolfhound Norfolk_terrier Saluki Samoyed Shetland_sheepdog bluetick borzoi',
  'flat-coated_retriever giant_schnauzer groenendael papillon wire-haired_fox_terrier',
]
  .join(' ')
  .split(' ');

/** `count` breed names: the presentation's twenty, then numbered ones. */
export const breedNames = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => TWENTY[i] ?? `Some_breed_with_a_name_${i}`);

/** Labels and predictions in which breeds of a block of five are taken for each other. */
export function sampleLabels(classes: number, examples: number): { actual: number[]; predicted: number[] } {
  const random = createRandom(3);
  const actual = Array.from({ length: examples }, (_, i) => i % classes);
  const stride = Math.ceil(classes / 5);
  const predicted = actual.map((label) =>
    random.next() < 0.8 ? label : random.next() < 0.8 ? (label + stride) % classes : random.integer(classes),
  );
  return { actual, predicted };
}

function sampleProbabilities(classes: number, actual: number[], temperature: number): Float64Array {
  const random = createRandom(4);
  const logits = Float64Array.from({ length: actual.length * classes }, () => random.normal());
  actual.forEach((label, i) => {
    const at = i * classes + label;
    logits[at] = elementAt(logits, at) + 3 * random.next();
  });
  return softmax(logits, classes, temperature);
}

function sampleSizes(): { width: number; height: number }[] {
  const random = createRandom(5);
  return Array.from({ length: 8000 }, (_, i) => {
    const long = i % 3 === 0 ? 500 : Math.round(100 + Math.abs(random.normal()) * 300);
    const short = Math.round(long * (0.6 + 0.4 * random.next()));
    return i % 4 === 0 ? { width: short, height: long } : { width: long, height: short };
  });
}

const wave = (peak: number, width: number) =>
  Array.from({ length: 256 }, (_, level) =>
    Math.round(1e4 * Math.exp(-(((level - peak) / width) ** 2)) + 10),
  );

/** One figure of each kind, from seeded numbers. */
export function sampleFigures(): Record<string, Figure> {
  const photos = (breeds: number) =>
    breedNames(breeds).flatMap((breed, b) =>
      Array.from({ length: 148 + ((b * 37) % 104) }, (_, i) => ({
        breed,
        split: i < 100 ? 'train' : 'test',
      })),
    );
  const small = sampleLabels(20, 660);
  const large = sampleLabels(120, 3000);
  const history = (speed: number) => {
    const epochs = Array.from({ length: 30 }, (_, e) => e);
    return {
      loss: epochs.map((e) => 1.6 * Math.exp(-e * speed) + 0.05),
      val_loss: epochs.map((e) => 1.6 * Math.exp(-e * speed * 0.7) + 0.4 + 0.03 * Math.sin(e)),
      acc: epochs.map((e) => 1 - 0.8 * Math.exp(-e * speed)),
      val_acc: epochs.map((e) => 0.8 - 0.6 * Math.exp(-e * speed) + 0.02 * Math.sin(e)),
    };
  };
  const calibrated = (temperature: number) =>
    calibration(small.actual, sampleProbabilities(20, small.actual, temperature), 20);
  return {
    'photos-20': photosPerBreedFigure(countPhotosPerBreed(photos(20))),
    'photos-120': photosPerBreedFigure(countPhotosPerBreed(photos(120))),
    sizes: photoSizesFigure(sampleSizes()),
    'size-histogram': sizeHistogramFigure(sampleSizes()),
    channels: channelCountsFigure([
      ...Array.from({ length: 8120 }, () => ({ channels: 3 })),
      { channels: 4 },
      { channels: 1 },
    ]),
    'color-histograms': colorHistogramsFigure([
      { name: 'before', channels: [wave(90, 30), wave(110, 25), wave(120, 40)] },
      { name: 'after', channels: [wave(127, 90), wave(130, 95), wave(124, 100)] },
    ]),
    'search-trials': parallelCoordinatesFigure(SEARCHED, sampleTrials()),
    'search-rungs': rungCurvesFigure(sampleTrials(), [1, 3, 9]),
    training: trainingCurvesFigure([{ name: 'scratch CNN', history: history(0.12) }]),
    'training-runs': trainingCurvesFigure([
      { name: '5 breeds', history: history(0.2) },
      { name: '20 breeds', history: history(0.1) },
    ]),
    'confusion-20': confusionFigure(confusionMatrix(small.actual, small.predicted, 20), breedNames(20)),
    'confusion-120': confusionFigure(confusionMatrix(large.actual, large.predicted, 120), breedNames(120)),
    comparison: comparisonFigure(
      [
        { name: 'nearest mean', value: 0.82, low: 0.79, high: 0.85 },
        { name: 'VGG19', reference: 0.845, note: 'weights not reachable' },
        { name: 'ResNet50', value: 0.962, low: 0.943, high: 0.975, reference: 0.853 },
        { name: 'EfficientNetB3', reference: 0.922, note: 'weights not reachable' },
        { name: 'Xception', reference: 0.901, note: 'weights not reachable' },
      ],
      { title: 'Test accuracy, 20 breeds', baseline: { name: 'chance', value: 0.05 } },
    ),
    reliability: reliabilityFigure([
      { name: 'T = 1', calibration: calibrated(1) },
      { name: 'T = 0.6', calibration: calibrated(0.6) },
    ]),
    'top-5': topPredictionsFigure(
      [
        { breed: 'Appenzeller', probability: 0.871 },
        { breed: 'EntleBucher', probability: 0.092 },
        { breed: 'Greater_Swiss_Mountain_dog', probability: 0.021 },
        { breed: 'Bernese_mountain_dog', probability: 0.01 },
        { breed: 'Rottweiler', probability: 0.002 },
      ],
      { actual: 'Appenzeller' },
    ),
    'f1-20': f1PerBreedFigure(classificationReport(small.actual, small.predicted, breedNames(20))),
    'f1-120': f1PerBreedFigure(classificationReport(large.actual, large.predicted, breedNames(120))),
  };
}
