import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '../../base/index';
import { formatNotebook, readNotebook } from '../notebook-file';
import { biome, withCellFiles } from './cell-files';

/**
 * Formats the code cells of notebooks in place, at most 100 columns wide, as `npm run format` formats the library.
 *
 * @param notebooks paths of .ipynb files
 * @returns the notebooks that changed
 * @throws Error when a cell is no TypeScript
 * @example await formatCells(['notebooks/01-eda.ipynb'])
 */
export async function formatCells(notebooks: readonly string[]): Promise<string[]> {
  const formatted = withCellFiles(notebooks, (folder, files) => {
    biome(['format', '--write', '.'], folder); // twice: a first pass may make calls short enough for one line
    const { status, text } = biome(['format', '--write', '.'], folder);
    if (status !== 0) throw new Error(`expected cells that can be formatted: ${text}`);
    return files.map((file) => ({ ...file, source: readFileSync(file.file, 'utf8').trimEnd() }));
  });
  const changed: string[] = [];
  for (const path of notebooks) {
    const notebook = readNotebook(path);
    const before = formatNotebook(notebook);
    for (const { cell, source } of formatted.filter((file) => file.notebook === path)) {
      const target = notebook.cells[cell];
      if (target) target.source = source;
    }
    const after = formatNotebook(notebook);
    if (after === before) continue;
    await writeFileAtomic(path, after);
    changed.push(path);
  }
  return changed;
}
