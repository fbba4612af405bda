import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { cacheFolder, fromRoot } from '../../base/index';
import { readNotebook } from '../notebook-file';
import { biome, CELL_COLUMNS, codeCells, withCellFiles } from './cell-files';

/**
 * Checks the code cells of notebooks as the library is checked: format and lint of each cell, and the types of all
 * cells of a notebook in their order, under the project's tsconfig.
 *
 * @param notebooks paths of .ipynb files
 * @returns one line for each fault, with notebook, cell and line; none when all is well
 * @example for (const fault of checkCells(['notebooks/01-eda.ipynb'])) console.error(fault);
 */
export function checkCells(notebooks: readonly string[]): string[] {
  return [...styleFaults(notebooks), ...typeFaults(notebooks)];
}

/** Most lines of a cell that can be read aloud, and of half of a notebook's cells. */
const MOST_LINES = 15;
const MEDIAN_LINES = 5;

/**
 * Checks that cells are short enough to be read aloud: none above 15 lines or 100 columns, half of them at most 5 lines.
 *
 * @param notebooks paths of .ipynb files
 * @returns one line for each fault
 * @example cellShapeFaults(['notebooks/01-eda.ipynb'])
 */
export function cellShapeFaults(notebooks: readonly string[]): string[] {
  return notebooks.flatMap((path) => {
    const name = basename(path);
    const cells = codeCells(readNotebook(path)).map(({ cell, source }) => ({
      cell,
      lines: source.trimEnd().split('\n'),
    }));
    const counts = cells.map(({ lines }) => lines.length).sort((a, b) => a - b);
    const median = counts[counts.length >> 1] ?? 0;
    const half =
      median > MEDIAN_LINES
        ? [`${name}: half of its cells have ${median} lines or more, expected ${MEDIAN_LINES}`]
        : [];
    const single = cells.flatMap(({ cell, lines }) => {
      const widest = Math.max(...lines.map((line) => line.length));
      return [
        lines.length > MOST_LINES ? `${lines.length} lines, expected at most ${MOST_LINES}` : '',
        widest > CELL_COLUMNS ? `${widest} columns, expected at most ${CELL_COLUMNS}` : '',
      ]
        .filter(Boolean)
        .map((fault) => `${name} cell ${cell + 1}: ${fault}; what is long belongs in lib`);
    });
    return [...half, ...single];
  });
}

function styleFaults(notebooks: readonly string[]): string[] {
  const folders = notebooks.map((path) => basename(path, '.ipynb'));
  return withCellFiles(notebooks, (folder) => {
    const { status, text } = biome(['check', '--colors=off', '--max-diagnostics=200', ...folders], folder);
    return status === 0 ? [] : [text.trim()];
  });
}

function typeFaults(notebooks: readonly string[]): string[] {
  const folder = cacheFolder('cells', String(process.pid));
  const starts = new Map<string, { line: number; cell: number }[]>();
  mkdirSync(folder, { recursive: true });
  try {
    for (const path of notebooks) {
      const lines: string[] = [];
      const cells = codeCells(readNotebook(path)).map(({ cell, source }) => {
        const line = lines.length;
        lines.push(...source.split('\n'));
        return { line, cell };
      });
      const file = `${basename(path, '.ipynb')}.ts`;
      starts.set(file, cells);
      writeFileSync(join(folder, file), `${lines.join('\n')}\nexport {};\n`);
    }
    const rules = {
      extends: relative(folder, fromRoot('tsconfig.json')),
      compilerOptions: {
        rootDirs: ['.', relative(folder, fromRoot())], // './lib/…' of a cell is the project's
        noUnusedLocals: false,
        noUncheckedIndexedAccess: false, // a cell shows what it does to who reads it; the library checks
        typeRoots: [relative(folder, fromRoot('node_modules', '@types'))],
      },
      include: ['./*.ts', join(relative(folder, fromRoot('lib')), '**', '*.d.ts')],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(rules));
    const program = fromRoot('node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = spawnSync(process.execPath, [program, '--noEmit', '--pretty', 'false', '-p', folder], {
      cwd: folder,
      encoding: 'utf8',
    });
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => inCell(line, starts));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A compiler's `01-eda.ts(31,5): error …` with the cell instead of the line of all cells. */
function inCell(text: string, starts: ReadonlyMap<string, { line: number; cell: number }[]>): string {
  const [, file = '', line = '', column, rest] = /^([^(]+)\((\d+),(\d+)\): (.*)$/.exec(text) ?? [];
  const start = starts
    .get(file)
    ?.filter((cell) => cell.line < Number(line))
    .at(-1);
  if (!start) return text;
  return `${file.replace(/\.ts$/, '.ipynb')} cell ${start.cell + 1}, line ${Number(line) - start.line}:${column} ${rest}`;
}
