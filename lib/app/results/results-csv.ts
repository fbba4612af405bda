/** One photo's outcome as the CSV of results shows it. */
export interface ResultRow {
  file: string;
  verdict?: string;
  top?: { breed: string; probability: number }[];
  /** Why there is no answer. */
  error?: string;
}

/** Columns of the CSV of results: five breeds with their probabilities. */
export const RESULT_COLUMNS = [
  'file',
  'verdict',
  ...[1, 2, 3, 4, 5].flatMap((place) => [`breed_${place}`, `probability_${place}`]),
  'error',
];

/**
 * One CSV field (RFC 4180): line breaks become spaces, quotes are doubled, and a leading `= + - @` gets an apostrophe so
 * that no spreadsheet takes a file's name for a formula.
 *
 * @example csvField('a,"b"') // '"a,""b"""'
 */
export function csvField(value: string | number | boolean): string {
  let text = String(value).replace(/\s+/g, ' ');
  if (typeof value === 'string' && /^[=+\-@]/.test(text)) text = `'${text}`;
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line (without its end) of the CSV of results; probabilities 0..1 with four digits. */
export function resultLine({ file, verdict = '', top = [], error = '' }: ResultRow): string {
  const breeds = [0, 1, 2, 3, 4].flatMap((i) =>
    top[i] ? [csvField(top[i].breed), top[i].probability.toFixed(4)] : ['', ''],
  );
  return [csvField(file), verdict, ...breeds, csvField(error)].join(',');
}

/**
 * The CSV of several photos' results, with a header row. Runs in the browser and in Node.
 *
 * @example resultsCsv([{ file: 'rex.jpg', verdict: 'breed', top: [{ breed: 'pug', probability: 0.9 }] }])
 */
export const resultsCsv = (rows: ResultRow[]): string =>
  `${[RESULT_COLUMNS.join(','), ...rows.map(resultLine)].join('\n')}\n`;
