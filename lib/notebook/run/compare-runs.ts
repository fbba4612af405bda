import { type Answer, formatAnswer } from '../../figures/index';
import type { RunRecord } from './run-record';

/** A number that is not what it was at the run before. */
export interface MovedAnswer {
  label: string;
  before: string;
  after: string;
  /** Whether the intervals of both do not meet (without intervals: any change). */
  beyondIntervals: boolean;
}

const withInterval = (answer: Answer): string => {
  const { value, interval } = formatAnswer(answer);
  return interval ? `${value} (${interval})` : value;
};

/** Whether two answers differ by more than their intervals explain. */
function isBeyond(before: Answer, after: Answer): boolean {
  const ends = ({ value, low, high }: Answer) =>
    typeof value === 'number' ? { low: low ?? value, high: high ?? value } : null;
  const [a, b] = [ends(before), ends(after)];
  if (!a || !b) return before.value !== after.value;
  return a.high < b.low || b.high < a.low;
}

/**
 * Which numbers of a notebook's summary moved since its previous run; times (unit `s` or `ms`) do not count, they move
 * always.
 *
 * @example movedAnswers(record).filter(({ beyondIntervals }) => beyondIntervals)
 */
export function movedAnswers({ answers = [], previous }: RunRecord): MovedAnswer[] {
  if (!previous) return [];
  return answers.flatMap((after) => {
    const before = previous.answers.find(({ label }) => label === after.label);
    if (!before || /^m?s\b/.test(after.unit ?? '') || withInterval(before) === withInterval(after)) return [];
    return {
      label: after.label,
      before: withInterval(before),
      after: withInterval(after),
      beyondIntervals: isBeyond(before, after),
    };
  });
}
