import { formatMeasure, formatPart, formatPercent, SMALL_COUNT } from '../../base/index';
import { display, SUMMARY_MIME } from './display';
import { escapeHtml } from './escape-html';

/** One of the numbers that answer a notebook's question, with its interval where it has one. */
export interface Answer {
  label: string;
  value: number | string;
  /** Ends of the 95 % interval, in the value's unit. */
  low?: number;
  high?: number;
  /** How the interval was computed, e.g. `Wilson`. */
  method?: string;
  /** Examples that a share stands on: with fewer than 50 it is told as `9 of 9`. */
  of?: number;
  /** `%` shows fractions (0.962) as percents; else the unit stands behind the number. */
  unit?: string;
}

/** What a mentor asks first; the report opens with it and ends with `next`. */
export interface Summary {
  question: string;
  answers: Answer[];
  /** What was used: its name, its fingerprint, how many of what. */
  dataset: { name: string; fingerprint: string; counts: Record<string, number> };
  /** `EngineInfo.description`. */
  engine: string;
  seed: number;
  /** What to try next, a sentence each. */
  next: string[];
}

/** A number in its unit: fractions as percents where the unit is `%`. */
const formatNumber = (value: number, unit = ''): string =>
  unit === '%' ? formatPercent(value) : formatMeasure(value, unit);

/** A share of few as counts; only shares of right ones are counts, so Wilson's intervals mark them. */
const isFew = ({ of, method }: Answer) => of !== undefined && of < SMALL_COUNT && method === 'Wilson';

/**
 * An answer's number and interval as text.
 *
 * @example formatAnswer({ label: 'top-1', value: 0.96, low: 0.95, high: 0.97, unit: '%' }) // 96.0 % and 95.0 % to 97.0 %
 */
export function formatAnswer(answer: Answer): { value: string; interval: string } {
  const { value, low, high, unit, of, method } = answer;
  const shown =
    typeof value !== 'number'
      ? [value, unit].filter(Boolean).join(' ')
      : isFew(answer) && of !== undefined
        ? formatPart(Math.round(value * of), of)
        : formatNumber(value, unit);
  if (low === undefined || high === undefined) return { value: shown, interval: '' };
  const range = `${formatNumber(low, unit)} to ${formatNumber(high, unit)}`;
  return { value: shown, interval: method ? `${range}, ${method}` : range };
}

/**
 * Shows the notebook's question and its answer; the report puts it at its top, whichever cell calls it.
 *
 * @throws Error when the question or the answers are missing
 * @example
 * showSummary({ question: 'Which breed?', answers: [{ label: 'top-1', value: 0.962, low: 0.95, high: 0.97, unit: '%' }],
 *   dataset: { name: dataset.name, fingerprint: dataset.fingerprint, counts: { photos: 8121 } },
 *   engine: engine.description, seed: 42, next: ['Crop to the box first.'] })
 */
export function showSummary(summary: Summary): void {
  if (!summary.question || summary.answers.length === 0)
    throw new Error('expected a question and at least one answer, received an incomplete summary');
  const lines = summary.answers.map((answer) => {
    const { value, interval } = formatAnswer(answer);
    return { label: answer.label, value, interval };
  });
  const items = lines.map(
    ({ label, value, interval }) =>
      `<li><b>${escapeHtml(value)}</b> ${escapeHtml(label)}${interval ? ` (95 %: ${escapeHtml(interval)})` : ''}</li>`,
  );
  display({
    [SUMMARY_MIME]: summary,
    'text/html': `<p><b>${escapeHtml(summary.question)}</b></p><ul>${items.join('')}</ul>`,
    'text/plain': [
      summary.question,
      ...lines.map(({ label, value, interval }) => `  ${label}: ${value}${interval ? ` (${interval})` : ''}`),
    ].join('\n'),
  });
}
