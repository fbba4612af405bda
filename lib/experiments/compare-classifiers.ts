import { elementAt } from '../base/index';
import type { Interval } from '../evaluation/index';
import { accuracy, accuracyInterval, evaluateHead, nearestMean } from '../evaluation/index';
import {
  availableHeads,
  type FeatureSplit,
  fitLinearSvm,
  fitNamedHead,
  fitNearestNeighbours,
  fitRandomForest,
  type NamedHeadOptions,
} from '../training/index';

/** One classifier on frozen features. */
export interface ClassifierRow {
  name: string;
  /** Fit, seconds. */
  seconds: number;
  /** Accuracy on the validation part, 0..1. */
  validation: number;
  /** Accuracy on the test part with Wilson's 95 % interval. */
  test: Interval;
  /** Classes predicted for the test part. */
  predicted: Int32Array;
}

type Predict = (features: Float32Array) => Promise<Int32Array>;

/**
 * Several classifiers on the same split of the same features: the presentation's dense head, and its first
 * perspective, classical models on the features of a network. The nearest mean is the baseline without training.
 *
 * @throws Error when a fit fails
 * @example showTable(await compareClassifiers(split, { seed: 42 }));
 */
export async function compareClassifiers(
  split: FeatureSplit,
  options: NamedHeadOptions = {},
): Promise<ClassifierRow[]> {
  const { seed = 0, dense } = options;
  const { train, validation, test, size, breeds } = split;
  const classes = breeds.length;
  const rows: ClassifierRow[] = [];
  async function add(name: string, seconds: number, predict: Predict): Promise<void> {
    const held = accuracy(validation.labels, await predict(validation.features));
    const predicted = await predict(test.features);
    rows.push({ name, seconds, validation: held, test: accuracyInterval(test.labels, predicted), predicted });
  }

  await add('nearest mean (baseline)', 0, async (features) => nearestMean(train, features, size, classes));
  for (const head of availableHeads(split)) {
    const { model, seconds } = await fitNamedHead(head, split, { seed, dense });
    await add(head, seconds, async (features) => predictWith(model, features, breeds));
    model.dispose();
  }
  const classical = [
    () => fitLinearSvm(train.features, train.labels, { classes }),
    () =>
      fitNearestNeighbours(train.features, train.labels, { classes, k: Math.min(5, train.labels.length) }),
    () => fitRandomForest(train.features, train.labels, { classes, seed }),
  ];
  for (const fit of classical) {
    const model = await fit();
    await add(model.name, model.seconds, (features) => model.predict(features));
  }
  return rows;
}

async function predictWith(
  model: Parameters<typeof evaluateHead>[0],
  features: Float32Array,
  breeds: string[],
): Promise<Int32Array> {
  const size = elementAt(elementAt(model.inputs, 0).shape, 1) ?? 0;
  const labels = new Int32Array(features.length / size);
  return (await evaluateHead(model, { features, labels }, breeds)).predicted;
}
