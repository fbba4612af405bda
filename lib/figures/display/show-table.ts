import { elementAt } from '../../base/index';
import { isShownValue } from '../tables/cell-values';
import { display } from './display';
import { escapeHtml } from './escape-html';

/** How a column is shown. */
export interface ColumnFormat {
  /** Heading; the column's name when absent. */
  label?: string;
  /** Decimals of numbers; absent: integers as such, others with those that mean something. */
  digits?: number;
  /** `percent` shows 0.256 as 25.6 %. */
  style?: 'number' | 'percent' | 'text';
}

type Row = Record<string, unknown>;

/** Decimals that mean something: none from 100 on, two below 10. */
function decimalsOf(value: number): number {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return 0;
  return Math.abs(value) >= 10 ? 1 : 2;
}

/** A number or text as it stands in a cell. */
function formatValue(value: unknown, { digits, style }: ColumnFormat): string {
  if (value === null || value === undefined) return '';
  if (isShownValue(value)) return value.text;
  if (typeof value !== 'number') return String(value);
  if (Number.isNaN(value)) return 'n/a';
  if (style === 'percent') return `${(value * 100).toFixed(digits ?? 1)} %`;
  if (style === 'text') return String(value);
  const decimals = digits ?? decimalsOf(value);
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** What a cell is sorted by; null where it is text. */
const numberOf = (value: unknown): number | null =>
  typeof value === 'number' ? value : isShownValue(value) ? value.value : null;

/** Columns (name -> list of values) as rows; rows as they are. */
function toRows(table: object[] | Record<string, ArrayLike<unknown>>): Row[] {
  if (Array.isArray(table)) return table as Row[];
  const columns = Object.entries(table);
  const length = columns[0]?.[1].length ?? 0;
  return Array.from({ length }, (_, index) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[index]])),
  );
}

/** The table in aligned plain text. */
function plainTable(head: string[], body: string[][], numeric: boolean[]): string {
  const widths = head.map((label, column) =>
    Math.max(label.length, ...body.map((row) => elementAt(row, column).length)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, column) =>
        numeric[column] ? cell.padStart(elementAt(widths, column)) : cell.padEnd(elementAt(widths, column)),
      )
      .join('  ')
      .trimEnd();
  return [line(head), ...body.map(line)].join('\n');
}

/**
 * Shows a table under the cell; in the report it can be sorted and copied.
 *
 * @param table rows (objects with the same names) or columns (name -> values)
 * @param options.caption what the table shows
 * @param options.columns how to show some of the columns; others are shown by their values
 * @throws Error when there is no row
 *
 * @example showTable([{ breed: 'beagle', recall: 0.91 }], { caption: 'Recall', columns: { recall: { style: 'percent' } } })
 */
export function showTable(
  table: object[] | Record<string, ArrayLike<unknown>>,
  options: { caption?: string; columns?: Record<string, ColumnFormat> } = {},
): void {
  const rows = toRows(table);
  if (rows.length === 0) throw new Error('expected a table with at least one row, received none');
  const names = Object.keys(elementAt(rows, 0));
  const formats = names.map((name) => options.columns?.[name] ?? {});
  const numeric = names.map((name) =>
    rows.every((row) => row[name] == null || row[name] === '' || numberOf(row[name]) !== null),
  );
  const head = names.map((name, column) => elementAt(formats, column).label ?? name);
  const body = rows.map((row) =>
    names.map((name, column) => formatValue(row[name], elementAt(formats, column))),
  );
  const align = (column: number) => (numeric[column] ? ' style="text-align:right"' : '');
  const headHtml = head.map((label, column) => `<th scope="col"${align(column)}>${escapeHtml(label)}</th>`);
  const bodyHtml = body.map((cells, index) => {
    const columns = cells.map((cell, column) => {
      const value = numberOf(elementAt(rows, index)[elementAt(names, column)]);
      const sort = value === null ? '' : ` data-value="${value}"`;
      const label = ` data-label="${escapeHtml(elementAt(head, column))}"`;
      return `<td${align(column)}${sort}${label}>${escapeHtml(cell)}</td>`;
    });
    return `<tr>${columns.join('')}</tr>`;
  });
  const caption = options.caption ? `<caption>${escapeHtml(options.caption)}</caption>` : '';
  const text = plainTable(head, body, numeric);
  display({
    'text/html': `<table class="dogbreeds-table">${caption}<thead><tr>${headHtml.join('')}</tr></thead><tbody>${bodyHtml.join('')}</tbody></table>`,
    'text/plain': options.caption ? `${options.caption}\n${text}` : text,
  });
}
