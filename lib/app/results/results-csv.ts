import { csvLine } from '../../base/index';
import type { ResultRow } from './result-row';

const PLACES = [1, 2, 3, 4, 5];

/** Columns of the CSV of results: five breeds with their probabilities. */
export const RESULT_COLUMNS = [
  'file',
  'verdict',
  ...PLACES.flatMap((place) => [`breed_${place}`, `probability_${place}`]),
  'error',
];

/** One record (with its line end) of the CSV of results; probabilities 0..1 with four digits. */
export function resultLine({ file, verdict = '', top = [], error = '' }: ResultRow): string {
  const breeds = PLACES.flatMap((place) => {
    const score = top[place - 1];
    return score ? [score.breed, score.probability.toFixed(4)] : ['', ''];
  });
  return csvLine([file, verdict, ...breeds, error]);
}

/**
 * The CSV of several photos' results, with a header row. Names of files are written as they are; see {@link csvLine} for
 * what is done about formulas.
 *
 * @example resultsCsv([{ file: 'rex.jpg', verdict: 'breed', top: [{ breed: 'pug', probability: 0.9 }] }])
 */
export const resultsCsv = (rows: ResultRow[]): string =>
  csvLine(RESULT_COLUMNS) + rows.map(resultLine).join('');
