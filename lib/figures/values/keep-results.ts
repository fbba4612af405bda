import type * as tf from '@tensorflow/tfjs';
import {
  type BackboneNotRun,
  type BackboneRun,
  type ClassifierEvaluation,
  comparePaired,
  type Interval,
  type PrecisionRecallF1,
  ran,
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
  imageSize: number;
  seconds: number;
  history: { loss: number[] };
  chance: number;
  test: Pick<ClassifierEvaluation, 'scores' | 'accuracy' | 'predicted'>;
}

/**
 * Keeps how the small network did on the presentation's few breeds and on its many; one run stands for both.
 *
 * @example keepScratch(photos, [await trainScratch(few, options), await trainScratch(many, options)]);
 */
export function keepScratch(
  { kind, name, fingerprint }: { kind: string; name: string; fingerprint: string },
  runs: readonly ScratchOutcome[],
): void {
  const [few, many = few] = runs.map(({ breeds, imageSize, seconds, history, chance, test }) => ({
    breeds,
    drawn: kind === 'drawn',
    photos: `${name} ${fingerprint}`,
    tested: test.predicted.length,
    imageSize,
    epochs: history.loss.length,
    seconds,
    scores: fourScores(test.scores),
    accuracy: test.accuracy,
    chance,
  }));
  if (!few || !many) return;
  keep('scratchFew', few);
  keep('scratchMany', many);
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
 * @example keepVariant('scaling', best, await tryVariant(best, photos, scaled));
 */
export function keepVariant(
  which: 'boxes' | 'scaling',
  own: BackboneRun,
  variant: BackboneRun | BackboneNotRun | null | undefined,
): void {
  if (!variant || !ran(variant)) return;
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
