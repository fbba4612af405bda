import * as tf from '@tensorflow/tfjs';
import { PRESENTATION_BREEDS } from '../../lib/dataset/index';
import { startEngine } from '../../lib/engine/index';
import { type Interval, precisionRecallF1, tInterval, wilsonInterval } from '../../lib/evaluation/index';
import {
  type FeaturePart,
  type FeatureTable,
  fitHead,
  fitSoftmaxRegression,
  joinFeatures,
  joinParts,
  loadEachShippedFeatures,
  loadImagenetPrior,
  loadShippedFeatures,
  networksNamed,
  PRIOR_C,
  readFeatures,
  SOFTMAX_C,
  type StoredFeatures,
  shippedFeaturesPath,
  splitFeatures,
} from '../../lib/training/index';
import { flagValue } from './support/flag-value';

/** Test accuracy of the same heads on ResNet50's features at 224 px (`--features data/features/stanford-dogs-resnet50.arrow`). */
const BEFORE = {
  official: { 'softmax regression': 0.777, 'softmax regression from the ImageNet classifier': 0.849 },
  twentyBreeds: { 'softmax regression': 0.936, 'softmax regression from the ImageNet classifier': 0.953 },
};

/** Recipes that validation chooses from: how a head is fitted on each network's features. */
const HEADS_TRIED = {
  'softmax regression': [0.001, 0.002, 0.005],
  'softmax regression from the ImageNet classifier': [0.0001, 0.0003, 0.001],
} as const;

/** What validation says of one recipe; the test list is not read. */
interface TriedRecipe {
  network: string;
  head: string;
  c: number;
  validation: number;
  /** Wilson's 95 % interval. */
  interval: Interval;
  fitSeconds: number;
}

/**
 * Heads on the cached features of 8,121 photos: 120 breeds on the official lists (train and validation together, test
 * read once), and the presentation's 20 breeds on five random 75/15/10 splits. Settings were chosen on validation
 * parts: the table `tried` holds each network whose features ship, two of them joined, and those given, with each head,
 * and what validation said; `npm run bench -- head-study` tries more heads. Flags: `--features FILE`, of `dogbreeds
 * features --export FILE`, or several with commas between, which are joined; `--no-recipes` leaves the table out.
 */
export default async function head(flags: string[]): Promise<Record<string, unknown>> {
  const engine = await startEngine();
  const files = (flagValue(flags, '--features') ?? shippedFeaturesPath()).split(',');
  const table = joinFeatures(await Promise.all(files.map(readFeatures)));
  const split = splitFeatures(table, { protocol: 'official', seed: 0 });
  const all = joinParts(split.train, split.validation);
  const tried = flags.includes('--no-recipes') ? [] : await tryRecipes(table);
  const classes = split.breeds.length;

  const softmax = await fitSoftmaxRegression(all.features, all.labels, {
    classes,
    c: SOFTMAX_C,
    maxIterations: 60,
  });
  const networks = table.recipe?.networks.map(({ backbone }) => backbone) ?? [];
  const prior = await loadImagenetPrior(split.breeds, networks);
  const informed = await fitSoftmaxRegression(all.features, all.labels, {
    classes,
    c: PRIOR_C,
    prior,
    maxIterations: 60,
  });
  const dense = await fitHead(split.train.features, split.train.labels, {
    classes,
    validation: split.validation,
    seed: 0,
  });
  const official = {
    'softmax regression': {
      fitSeconds: softmax.seconds,
      ...(await score(softmax.model, split.test, classes)),
    },
    'softmax regression from the ImageNet classifier': {
      fitSeconds: informed.seconds,
      ...(await score(informed.model, split.test, classes)),
    },
    'dense 512 + dropout': { fitSeconds: dense.seconds, ...(await score(dense.model, split.test, classes)) },
  };
  for (const { model } of [softmax, informed, dense]) model.dispose();

  const twenty = {
    'softmax regression': await fiveSeeds(table, false),
    'softmax regression from the ImageNet classifier': await fiveSeeds(table, true),
  };
  return {
    engine: engine.description,
    features: table.source,
    photos: table.files.length,
    tried,
    official: {
      train: all.labels.length,
      test: split.test.labels.length,
      heads: official,
      before: BEFORE.official,
    },
    twentyBreeds: { protocol: 'random 75/15/10, five seeds', heads: twenty, before: BEFORE.twentyBreeds },
  };
}

