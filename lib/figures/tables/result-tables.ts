import { displayName, elementAt } from '../../base/index';
import {
  type BackboneNotRun,
  type BackboneRun,
  type ClassificationReport,
  type ClassifierEvaluation,
  type Confusion,
  claimDifference,
  comparePaired,
  METRICS,
  type MetricName,
  PRESENTATION,
  ran,
} from '../../evaluation/index';
import { BACKBONES, type BackboneName, weightRecord } from '../../models/index';
import type { History } from '../../training/index';
import type { Compared } from '../plots/comparison';
import { ends, measure, type ShownValue, share } from './cell-values';

const DASH = '–';

/** A backbone's name as its paper spells it. @example backboneName('resnet50') // 'ResNet50' */
export const backboneName = (name: string): string =>
  BACKBONES.includes(name as BackboneName) ? weightRecord(name).title : name;

/** The presentation's figures for a backbone, where it has any. */
const reference = (name: string) =>
  PRESENTATION.transfer[name as keyof typeof PRESENTATION.transfer] as
    | (typeof PRESENTATION.transfer)['resnet50']
    | undefined;

/** What the features cost in this run. */
export function featureCost({ featureSeconds, computed }: BackboneRun): unknown {
  if (featureSeconds === null) return 'shipped';
  return computed === 0 ? 'cached' : measure(featureSeconds);
}

/**
 * What networks reached on the same split, a row for each that ran.
 *
 * @example showTable(transferTable(rows.filter(ran)));
 */
export function transferTable(rows: readonly BackboneRun[]): Record<string, unknown>[] {
  return rows.map((row) => ({
    network: backboneName(row.backbone),
    'features (s)': featureCost(row),
    'fit (s)': measure(row.fitSeconds),
    train: share(row.train.accuracy.estimate),
    validation: share(row.validation.accuracy.estimate),
    test: share(row.test.accuracy.estimate),
    '95 % interval': ends(row.test.accuracy),
    recall: share(row.test.scores.macro.recall),
  }));
}

/**
 * The presentation's table of transfer learning, ours beside it where the same network ran.
 *
 * @example showTable(besidePresentation(rows));
 */
export function besidePresentation(
  rows: readonly (BackboneRun | BackboneNotRun)[],
): Record<string, unknown>[] {
  return Object.keys(PRESENTATION.transfer).map((name) => {
    const theirs = reference(name);
    const ours = rows.filter(ran).find(({ backbone }) => backbone === name);
    return {
      network: backboneName(name),
      'test, theirs': theirs && share(theirs.accuracyTest),
      'test, ours': ours ? share(ours.test.accuracy.estimate) : DASH,
      'recall, theirs': theirs && share(theirs.recallTest),
      'recall, ours': ours ? share(ours.test.scores.macro.recall) : DASH,
      'fit, theirs (s)': theirs && measure(theirs.fitSeconds),
      'fit, ours (s)': ours ? measure(ours.fitSeconds) : DASH,
    };
  });
}

/**
 * Bars of test accuracy with intervals and the presentation's marks, for `comparisonFigure`.
 *
 * @example comparisonFigure(transferBars(rows), { title: 'Test accuracy' });
 */
export function transferBars(rows: readonly (BackboneRun | BackboneNotRun)[]): Compared[] {
  return rows.map((row) => ({
    name: backboneName(row.backbone),
    reference: reference(row.backbone)?.accuracyTest,
    ...(ran(row)
      ? { value: row.test.accuracy.estimate, low: row.test.accuracy.low, high: row.test.accuracy.high }
      : { note: 'weights not at hand' }),
  }));
}

/**
 * A backbone's run beside variants of it, a row each; those that did not run are left out.
 *
 * @example showTable(variantTable({ 'whole photos': best, boxes: boxed }));
 */
export const variantTable = (
  runs: Readonly<Record<string, BackboneRun | BackboneNotRun | undefined>>,
): Record<string, unknown>[] =>
  Object.entries(runs).flatMap(([input, run]) =>
    run && ran(run)
      ? [
          {
            input,
            'photos tested': run.split.test.labels.length,
            validation: share(run.validation.accuracy.estimate),
            test: share(run.test.accuracy.estimate),
            '95 % interval': ends(run.test.accuracy),
          },
        ]
      : [],
  );

/**
 * What a variant of a run is worth on the same test photos, or why that is not known.
 *
 * @example showClaims(claimVariant({ name: 'whole photos', run: best }, { name: 'boxes', run: boxed }))
 */
