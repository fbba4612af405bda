import type * as tf from '@tensorflow/tfjs';
import {
  type BackboneNotRun,
  type BackboneRun,
  type ClassifierEvaluation,
  calibration,
  comparePaired,
  filedShare,
  type Interval,
  type PrecisionRecallF1,
  ran,
  softmax,
} from '../../evaluation/index';
import type { FeatureSplit } from '../../training/index';
import type { ReferenceScores } from '../tables/result-tables';
import { keep } from './keep';
import type { ClassifierValues, LayerValues, NetworkValues } from './run-values';

/** The presentation's four scores. */
const fourScores = ({ macro, micro }: PrecisionRecallF1): ReferenceScores => ({
  precisionMacro: macro.precision,
  precisionMicro: micro.precision,
  recallMacro: macro.recall,
  recallMicro: micro.recall,
});

/** Layers as `model.summary()` lists them. */
const describeLayers = (model: tf.LayersModel): LayerValues[] =>
  model.layers.map((layer) => ({
    kind: layer.getClassName(),
    shape: (layer.outputShape as (number | null)[]).slice(1),
    parameters: layer.countParams(),
  }));

/** Keeps the small network's layers for the slides. @example keepLayers(buildScratchCnn({ classes: 5, imageSize: 300 })); */
export function keepLayers(model: tf.LayersModel): void {
  keep('scratchLayers', { layers: describeLayers(model), parameters: model.countParams() });
}

/** What {@link keepScratch} needs of a trained small network. */
export interface ScratchOutcome {
  breeds: number;
  seconds: number;
  history: { loss: number[] };
  chance: number;
  test: Pick<ClassifierEvaluation, 'scores' | 'accuracy'>;
}

/**
 * Keeps how the small network did.
 *
 * @param which on the presentation's 5 breeds, or on its 20
 * @example keepScratch('scratchFew', await trainScratch(few, { imageSize }), { photos: few, imageSize });
 */
export function keepScratch(
  which: 'scratchFew' | 'scratchMany',
  { breeds, seconds, history, chance, test }: ScratchOutcome,
  { photos, imageSize }: { photos: { kind: string; examples: readonly unknown[] }; imageSize: number },
): void {
  keep(which, {
    breeds,
    drawn: photos.kind === 'drawn',
    photos: photos.examples.length,
    imageSize,
    epochs: history.loss.length,
    seconds,
    scores: fourScores(test.scores),
    accuracy: test.accuracy,
    chance,
  });
}

/** Keeps the networks that ran, with their classification reports. @example keepNetworks(await compareBackbones(names, photos)); */
export function keepNetworks(rows: readonly (BackboneRun | BackboneNotRun)[]): void {
  const runs = rows.filter(ran);
  const [first] = runs;
  if (!first) return;
  const { breeds, train, validation, test } = first.split;
  keep('networks', {
    breeds: breeds.length,
    photos: train.labels.length + validation.labels.length + test.labels.length,
    rows: runs.map(
      (run): NetworkValues => ({
        name: run.backbone,
        fitSeconds: run.fitSeconds,
        train: run.train.accuracy.estimate,
        validation: run.validation.accuracy.estimate,
        test: run.test.accuracy,
        recall: run.test.scores.macro.recall,
        report: run.test.report.classes.map(({ name, precision, recall, f1, support }) => ({
          breed: name,
          precision,
          recall,
          f1,
          photos: support,
        })),
      }),
    ),
  });
}

/** Keeps classifiers on one network's features. @example keepClassifiers('resnet50', await compareClassifiers(split)); */
export function keepClassifiers(network: string, rows: readonly ClassifierValues[]): void {
  keep('classifiers', {
    network,
    rows: rows.map(({ name, seconds, validation, test }) => ({ name, seconds, validation, test })),
  });
}

/**
 * Keeps a comparison of two ways to show photos to a network; nothing where the other way did not run.
 *
 * @example keepVariant('boxes', best, await compareBackbones([best.backbone], photos, { crop: 'box' }));
 */
export function keepVariant(
  which: 'boxes' | 'scaling',
  own: BackboneRun,
  variants: readonly (BackboneRun | BackboneNotRun)[],
): void {
  const variant = variants.find(ran);
  if (!variant) return;
  const paired = comparePaired(own.split.test.labels, own.test.predicted, variant.test.predicted);
  keep(which, {
    network: own.backbone,
    own: own.test.accuracy,
    variant: variant.test.accuracy,
    pValue: paired.pValue,
  });
}

/** What {@link keepFinal} needs. */
export interface FinalOutcome {
  head: { name: string; model: tf.LayersModel };
  split: FeatureSplit;
  protocol: string;
  /** Of the served head. */
  test: ClassifierEvaluation;
  /** Of softmax regression on the same features. */
  plain?: { accuracy: Interval };
}

/** Keeps the final model: layers, split, scores, confusion matrix. @example keepFinal({ head, split, protocol, test, plain }); */
export function keepFinal({ head, split, protocol, test, plain }: FinalOutcome): void {
  keep('final', {
    head: head.name,
    networks: split.recipe?.networks.map(({ backbone }) => backbone) ?? [],
    features: split.size,
    layers: describeLayers(head.model),
    protocol,
    breeds: split.breeds.length,
    train: split.train.labels.length,
    validation: split.validation.labels.length,
    test: split.test.labels.length,
    scores: fourScores(test.scores),
    accuracy: test.accuracy,
    top5: test.top5,
    plain: plain?.accuracy ?? null,
  });
  keep('confusion', { breeds: split.breeds, matrix: test.matrix });
}

/** What {@link keepTrust} needs. */
export interface TrustOutcome {
  split: FeatureSplit;
  temperature: number;
  /** Row-major [validation photos, breeds], of the head that has not seen them. */
  validation: Float32Array;
  /** Row-major [test photos, breeds]. */
  test: Float32Array;
}

/**
 * Keeps whether percentages can be trusted: reliability before and after the temperature, and how many photos file
 * themselves at 95 % and 99 % precision with thresholds that validation chose.
 *
 * @example keepTrust({ split, temperature: calibrated.temperature, validation: chosen.validation.probabilities, test: test.probabilities });
 */
export function keepTrust({ split, temperature, validation, test }: TrustOutcome): void {
  const classes = split.breeds.length;
  const tempered = (probabilities: Float32Array) =>
    softmax(
      Float64Array.from(probabilities, (p) => Math.log(Math.max(p, 1e-30))),
      classes,
      temperature,
    );
  const { labels } = split.test;
  const calibrated = tempered(test);
  const judged = { labels, probabilities: calibrated, classes };
  const chosenOn = { labels: split.validation.labels, probabilities: tempered(validation), classes };
  keep('trust', {
    before: calibration(labels, test, classes),
    after: calibration(labels, calibrated, classes),
    temperature,
    filed: [0.95, 0.99].map((wanted) => filedShare(wanted, chosenOn, judged)),
  });
}
