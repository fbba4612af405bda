import {
  type CalibratedPart,
  type ClassifierEvaluation,
  calibrateClassifier,
  evaluateHead,
} from '../evaluation/index';
import { type ClassifierMetadata, classifierMetadata } from '../models/index';
import {
  availableHeads,
  type FeatureSplit,
  fitNamedHead,
  type HeadName,
  joinParts,
  type NamedHead,
  type NamedHeadOptions,
} from '../training/index';

/** Options of {@link fitFinalClassifier}. */
export interface FinalClassifierOptions extends NamedHeadOptions {
  /** Heads to choose from; those that the split does not allow are left out. Default: all. */
  heads?: readonly HeadName[];
}

/** A head with what it is worth on the validation photos. */
export interface JudgedHead extends NamedHead {
  validation: ClassifierEvaluation;
}

/** What {@link fitFinalClassifier} made. */
export interface FinalClassifier {
  /** The heads that were fitted on the train part, in the order of `HEADS`. */
  heads: JudgedHead[];
  /** The head that validation chose, fitted again on train and validation photos together: the one to serve. */
  head: NamedHead;
  /** The same head, fitted on the train part alone: what it is calibrated by. */
  chosen: JudgedHead;
  /** Photos that the served head learned from. */
  trained: number;
  calibrated: CalibratedPart;
  /** What is saved with the head. */
  metadata(figures: Pick<ClassifierMetadata, 'metrics' | 'description'>): ClassifierMetadata;
  dispose(): void;
}

/**
 * The final model, as notebook 05 makes it and as the app does where none was saved: fits heads on the train part,
 * chooses one by validation accuracy, calibrates it on validation, and fits it again on both parts. The dense head keeps
 * its first fit, because validation chooses its best epoch.
 *
 * @throws Error when the features' recipe is not known: it is saved with the model
 * @example
 * const final = await fitFinalClassifier(split, { seed: 1 });
 * await saveModel(final.head.model, 'data/models/final', final.metadata({ metrics: {}, description: '120 breeds' }));
 */
export async function fitFinalClassifier(
  split: FeatureSplit,
  { heads: names, ...options }: FinalClassifierOptions = {},
): Promise<FinalClassifier> {
  const { recipe, breeds, train, validation, size } = split;
  if (!recipe)
    throw new Error('expected features with their recipe, received them without: extract them again');
  const heads: JudgedHead[] = [];
  for (const name of availableHeads(split).filter((each) => names?.includes(each) ?? true)) {
    const fitted = await fitNamedHead(name, split, options);
    heads.push({ ...fitted, validation: await evaluateHead(fitted.model, validation, breeds) });
  }
  const [first, ...others] = heads;
  if (!first) throw new Error(`expected heads that these features allow, received ${names?.join(', ')}`);
  const top = (head: JudgedHead) => head.validation.accuracy.estimate;
  const chosen = others.reduce((best, head) => (top(head) > top(best) ? head : best), first);
  const again = chosen.history === null;
  const head = again
    ? await fitNamedHead(chosen.name, { ...split, train: joinParts(train, validation) }, options)
    : chosen;
  const calibrated = calibrateClassifier({
    probabilities: chosen.validation.probabilities,
    labels: validation.labels,
    classes: breeds.length,
    features: { size, train, validation: validation.features },
  });
  return {
    heads,
    head,
    chosen,
    trained: train.labels.length + (again ? validation.labels.length : 0),
    calibrated,
    metadata: (figures) => classifierMetadata({ classNames: breeds, recipe, ...calibrated, ...figures }),
    dispose() {
      for (const { model } of heads) model.dispose();
      if (again) head.model.dispose();
    },
  };
}
