import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../lib/base/index';
import { PRESENTATION_BREEDS } from '../../lib/dataset/index';
import { startEngine } from '../../lib/engine/index';
import { type Interval, tInterval } from '../../lib/evaluation/index';
import { type FeatureTransform, transformFeatures } from '../../lib/models/index';
import {
  type FeaturePart,
  type FeatureSplit,
  fitHead,
  fitLinearSvm,
  fitNearestNeighbours,
  fitRandomForest,
  fitSoftmaxRegression,
  loadImagenetPrior,
  readFeatures,
  shippedFeaturesPath,
  splitFeatures,
} from '../../lib/training/index';
import { flagValue } from './support/flag-value';

type Predict = (features: Float32Array) => Promise<Int32Array>;
type Fit = (train: FeaturePart, split: FeatureSplit, seed: number) => Promise<Predict>;

const softmax =
  (c: number, extra: { prior?: boolean; labelSmoothing?: number } = {}): Fit =>
  async (train, { breeds, recipe }) => {
    const names = recipe?.networks.map(({ backbone }) => backbone) ?? [];
    const prior = extra.prior ? await loadImagenetPrior(breeds, names) : undefined;
    const { labelSmoothing } = extra;
    const settings = { classes: breeds.length, c, prior, labelSmoothing, maxIterations: 60 };
    return byModel((await fitSoftmaxRegression(train.features, train.labels, settings)).model);
  };
const dense =
  (extra: { hidden?: number; l2?: number; labelSmoothing?: number; learningRate?: number } = {}): Fit =>
  async (train, { breeds, validation }, seed) => {
    const settings = { classes: breeds.length, validation, seed, ...extra };
    return byModel((await fitHead(train.features, train.labels, settings)).model);
  };

/** What is tried: how features are transformed, and how the head is fitted. */
const VARIANTS: Record<string, [FeatureTransform, Fit]> = {
  'softmax regression, C 0.001': ['none', softmax(0.001)],
  'softmax regression, C 0.005': ['none', softmax(0.005)],
  'softmax regression, C 0.02': ['none', softmax(0.02)],
  'softmax regression, C 0.005, unit length': ['l2', softmax(0.005)],
  'softmax regression, C 0.005, square root and unit length': ['sqrt-l2', softmax(0.005)],
  'softmax regression, C 0.005, label smoothing 0.1': ['none', softmax(0.005, { labelSmoothing: 0.1 })],
  'softmax regression from the ImageNet classifier, C 0.0003': ['none', softmax(0.0003, { prior: true })],
  'softmax regression from the ImageNet classifier, C 0.001': ['none', softmax(0.001, { prior: true })],
  'softmax regression from the ImageNet classifier, C 0.003': ['none', softmax(0.003, { prior: true })],
  'dense 512 + dropout': ['none', dense()],
  'dense 512 + dropout, unit length': ['l2', dense()],
  'dense 512 + dropout, label smoothing 0.1': ['none', dense({ labelSmoothing: 0.1 })],
  'dense 512 + dropout, l2 0.0001': ['none', dense({ l2: 1e-4 })],
  'linear SVM, C 0.0003': [
    'none',
    async ({ features, labels }, { breeds }) =>
      (await fitLinearSvm(features, labels, { classes: breeds.length, c: 0.0003, maxIterations: 60 }))
        .predict,
  ],
  '9 nearest neighbours, unit length': [
    'l2',
    async ({ features, labels }, { breeds }) =>
      fitNearestNeighbours(features, labels, { classes: breeds.length, k: 9, weights: 'distance' }).predict,
  ],
  'random forest, 100 trees': [
    'none',
    async ({ features, labels }, { breeds }, seed) =>
      fitRandomForest(features, labels, { classes: breeds.length, seed }).predict,
  ],
};

/**
 * What was tried for the heads: validation and test accuracy of each variant, on 120 breeds (official lists, one
 * carved validation part) and on the presentation's 20 breeds (75/15/10, mean of the seeds with its 95 % interval).
 * The choice goes by validation; test figures are shown beside it. Flags: `--seeds 5`, `--only TEXT` of the variants,
 * `--protocol official` or `random`, `--features FILE` of `dogbreeds features --export FILE` (boxes, views, sizes).
 */
export default async function headStudy(flags: string[]): Promise<Record<string, unknown>> {
  const engine = await startEngine();
  const table = await readFeatures(flagValue(flags, '--features') ?? shippedFeaturesPath());
  const seeds = Number(flagValue(flags, '--seeds') ?? 5);
  const only = flagValue(flags, '--only') ?? '';
  const result: Record<string, unknown> = { engine: engine.description, features: table.source, seeds };
  const protocols = ['official', 'random'] as const;
  for (const protocol of protocols.filter((name) => name.includes(flagValue(flags, '--protocol') ?? ''))) {
    const breeds = protocol === 'random' ? PRESENTATION_BREEDS : undefined;
    const rows: Record<string, { validation: number; test: number; seconds: number; interval?: Interval }> =
      {};
    for (const [name, [transform, fit]] of Object.entries(VARIANTS)) {
      if (!name.includes(only)) continue;
      const row: (typeof rows)[string] = { validation: 0, test: 0, seconds: 0 };
      const tests: number[] = [];
      const runs = protocol === 'random' ? seeds : 1;
      for (let seed = 0; seed < runs; seed += 1) {
        const split = transformed(splitFeatures(table, { protocol, breeds, seed }), transform);
        const started = performance.now();
        const predict = await fit(split.train, split, seed);
        row.seconds += (performance.now() - started) / 1000 / runs;
        row.validation += (await share(predict, split.validation)) / runs;
        const tested = await share(predict, split.test);
        tests.push(tested);
        row.test += tested / runs;
      }
      if (runs > 1) row.interval = tInterval(tests);
      rows[name] = row;
      console.error(protocol, name, JSON.stringify(row));
    }
    const [[chosen] = ['none']] = Object.entries(rows).sort(([, a], [, b]) => b.validation - a.validation);
    result[protocol] = { breeds: breeds?.length ?? 120, chosenOnValidation: chosen, variants: rows };
  }
  return result;
}

function transformed(split: FeatureSplit, transform: FeatureTransform): FeatureSplit {
  const change = (part: FeaturePart) => ({
    ...part,
    features: transformFeatures(part.features, split.size, transform),
  });
  return {
    ...split,
    train: change(split.train),
    validation: change(split.validation),
    test: change(split.test),
  };
}

async function share(predict: Predict, { features, labels }: FeaturePart): Promise<number> {
  const predicted = await predict(features);
  return labels.reduce((sum, label, row) => sum + (label === predicted[row] ? 1 : 0), 0) / labels.length;
}

function byModel(model: tf.LayersModel): Predict {
  const size = elementAt(model.inputs, 0).shape[1] ?? 0;
  return async (features) => {
    const output = tf.tidy(() =>
      tf.argMax(model.predict(tf.tensor2d(features, [features.length / size, size])) as tf.Tensor2D, 1),
    );
    const predicted = Int32Array.from(await output.data());
    output.dispose();
    return predicted;
  };
}
