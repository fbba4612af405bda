import { display, SUMMARY_MIME } from './display';
import { escapeHtml } from './escape-html';

/** One of the numbers that answer a notebook's question, with its interval where it has one. */
export interface Answer {
  label: string;
  value: number | string;
  /** Ends of the 95 % interval, in the value's unit. */
  low?: number;
  high?: number;
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
function formatNumber(value: number, unit = ''): string {
  if (unit === '%') return `${(value * 100).toFixed(1)} %`;
  const digits = Number.isInteger(value) ? 0 : Math.abs(value) >= 100 ? 1 : 3;
  const text = value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return unit ? `${text} ${unit}` : text;
}

/**
 * An answer's number and interval as text.
 *
 * @example formatAnswer({ label: 'top-1', value: 0.96, low: 0.95, high: 0.97, unit: '%' }) // 96.0 % and 95.0 % to 97.0 %
 */
export function formatAnswer({ value, low, high, unit }: Answer): { value: string; interval: string } {
  const shown = typeof value === 'number' ? formatNumber(value, unit) : unit ? `${value} ${unit}` : value;
  const interval =
    low === undefined || high === undefined
      ? ''
      : `${formatNumber(low, unit)} to ${formatNumber(high, unit)}`;
  return { value: shown, interval };
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
