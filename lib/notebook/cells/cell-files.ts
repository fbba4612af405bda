import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fromRoot } from '../../base/index';
import { type Notebook, readNotebook } from '../notebook-file';

/** Widest line of a cell, columns: what JupyterLab shows without a scroll bar at 1280 px. */
export const CELL_COLUMNS = 100;

/** The code cells of a notebook as text, with their place in it. */
export function codeCells(notebook: Notebook): { cell: number; source: string }[] {
  return notebook.cells.flatMap(({ cell_type, source }, cell) =>
    cell_type === 'code' && source.trim() !== '' ? [{ cell, source }] : [],
  );
}

/** One cell on disk, as the linter and the formatter read it. */
export interface CellFile {
  notebook: string;
  /** Place among all cells, from 0. */
  cell: number;
  file: string;
}

/**
 * Writes each code cell of some notebooks to a file of its own, hands them to `use`, and deletes them.
 *
 * @param notebooks paths of .ipynb files
 * @param use the folder, which holds a biome.json like the project's but for the width of lines, and the files
 */
export function withCellFiles<T>(
  notebooks: readonly string[],
  use: (folder: string, files: CellFile[]) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), 'dogbreeds-cells-'));
  try {
    const files = notebooks.flatMap((notebook) => {
      const name = basename(notebook, '.ipynb');
      mkdirSync(join(folder, name));
      return codeCells(readNotebook(notebook)).map(({ cell, source }) => {
        const file = join(folder, name, `cell-${cell + 1}.ts`);
        writeFileSync(file, source.endsWith('\n') ? source : `${source}\n`);
        return { notebook, cell, file };
      });
    });
    writeFileSync(join(folder, 'biome.json'), JSON.stringify(cellRules()));
    return use(folder, files);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The project's rules of format and lint; names are declared in one cell and used in another, imports stay put. */
function cellRules(): unknown {
  const rules = JSON.parse(readFileSync(fromRoot('biome.json'), 'utf8')) as Record<string, unknown>;
  return {
    ...rules,
    vcs: { enabled: false },
    files: { includes: ['**/*.ts'] },
    formatter: { indentStyle: 'space', indentWidth: 2, lineWidth: CELL_COLUMNS },
    assist: { enabled: false },
    linter: {
      rules: {
        preset: 'recommended',
        correctness: { noUnusedVariables: 'off', noUnusedImports: 'off', noUndeclaredVariables: 'off' },
      },
    },
  };
}

/**
 * Runs the formatter and linter that package.json names.
 *
 * @returns its exit status and what it said
 */
export function biome(args: readonly string[], cwd: string): { status: number; text: string } {
  const program = fromRoot('node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd,
    encoding: 'utf8',
  });
  return { status: status ?? 1, text: `${stdout}${stderr}` };
}
