import type { Representation } from './registry';
import { type ShownColumn, showColumns } from './table-html';

/** What is read of a danfojs DataFrame or Series. */
interface Frame {
  columns: string[];
  dtypes: string[];
  shape: number[];
  values: unknown[];
  index: (string | number)[];
}

/** What is read of an arquero table. */
interface ArqueroTable {
  numRows(): number;
  columnNames(): string[];
  get(name: string, row: number): unknown;
  array(name: string): ArrayLike<unknown>;
}

const has = (value: unknown, ...names: string[]): boolean =>
  typeof value === 'object' && value !== null && names.every((name) => name in value);

const isFunction = (value: unknown, name: string): boolean =>
  typeof (value as Record<string, unknown>)[name] === 'function';

/** danfojs: https://danfo.jsdata.org/api-reference/dataframe. */
export const dataFrame: Representation<Frame> = {
  name: 'danfojs DataFrame',
  is: (value) => has(value, 'columns', 'dtypes', 'shape', 'values', 'index') && isFunction(value, 'iloc'),
  show(frame) {
    const [rows = 0] = frame.shape;
    const columns = frame.columns.map(
      (name, at): ShownColumn => ({
        name: String(name),
        dtype: frame.dtypes[at] ?? '',
        at(row) {
          const value = frame.values[row];
          return Array.isArray(value) ? value[at] : value;
        },
      }),
    );
    return showColumns(columns, rows, (row) => frame.index[row]);
  },
};

/** Kind of a column's values, from those at its start. */
function kindOf(values: ArrayLike<unknown>): string {
  if (ArrayBuffer.isView(values)) return values.constructor.name.replace('Array', '').toLowerCase();
  for (let row = 0; row < Math.min(values.length, 100); row++) {
    const value = values[row];
    if (value instanceof Date) return 'date';
    if (value !== null && value !== undefined) return typeof value;
  }
  return '';
}

/** arquero: https://idl.uw.edu/arquero/api/table. */
export const arqueroTable: Representation<ArqueroTable> = {
  name: 'arquero table',
  is: (value) =>
    has(value, 'numRows', 'columnNames', 'get') &&
    isFunction(value, 'numRows') &&
    isFunction(value, 'columnNames'),
  show: (table) =>
    showColumns(
      table
        .columnNames()
        .map((name) => ({ name, dtype: kindOf(table.array(name)), at: (row) => table.get(name, row) })),
      table.numRows(),
    ),
};

const isPlain = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};
const isScalar = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || value instanceof Date;

/** Rows as objects with the same plain fields. */
export const records: Representation<Record<string, unknown>[]> = {
  name: 'list of records',
  is(value) {
    if (!Array.isArray(value) || value.length === 0) return false;
    const [first] = value as unknown[];
    if (!isPlain(first)) return false;
    const names = Object.keys(first);
    if (names.length === 0) return false;
    return value
      .slice(0, 50)
      .every(
        (row: unknown) =>
          isPlain(row) &&
          Object.keys(row).length === names.length &&
          names.every((name) => name in row && isScalar(row[name])),
      );
  },
  show(rows) {
    const names = Object.keys(rows[0] ?? {});
    const columns = names.map((name) => ({
      name,
      dtype: kindOf(rows.slice(0, 100).map((row) => row[name])),
      at: (row: number) => rows[row]?.[name],
    }));
    return showColumns(columns, rows.length);
  },
};

/** A map as two columns. */
export const map: Representation<Map<unknown, unknown>> = {
  name: 'map',
  is: (value) => value instanceof Map && value.size > 0,
  show(entries) {
    const list = [...entries];
    return showColumns(
      [{ name: 'value', dtype: kindOf(list.map(([, value]) => value)), at: (row) => list[row]?.[1] }],
      list.length,
      (row) => list[row]?.[0],
    );
  },
};
