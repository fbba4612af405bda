import { inspect } from 'node:util';
import { countOf } from '../../evaluation/index';
import { escapeHtml } from '../display/escape-html';

/** A column of a table to show. */
export interface ShownColumn {
  name: string;
  /** Kind of the values, e.g. `float32`; '' where there is none. */
  dtype: string;
  at: (row: number) => unknown;
}

/** Rows at the head and at the tail that are shown of a longer table. */
const HEAD = 5;
const TAIL = 5;
const ALL = 20;
const COLUMNS = 20;

/** A value in one cell: what holds others as Node shows it, so that a map in a map, or a bigint in a list, is seen. */
const formatCell = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (value instanceof Date) return value.toISOString();
  const text = typeof value === 'object' ? inspect(value, { breakLength: Infinity }) : String(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
};

/**
 * Sorts the shown rows by a click on a heading, numbers as numbers; a second click turns the order round. An attribute
 * of the head and no script of its own: where pages are sanitized it goes without leaving its text behind.
 */
const SORT = `const head = event.target.closest('th'), table = head.closest('table'), at = head.cellIndex;
const up = head.getAttribute('aria-sort') !== 'ascending';
for (const other of head.parentNode.cells) other.removeAttribute('aria-sort');
head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
const key = (row) => row.cells[at].dataset.value ?? row.cells[at].textContent;
const rows = [...table.tBodies[0].rows].filter((row) => !row.dataset.gap);
rows.sort((a, b) => { const [x, y] = [key(a), key(b)], n = x - y; return (up ? 1 : -1) * (Number.isNaN(n) ? x.localeCompare(y) : n); });
table.tBodies[0].append(...rows);`;

/**
 * A table as pandas shows it: the first and last rows, kinds of columns, dimensions; sortable by its headings.
 *
 * @param index label of a row
 */
export function showColumns(
  columns: readonly ShownColumn[],
  rows: number,
  index: (row: number) => unknown = (row) => row,
): Record<string, unknown> {
  const shownColumns = columns.slice(0, COLUMNS);
  const short = rows <= ALL;
  const numbers = Array.from({ length: short ? rows : HEAD }, (_, row) => row);
  const last = short ? [] : Array.from({ length: TAIL }, (_, row) => rows - TAIL + row);
  const size = `${countOf(rows, 'row')} x ${countOf(columns.length, 'column')}`;
  const hidden = columns.length > COLUMNS ? `, ${countOf(columns.length - COLUMNS, 'column')} not shown` : '';

  const cellHtml = (value: unknown) => {
    const number = typeof value === 'number' ? ` style="text-align:right" data-value="${value}"` : '';
    return `<td${number}>${escapeHtml(formatCell(value))}</td>`;
  };
  const rowHtml = (row: number) =>
    `<tr><th scope="row">${escapeHtml(formatCell(index(row)))}</th>${shownColumns.map(({ at }) => cellHtml(at(row))).join('')}</tr>`;
  const gap = `<tr data-gap="1"><th>...</th>${shownColumns.map(() => '<td>...</td>').join('')}</tr>`;
  const heads = shownColumns.map(
    ({ name, dtype }) =>
      `<th scope="col" style="cursor:pointer" title="sort the rows shown">${escapeHtml(name)}${dtype ? `<br><small>${escapeHtml(dtype)}</small>` : ''}</th>`,
  );
  const body = [...numbers.map(rowHtml), ...(short ? [] : [gap, ...last.map(rowHtml)])].join('');
  const html = `<table class="dogbreeds-table"><caption style="white-space:nowrap">${size}${hidden}</caption><thead onclick="${escapeHtml(SORT)}"><tr><th></th>${heads.join('')}</tr></thead><tbody>${body}</tbody></table>`;

  const text = (row: number) => [
    formatCell(index(row)),
    ...shownColumns.map(({ at }) => formatCell(at(row))),
  ];
  const lines = [
    ['', ...shownColumns.map(({ name }) => name)],
    ...(shownColumns.some(({ dtype }) => dtype) ? [['', ...shownColumns.map(({ dtype }) => dtype)]] : []),
    ...numbers.map(text),
    ...(short ? [] : [['...', ...shownColumns.map(() => '...')], ...last.map(text)]),
  ];
  const widths = lines.reduce<number[]>(
    (widest, line) => line.map((cell, at) => Math.max(widest[at] ?? 0, cell.length)),
    [],
  );
  const plain = lines.map((line) =>
    line
      .map((cell, at) => cell.padStart(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return { 'text/html': html, 'text/plain': `${plain.join('\n')}\n${size}${hidden}` };
}
