import { stringify } from 'csv-stringify/sync';

/**
 * Where a spreadsheet may see the start of a cell, whichever separator its locale has: the start of the text, and what
 * follows `;`, `|`, a tab or a line break inside it; blanks and quotes there are skipped.
 */
const CELL_START = /(^|[;|\t\r\n])([ \t\r\n"]*)/;
/** What begins a formula, also in its full-width form; and the apostrophe itself, so that it can be told apart. */
const FORMULA = /[=+\-@＝＋－＠']/;

const DEFUSE = new RegExp(`${CELL_START.source}(?=${FORMULA.source})`, 'g');
const RESTORE = new RegExp(`${CELL_START.source}'`, 'g');

/**
 * One record of a CSV file (RFC 4180), with its line end `\n`: texts as they are, quoted where they must be. No
 * spreadsheet takes a text for a formula: where a cell could begin with `= + - @`, an apostrophe is put in front (and
 * one more where there is one already), which {@link restoreCsvText} takes away again. Numbers are written as they are.
 *
 * @example csvLine(['a, "b".jpg', '=x', -1]) // '"a, ""b"".jpg",\'=x,-1\n'
 */
export const csvLine = (values: readonly (string | number | boolean | null | undefined)[]): string =>
  stringify([values.map((value) => (typeof value === 'string' ? value.replace(DEFUSE, "$1$2'") : value))], {
    quoted_match: /^\s|\s$|[;|\t\r\n]/,
    cast: { boolean: String },
  });

/**
 * A text as it was before {@link csvLine} wrote it, from what a CSV reader gives.
 *
 * @example restoreCsvText("'=x.jpg") // '=x.jpg'
 */
export const restoreCsvText = (cell: string): string => cell.replace(RESTORE, '$1$2');
