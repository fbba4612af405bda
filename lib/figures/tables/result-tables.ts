import { displayName, elementAt } from '../../base/index';
import {
  type BackboneNotRun,
  type BackboneRun,
  type ClassificationReport,
  type ClassifierEvaluation,
  type Confusion,
  comparePaired,
  METRICS,
  type MetricName,
  PRESENTATION,
  ran,
} from '../../evaluation/index';
import type { History } from '../../training/index';
import type { Compared } from '../plots/comparison';

const NAMES: Record<string, string> = {
  vgg19: 'VGG19',
  resnet50: 'ResNet50',
  efficientnetb3: 'EfficientNetB3',
  xception: 'Xception',
  mobilenetv2: 'MobileNetV2',
  efficientnetb0: 'EfficientNetB0',
};
const DASH = 'not run';

/** A backbone's name as its paper spells it. @example backboneName('resnet50') // 'ResNet50' */
export const backboneName = (name: string): string => NAMES[name] ?? name;

/** The presentation's figures for a backbone, where it has any. */
const reference = (name: string) =>
  PRESENTATION.transfer[name as keyof typeof PRESENTATION.transfer] as
    | (typeof PRESENTATION.transfer)['resnet50']
    | undefined;

/**
 * The presentation's table of transfer learning with ours beside it; a row for a backbone that did not run says so.
 *
 * @example showTable(transferTable(await compareBackbones(names, photos)));
 */
export function transferTable(rows: readonly (BackboneRun | BackboneNotRun)[]): Record<string, unknown>[] {
  return rows.map((row) => {
    const theirs = reference(row.backbone);
    const ours = ran(row) ? row : null;
    return {
      network: backboneName(row.backbone),
      'features (s)': ours ? (ours.featureSeconds ?? 'shipped') : DASH,
      'fit (s)': ours?.fitSeconds,
      train: ours?.train.accuracy.estimate,
      validation: ours?.validation.accuracy.estimate,
      test: ours?.test.accuracy.estimate,
      recall: ours?.test.scores.macro.recall,
      'fit, theirs (s)': theirs?.fitSeconds,
      'test, theirs': theirs?.accuracyTest,
      'recall, theirs': theirs?.recallTest,
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
 * A backbone's run beside a variant of it on the same test photos, with McNemar's test; one row that says why there
 * is nothing to compare where the variant did not run.
 *
 * @param variants what `compareBackbones` gave for the variant; empty: it was not asked
 * @example showTable(variantTable(best, boxed, { own: 'whole photos', variant: 'boxes' }));
 */
export function variantTable(
  own: BackboneRun,
  variants: readonly (BackboneRun | BackboneNotRun)[],
  names: { own: string; variant: string },
): Record<string, unknown>[] {
  const line = (input: string, run: BackboneRun) => ({
    input,
    validation: run.validation.accuracy.estimate,
    test: run.test.accuracy.estimate,
    'test, low': run.test.accuracy.low,
    'test, high': run.test.accuracy.high,
  });
  const variant = variants.find(ran);
  if (!variant)
    return [
      line(names.own, own),
      {
        input: names.variant,
        validation: DASH,
        test: 'needs the photos (--dataset)',
        'test, low': '',
        'test, high': '',
      },
    ];
  const rows = [line(names.own, own), line(names.variant, variant)];
  const same = own.split.test.files.every((file, row) => file === variant.split.test.files[row]);
  if (!same) return rows;
  const paired = comparePaired(own.split.test.labels, own.test.predicted, variant.test.predicted);
  return [
    ...rows,
    {
      input: `difference (McNemar p = ${paired.pValue.toFixed(3)})`,
      validation: '',
      test: paired.difference.estimate,
      'test, low': paired.difference.low,
      'test, high': paired.difference.high,
    },
  ];
}

/** A classification report as rows: a line a breed, then the averages. @example showTable(reportTable(report)); */
export function reportTable(report: ClassificationReport): Record<string, unknown>[] {
  return [
    ...report.classes.map(({ name, precision, recall, f1, support }) => ({
      breed: displayName(name),
      precision,
      recall,
      'f1-score': f1,
      photos: support,
    })),
    { breed: 'macro average', ...averages(report.macro), photos: report.support },
    { breed: 'weighted average', ...averages(report.weighted), photos: report.support },
  ];
}

const averages = ({ precision, recall, f1 }: { precision: number; recall: number; f1: number }) => ({
  precision,
  recall,
  'f1-score': f1,
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
  const line = (score: string, ours: number, theirs?: number) => ({
    score,
    ours,
    ...(reference && { presentation: theirs ?? '' }),
  });
  return [
    line('precision, macro', scores.macro.precision, reference?.precisionMacro),
    line('precision, micro', scores.micro.precision, reference?.precisionMicro),
    line('recall, macro', scores.macro.recall, reference?.recallMacro),
    line('recall, micro', scores.micro.recall, reference?.recallMicro),
    line('accuracy, low end (95 %)', accuracy.low),
    line('accuracy, high end (95 %)', accuracy.high),
    line('among the first five', top5),
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
  return pairs.map(({ actual, predicted, count, share }) => ({
    'shows a': displayName(elementAt(breeds, actual)),
    'taken for a': displayName(elementAt(breeds, predicted)),
    photos: count,
    'share of the breed': share,
  }));
}

/** A history under the names that `trainingCurvesFigure` draws. @example trainingCurvesFigure([{ name, history: curves(history) }]) */
export const curves = ({ loss, accuracy, valLoss, valAccuracy }: History) => ({
  loss,
  acc: accuracy,
  val_loss: valLoss,
  val_acc: valAccuracy,
});
