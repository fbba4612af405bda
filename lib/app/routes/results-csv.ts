import Type from 'typebox';
import { ResultRow } from '../results/result-row';
import { resultsCsv } from '../results/results-csv';
import { defineRoute } from '../server/define-route';

/** The page's table of several photos, for other programs. */
export const resultsTable = defineRoute({
  route: 'POST /api/results.csv',
  summary: 'Results of several photos as CSV',
  description:
    'RFC 4180, UTF-8. Names of files are written as they are, but for an apostrophe in front of what a spreadsheet ' +
    'could take for a formula.',
  body: Type.Object({ rows: Type.Array(ResultRow, { maxItems: 100_000 }) }),
  answer: Type.String(),
  produces: 'text/csv; charset=utf-8',
  serve:
    () =>
    async ({ body }) =>
      resultsCsv(body.rows),
});
