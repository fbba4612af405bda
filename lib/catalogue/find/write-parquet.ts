import { rename, rm } from 'node:fs/promises';
import { fsPath, showName } from '../scan/file-name';
import type { FoundPhoto } from './find-photos';

type Column = { name: keyof FoundPhoto; type: 'BYTE_ARRAY' | 'DOUBLE' | 'INT32' };
const COLUMNS: Column[] = [
  ...(
    ['root', 'path', 'state', 'decision', 'breed', 'source', 'reviewer', 'reviewed_at', 'taken_at'] as const
  ).map((name): Column => ({ name, type: 'BYTE_ARRAY' })),
  ...(['sha256', 'model', 'error', 'top5'] as const).map((name): Column => ({ name, type: 'BYTE_ARRAY' })),
  { name: 'probability', type: 'DOUBLE' },
  { name: 'width', type: 'INT32' },
  { name: 'height', type: 'INT32' },
];
const ROWS = 20_000;

/** What is used of hyparquet-writer: its types differ between Node and browsers. */
interface ParquetModule {
  fileWriter(file: string): { finish(): void };
  ParquetWriter: new (options: {
    writer: unknown;
    schema: unknown[];
  }) => {
    write(options: { columnData: { name: string; data: unknown[] }[] }): void;
    finish(): void;
  };
}

/**
 * Writes found files as a Parquet file (DuckDB, pandas, Spark and arquero read it), some thousand rows at a time.
 *
 * @returns how many there were
 */
export async function writeParquet(found: Iterable<FoundPhoto>, file: string): Promise<number> {
  const { fileWriter, ParquetWriter } = (await import('hyparquet-writer')) as unknown as ParquetModule;
  const partial = `${file}.${process.pid}.tmp`;
  const schema = [
    { name: 'root', num_children: COLUMNS.length },
    ...COLUMNS.map(({ name, type }) => ({
      name,
      type,
      repetition_type: 'OPTIONAL',
      ...(type === 'BYTE_ARRAY' && { converted_type: 'UTF8' }),
    })),
  ];
  try {
    const writer = new ParquetWriter({ writer: fileWriter(partial), schema });
    let rows: FoundPhoto[] = [];
    let count = 0;
    const flush = () => {
      writer.write({
        columnData: COLUMNS.map(({ name }) => ({
          name,
          data: rows.map((row) => (name === 'path' ? showName(row.path) : (row[name] ?? undefined))),
        })),
      });
      count += rows.length;
      rows = [];
    };
    for (const photo of found) {
      rows.push(photo);
      if (rows.length === ROWS) flush();
    }
    if (rows.length > 0 || count === 0) flush();
    writer.finish();
    await rename(partial, fsPath(file));
    return count;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