/** Fits every recipe on the train part of the official list and asks the carved validation part. */
async function tryRecipes(given: StoredFeatures): Promise<TriedRecipe[]> {
  const rows: TriedRecipe[] = [];
  const shipped = Object.values(await loadEachShippedFeatures()) as StoredFeatures[];
  shipped.push(await loadShippedFeatures(networksNamed('inceptionv3+efficientnetlite2')));
  const known = new Set(shipped.map(({ source }) => source));
  for (const table of [...shipped, ...(known.has(given.source) ? [] : [given])]) {
    const networks = table.recipe?.networks.map(({ backbone }) => backbone) ?? [];
    const network = networks.join(' + ');
    const { train, validation, breeds } = splitFeatures(table, { protocol: 'official', seed: 0 });
    for (const [head, cs] of Object.entries(HEADS_TRIED))
      for (const c of cs) {
        const prior = head === 'softmax regression' ? undefined : await loadImagenetPrior(breeds, networks);
        const settings = { classes: breeds.length, c, prior, maxIterations: 60 };
        const { model, seconds } = await fitSoftmaxRegression(train.features, train.labels, settings);
        const { top1, interval } = await score(model, validation, breeds.length);
        model.dispose();
        rows.push({ network, head, c, validation: top1, interval, fitSeconds: seconds });
        console.error(network, head, `C ${c}: validation ${top1.toFixed(4)} in ${seconds.toFixed(1)} s`);
      }
  }
  return rows.sort((a, b) => b.validation - a.validation);
}

/** The presentation's 20 breeds on five random splits. */
async function fiveSeeds(table: FeatureTable, fromImagenet: boolean) {
  const testTop1: number[] = [];
  let seconds = 0;
  for (let seed = 0; seed < 5; seed += 1) {
    const { train, test, breeds } = splitFeatures(table, {
      protocol: 'random',
      breeds: PRESENTATION_BREEDS,
      seed,
    });
    const networks = table.recipe?.networks.map(({ backbone }) => backbone) ?? [];
    const prior = fromImagenet ? await loadImagenetPrior(breeds, networks) : undefined;
    const settings = {
      classes: breeds.length,
      c: fromImagenet ? PRIOR_C : SOFTMAX_C,
      prior,
      maxIterations: 60,
    };
    const fit = await fitSoftmaxRegression(train.features, train.labels, settings);
    testTop1.push((await score(fit.model, test, breeds.length)).top1);
    seconds += fit.seconds / 5;
    fit.model.dispose();
  }
  return { fitSecondsEach: seconds, testTop1, interval: tInterval(testTop1) };
}

/** Figures of a head on a part of the photos. */
async function score(model: tf.LayersModel, { features, labels }: FeaturePart, classes: number) {
  const size = features.length / labels.length;
  const output = tf.tidy(() =>
    tf.argMax(model.predict(tf.tensor2d(features, [labels.length, size])) as tf.Tensor2D, 1),
  );
  const predicted = Int32Array.from(await output.data());
  output.dispose();
  const right = labels.reduce((sum, label, row) => sum + (label === predicted[row] ? 1 : 0), 0);
  const { macro, micro } = precisionRecallF1(labels, predicted, classes);
  return {
    top1: right / labels.length,
    interval: wilsonInterval(right, labels.length),
    precisionMacro: macro.precision,
    precisionMicro: micro.precision,
    recallMacro: macro.recall,
  };
}
