import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import { encodeName, showName } from '../scan/file-name';
import type { Catalogue } from '../store/open-catalogue';
import { listRoots } from '../store/roots';
import type { FoundPhoto } from './find-photos';

/** How answers are written: a table for people, full paths (one a line, or ended by NUL for `xargs -0`), JSON lines, CSV. */
export type FoundFormat = 'table' | 'paths' | 'paths0' | 'json' | 'csv';

const COLUMNS = [
  ...['path', 'decision', 'breed', 'probability', 'source', 'reviewer', 'reviewed_at', 'taken_at'],
  ...['width', 'height', 'sha256', 'model', 'state', 'error', 'likeness', 'group'],
] as const;

/**
 * Writes found files as they come.
 *
 * @returns how many there were
 */
export async function writeFound(
  catalogue: Catalogue,
  found: Iterable<FoundPhoto>,
  format: FoundFormat,
  out: Writable,
): Promise<number> {
  const folders = new Map(listRoots(catalogue).map(({ name, folder }) => [name, folder]));
  const full = ({ root, path }: FoundPhoto) => `${folders.get(root) ?? root}/${path}`;
  const write = async (chunk: string | Buffer) => {
    if (!out.write(chunk)) await once(out, 'drain');
  };
  let count = 0;
  if (format === 'csv') await write(csvLine([...COLUMNS]));
  for (const photo of found) {
    count++;
    if (format === 'paths0') await write(Buffer.concat([encodeName(full(photo)), Buffer.from([0])]));
    else if (format === 'paths') await write(Buffer.concat([encodeName(full(photo)), Buffer.from('\n')]));
    else if (format === 'json') await write(`${JSON.stringify(toJson(photo, full(photo)))}\n`);
    else if (format === 'csv')
      await write(
        csvLine(COLUMNS.map((name) => (name === 'path' ? showName(full(photo)) : (photo[name] ?? '')))),
      );
    else await write(tableLine(photo));
  }
  return count;
}

const csvLine = (values: unknown[]): string => stringify([values], { escape_formulas: true });

const toJson = ({ top5, ...photo }: FoundPhoto, path: string) => ({
  ...photo,
  path: showName(path),
  top5: top5 ? JSON.parse(top5) : null,
});

function tableLine({
  group,
  likeness,
  probability,
  decision,
  breed,
  source,
  path,
  root,
  error,
}: FoundPhoto): string {
  const lead =
    group !== undefined
      ? `${String(group).padStart(4)}  `
      : likeness !== undefined
        ? `${likeness.toFixed(3)}  `
        : '';
  const share = probability === null ? '     ' : `${(100 * probability).toFixed(1).padStart(5)}`;
  const what = error
    ? 'failed'
    : decision === 'breed' || decision === 'not_sure'
      ? (breed ?? '').replaceAll('_', ' ')
      : (decision ?? 'not looked at yet').replaceAll('_', ' ');
  const mark = source === 'human' ? '✓' : decision === 'not_sure' ? '?' : ' ';
  return `${lead}${share} ${mark} ${what.padEnd(30)}  ${showName(`${root}/${path}`)}${error ? `  (${error})` : ''}\n`;
}