export function claimVariant(
  own: { name: string; run: BackboneRun },
  variant: { name: string; run: BackboneRun | BackboneNotRun | undefined },
): string {
  const { run } = variant;
  if (!run || !ran(run))
    return `The comparison with ${variant.name} needs the photos: \`npx dogbreeds download\`, or --dataset.`;
  const { files, labels } = own.run.split.test;
  if (!files.every((file, row) => file === run.split.test.files[row]))
    return `${own.name} and ${variant.name} were tested on different photos.`;
  return claimDifference(
    own.name,
    variant.name,
    comparePaired(labels, own.run.test.predicted, run.test.predicted),
  );
}

/** A classification report as rows: a line a breed, then the averages. @example showTable(reportTable(report)); */
export function reportTable(report: ClassificationReport): Record<string, unknown>[] {
  return [
    ...report.classes.map(({ name, precision, recall, f1, support }) => ({
      breed: displayName(name),
      precision: share(precision),
      recall: share(recall),
      F1: share(f1),
      photos: support,
    })),
    { breed: 'macro average', ...averages(report.macro), photos: report.support },
    { breed: 'weighted average', ...averages(report.weighted), photos: report.support },
  ];
}

const averages = ({ precision, recall, f1 }: { precision: number; recall: number; f1: number }) => ({
  precision: share(precision),
  recall: share(recall),
  F1: share(f1),
});

/** Precision and recall as the presentation reports them. */
export interface ReferenceScores {
  precisionMacro: number;
  precisionMicro: number;
  recallMacro: number;
  recallMicro: number;
}

/**
 * The presentation's four scores, ours and theirs.
 *
 * @param reference the presentation's figures; without them only ours stand
 * @example showTable(scoreTable(test, PRESENTATION.final));
 */
export function scoreTable(
  { scores, accuracy, top5 }: ClassifierEvaluation,
  reference?: Readonly<ReferenceScores>,
): Record<string, unknown>[] {
  const line = (score: string, ours: ShownValue, theirs?: number) => ({
    score,
    ours,
    ...(reference && { presentation: theirs === undefined ? '' : share(theirs) }),
  });
  return [
    line('precision, macro', share(scores.macro.precision), reference?.precisionMacro),
    line('precision, micro (= accuracy)', share(scores.micro.precision), reference?.precisionMicro),
    line('recall, macro', share(scores.macro.recall), reference?.recallMacro),
    line('recall, micro', share(scores.micro.recall), reference?.recallMicro),
    line(`accuracy, 95 % interval (${accuracy.method ?? 'Wilson'})`, ends(accuracy)),
    line('among the first five', share(top5)),
  ];
}

/** Every registered metric of some classifiers side by side. @example showTable(metricTable({ dense: test })) */
export function metricTable(
  evaluations: Readonly<Record<string, Pick<ClassifierEvaluation, 'metrics'>>>,
): Record<string, unknown>[] {
  return Object.entries(METRICS).map(([name, { title, better }]) => ({
    metric: title,
    ...Object.fromEntries(
      Object.entries(evaluations).map(([model, { metrics }]) => [model, metrics[name as MetricName]]),
    ),
    better: better === 'high' ? 'higher' : 'lower',
  }));
}

/** The commonest mistakes in words. @example showTable(confusionTable(mostConfused(matrix), breeds)); */
export function confusionTable(
  pairs: readonly Confusion[],
  breeds: readonly string[],
): Record<string, unknown>[] {
  return pairs.map(({ actual, predicted, count, share: part }) => ({
    'shows a': displayName(elementAt(breeds, actual)),
    'taken for a': displayName(elementAt(breeds, predicted)),
    photos: count,
    'share of the breed': share(part),
  }));
}

/** Wrong answers with their files. @example showTable(errorTable(confidentErrors(split.test, test, split.breeds))) */
export const errorTable = (
  errors: readonly { file: string; breed: string; predicted: string; probability: number }[],
): Record<string, unknown>[] =>
  errors.map(({ file, breed, predicted, probability }) => ({
    file,
    'shows a': displayName(breed),
    'taken for a': displayName(predicted),
    probability: share(probability),
  }));

/** Photos whose label is under suspicion. @example showTable(suspectTable(quality.suspicious.slice(0, 50))) */
export const suspectTable = (
  suspects: readonly {
    file: string;
    breed: string;
    suggested: string;
    ownProbability: number;
    suggestedProbability: number;
  }[],
): Record<string, unknown>[] =>
  suspects.map(({ file, breed, suggested, ownProbability, suggestedProbability }) => ({
    file,
    'filed as': displayName(breed),
    'its probability': share(ownProbability),
    'looks like': displayName(suggested),
    'of that': share(suggestedProbability),
  }));

/** A history under the names that `trainingCurvesFigure` draws. @example trainingCurvesFigure([{ name, history: curves(history) }]) */
export const curves = ({ loss, accuracy, valLoss, valAccuracy }: History) => ({
  loss,
  acc: accuracy,
  val_loss: valLoss,
  val_acc: valAccuracy,
});
