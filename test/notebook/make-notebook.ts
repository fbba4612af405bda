import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cell, formatNotebook, type Notebook } from '../../lib/notebook/notebook-file';

/** A code cell; `tags` as in Jupyter. */
export const code = (source: string, tags: string[] = []): Cell => ({
  cell_type: 'code',
  metadata: tags.length > 0 ? { tags } : {},
  source,
  outputs: [],
  execution_count: null,
});

/** A Markdown cell. */
export const markdown = (source: string, metadata: Cell['metadata'] = {}): Cell => ({
  cell_type: 'markdown',
  metadata,
  source,
});

/** A new folder below the system's temporary folder. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'dogbreeds-test-'));

/** Writes a notebook of these cells (plain text: code) into `folder` and returns its path. */
export function makeNotebook(
  folder: string,
  name: string,
  cells: (Cell | string)[],
  dogbreeds?: object,
): string {
  const path = join(folder, `${name}.ipynb`);
  const notebook: Notebook = {
    cells: cells.map((cell, index) => ({
      id: `cell-${index}`,
      ...(typeof cell === 'string' ? code(cell) : cell),
    })),
    metadata: {
      kernelspec: { name: 'dogbreeds', display_name: 'Dog breeds (TypeScript)', language: 'typescript' },
      ...(dogbreeds ? { dogbreeds } : {}),
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(path, formatNotebook(notebook));
  return path;
}
