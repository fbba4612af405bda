import { elementAt } from '../../base/index';
import type { ClassifierEvaluation } from '../../evaluation/index';

/** A wrong answer that was sure. */
export interface ConfidentError {
  file: string;
  breed: string;
  predicted: string;
  /** Probability of the wrong answer, 0..1. */
  probability: number;
}

/**
 * The wrong answers with the highest probabilities: what to look at first, since either the model or the label is wrong.
 *
 * @param part files and labels of the photos that were judged
 * @param breeds names in the order of the labels
 * @param count how many, default 6
 * @example confidentErrors(split.test, test, split.breeds)
 */
export function confidentErrors(
  part: { files: readonly string[]; labels: ArrayLike<number> },
  { predicted, probabilities }: Pick<ClassifierEvaluation, 'predicted' | 'probabilities'>,
  breeds: readonly string[],
  count = 6,
): ConfidentError[] {
  const nameOf = (label: number | undefined) => breeds[label ?? -1] ?? '';
  return Array.from(predicted, (answer, row) => ({
    file: elementAt(part.files, row),
    breed: nameOf(part.labels[row]),
    predicted: nameOf(answer),
    probability: elementAt(probabilities, row * breeds.length + answer),
  }))
    .filter(({ breed, predicted: answer }) => breed !== answer)
    .sort((a, b) => b.probability - a.probability || (a.file < b.file ? -1 : 1))
    .slice(0, count);
}
