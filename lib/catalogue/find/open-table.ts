import type * as aq from 'arquero';
import { FOUND_COLUMNS } from '../find/find-photos';
import { parseQuery } from '../find/parse-query';
import type { Catalogue } from '../store/open-catalogue';

/**
 * The catalogue as an arquero table, one row for each file: a notebook's way in.
 *
 * @param query in words, as `findPhotos` takes it
 * @example openTable(catalogue).groupby('decision').count()
 */
export function openTable(catalogue: Catalogue, query = 'any'): aq.ColumnTable {
  const { sql, values } = parseQuery(catalogue, query);
  const names = FOUND_COLUMNS.split(', ');
  const columns = names.map((): unknown[] => []);
  const rows = catalogue.db.prepare(`select ${FOUND_COLUMNS} from catalogue where ${sql}`).raw();
  for (const row of rows.iterate(...values) as IterableIterator<unknown[]>)
    for (const [i, value] of row.entries()) columns[i]?.push(value);
  // Loaded here, as only notebooks need it.
  const { table } = require('arquero') as typeof aq;
  return table(Object.fromEntries(names.map((name, i) => [name, columns[i] ?? []])));
}
