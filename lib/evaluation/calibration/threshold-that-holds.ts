import { binomialCdf } from '../intervals/distributions';
import { largestThatHolds, RISK } from './fixed-sequence';

/** One answer: its probability and whether it is right. */
export interface Answer {
  probability: number;
  right: boolean;
}

/**
 * The lowest probability from which on the wanted share of answers is right, not only among these answers: the
 * one-sided lower bound of Clopper and Pearson (1934) of the precision reaches `wanted` there and on the way there
 * (`largestThatHolds`), so that in at most 5 % of draws of `answers` the precision of new answers is below `wanted`. New
 * ones have to be like these; take answers to photos that the classifier did not learn from.
 *
 * @param answers surest first. @param wanted precision, 0..1
 * @returns Infinity where no threshold can be vouched for: too few answers, or too many wrong
 * @example thresholdThatHolds(answersBySureness(validation), 0.95) // 0.76
 */
export function thresholdThatHolds(answers: readonly Answer[], wanted: number): number {
  let wrong = 0;
  const steps = answers.flatMap(({ probability, right }, i) => {
    if (!right) wrong++;
    const tied = answers[i + 1]?.probability === probability;
    return tied ? [] : [{ probability, count: i + 1, wrong }];
  });
  const found = largestThatHolds({
    steps,
    share: ({ count }) => count / answers.length,
    couldHold: ({ count }, risk) => binomialCdf(0, count, 1 - wanted) <= risk,
    holds: (step, risk) => binomialCdf(step.wrong, step.count, 1 - wanted) <= risk,
  });
  return found?.probability ?? Number.POSITIVE_INFINITY;
}

/**
 * Answers that have to be right, none of them wrong, before any bound reaches a precision.
 *
 * @param wanted precision, 0..1
 * @returns a whole number; Infinity for 1
 * @example answersNeeded(0.99) // 368
 */
export const answersNeeded = (wanted: number): number =>
  wanted >= 1 ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(Math.log(RISK / 2) / Math.log(wanted)));
