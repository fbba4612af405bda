import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fromRoot, projectRoot } from '../../base/index';
import { PROGRESS_MIME } from '../../figures/index';
import type { Notebook } from '../notebook-file';
import type { ParameterValue } from './parameters';

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

const SUFFIXES = ['', '.ts', '.tsx', '.js', '.cjs', '.mjs', '.json', '/index.ts'];

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/** Files that `code` names by a relative path: imports, and workers or data that it opens by a quoted name. */
function namedFiles(code: string, folder: string): string[] {
  const found: string[] = [];
  for (const [, name] of code.matchAll(/['"`](\.{1,2}\/[^'"`\n]+|[\w-]+\.(?:cjs|mjs|js|json|wasm))['"`]/g)) {
    const path = SUFFIXES.map((suffix) => join(folder, name + suffix)).find(isFile);
    if (path) found.push(path);
  }
  return found;
}

/**
 * The project's files that a notebook reaches: what its cells import from lib/, what these import, and so on;
 * npm packages are told by the lock file instead.
 *
 * @returns absolute paths, sorted
 */
export function importedFiles(notebook: Notebook): string[] {
  const root = projectRoot();
  const found = new Set<string>();
  const visit = (code: string, folder: string) => {
    for (const path of namedFiles(code, folder)) {
      if (found.has(path) || !path.startsWith(root) || path.includes('node_modules')) continue;
      found.add(path);
      if (/\.(ts|tsx|js|cjs|mjs)$/.test(path)) visit(readFileSync(path, 'utf8'), dirname(path));
    }
  };
  for (const cell of notebook.cells) if (cell.cell_type === 'code') visit(cell.source, root);
  return [...found].sort();
}

/** Hash of what decides a run and is the project's own: cells, parameters, lib files, packages, Node's version. */
export function hashSources(notebook: Notebook, parameters: Record<string, ParameterValue>): string {
  const launcher = fromRoot('lib', 'notebook', 'kernel', 'kernel-launcher.cjs');
  const files = [...importedFiles(notebook), launcher, fromRoot('package-lock.json')];
  const cells = notebook.cells.map(({ cell_type, source, metadata }) => [
    cell_type,
    source,
    metadata.tags ?? [],
  ]);
  const parts = [
    process.version,
    JSON.stringify(cells),
    JSON.stringify(Object.entries(parameters).sort()),
    ...files.map((path) => `${relative(projectRoot(), path)} ${sha256(readFileSync(path))}`),
  ];
  return sha256(parts.join('\n'));
}

/** Names, sizes and times of all files below a folder, as one hash; of a file likewise. */
function hashListing(path: string): string {
  if (!existsSync(path)) return 'missing';
  const lines: string[] = [];
  const visit = (current: string) => {
    const stats = statSync(current);
    if (stats.isDirectory()) for (const name of readdirSync(current).sort()) visit(join(current, name));
    else lines.push(`${relative(path, current)} ${stats.size} ${Math.round(stats.mtimeMs)}`);
  };
  visit(path);
  return sha256(lines.join('\n'));
}

/** Folders of data/ that hold what was downloaded, which decides too; the others there are made by runs. */
const DOWNLOADED = ['raw', 'weights'];
const MADE = ['cache', 'models', 'runs'];

/** Hash of the data that a run reads: the dataset's folder if one is given, what ships, what was downloaded. */
export function hashData(dataset: unknown): string {
  const data = fromRoot('data');
  // a run for the edition writes data/published itself, which must not make what it has done so far out of date
  const made = process.env.DOGBREEDS_EDITION === '1' ? [...MADE, 'published'] : MADE;
  const names = existsSync(data) ? readdirSync(data).filter((name) => !made.includes(name)) : [];
  const shipped = names
    .filter((name) => !DOWNLOADED.includes(name) && !name.startsWith('.'))
    .map((name) => `${name} ${hashListing(join(data, name))}`);
  const downloaded = DOWNLOADED.map((name) => `${name} ${hashListing(join(data, name))}`);
  const given = typeof dataset === 'string' && dataset !== '' ? hashListing(dataset) : '';
  return sha256([...shipped, ...downloaded, given].join('\n'));
}

/** Hash of what a notebook showed, without what changes from run to run (progress, timings of cells). */
export function hashOutputs(notebook: Notebook): string {
  const outputs = notebook.cells.flatMap((cell) => (cell.cell_type === 'code' ? cell.outputs : []));
  const lasting = outputs.map((output) => {
    if (!('data' in output)) return output;
    if (PROGRESS_MIME in output.data) return null;
    // The HTML beside a figure carries an id that is new each time.
    const { 'text/html': html, ...rest } = output.data;
    return Object.keys(rest).length > 1 ? rest : { ...rest, html };
  });
  return sha256(JSON.stringify(lasting));
}
