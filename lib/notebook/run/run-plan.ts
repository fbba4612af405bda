import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fromRoot, projectRoot } from '../../base/index';
import { type Notebook, readNotebook } from '../notebook-file';
import { checkParameters, describeParameters, listParameters, type ParameterValue } from './parameters';

/** A notebook of a run, with the values that it gets and the notebooks that it waits for. */
export interface PlannedNotebook {
  /** File name without `.ipynb`. */
  name: string;
  path: string;
  /** The path as messages show it: relative to the project where it lies in it. */
  shown: string;
  notebook: Notebook;
  parameters: Record<string, ParameterValue>;
  /** Names of the notebooks of this run that must be done before. */
  needs: string[];
}

/** Values for notebooks; `text` marks those from the command line. */
export type GivenParameters = Map<string, { value: unknown; text: boolean }>;

/** The project's notebooks in order. */
export function listNotebooks(): string[] {
  const folder = fromRoot('notebooks');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.ipynb')) : [];
  const paths = names.sort().map((name) => join(folder, name));
  // A notebook says itself where it stands; a damaged one is told about when it is run.
  const orderOf = (path: string, index: number) => {
    try {
      return readNotebook(path).metadata.dogbreeds?.order ?? index + 1;
    } catch {
      return index + 1;
    }
  };
  const placed = paths.map((path, index) => ({ path, order: orderOf(path, index) }));
  return placed.sort((a, b) => a.order - b.order).map(({ path }) => path);
}

/** The file that a person means by `01-eda`, `01-eda.ipynb` or a path. */
function findNotebook(given: string): string {
  const tried = [
    resolve(given),
    resolve(`${given}.ipynb`),
    fromRoot('notebooks', given),
    fromRoot('notebooks', `${given}.ipynb`),
  ];
  const found = tried.find((path) => path.endsWith('.ipynb') && existsSync(path));
  if (found) return found;
  const known = listNotebooks().map((path) => `  ${basename(path, '.ipynb')}`);
  throw new Error(
    `expected a notebook, received "${given}", which is no file\nThe project's notebooks are:\n${known.join('\n')}`,
  );
}

/**
 * What will run, in order, each notebook with the values that it declares.
 *
 * @param given a name must be known to at least one of the notebooks; `dataset` from `--dataset` need not
 * @param optional names that may be unknown to all notebooks
 * @throws Error when a notebook is missing, or a parameter unknown or ill-typed (with the list of known ones), or one
 *   that the run would not use
 */
export function planRun(paths: string[], given: GivenParameters, optional: string[] = []): PlannedNotebook[] {
  const files = paths.length > 0 ? paths.map(findNotebook) : listNotebooks();
  if (files.length === 0) throw new Error('expected notebooks in notebooks/, found none');
  const loaded = files.map((path) => {
    const notebook = readNotebook(path);
    return { path, notebook, known: listParameters(notebook) };
  });
  const isKnown = (name: string) =>
    loaded.some(({ known }) => known.some((parameter) => parameter.name === name));
  const unknown = [...given.keys()].filter((name) => !isKnown(name) && !optional.includes(name));
  if (unknown.length > 0) {
    const lists = loaded.map(({ path, known }) => `${basename(path)}\n${describeParameters(known)}`);
    throw new Error(
      `unknown parameter ${unknown.map((name) => `"${name}"`).join(', ')}; known are:\n${lists.join('\n')}`,
    );
  }
  const isGiven = (name: string) => given.has(name) && given.get(name)?.value !== '';
  const unused = [...given.keys()].filter((name) => {
    const declaring = loaded.filter(({ known }) => known.some((parameter) => parameter.name === name));
    const conditions = declaring.map(({ notebook }) => notebook.metadata.dogbreeds?.onlyWith?.[name]);
    return declaring.length > 0 && conditions.every((other) => other !== undefined && !isGiven(other));
  });
  if (unused.length > 0) {
    const others = new Set(
      unused.flatMap((name) =>
        loaded.flatMap(({ notebook }) => notebook.metadata.dogbreeds?.onlyWith?.[name] ?? []),
      ),
    );
    throw new Error(
      `parameter ${unused.map((name) => `"${name}"`).join(', ')} would not be used: it only counts together with ${[...others].map((name) => (name === 'dataset' ? '--dataset <folder of photos>' : `-p ${name}`)).join(', ')}`,
    );
  }
  const names = files.map((path) => basename(path, '.ipynb'));
  return loaded.map(({ path, notebook, known }, index) => {
    const own = [...given].filter(([name]) => known.some((parameter) => parameter.name === name));
    const inside = relative(projectRoot(), path);
    const declared = notebook.metadata.dogbreeds?.needs;
    const earlier = names.slice(0, index);
    return {
      name: names[index] ?? basename(path, '.ipynb'),
      path,
      shown: inside.startsWith('..') ? path : inside,
      notebook,
      parameters: checkParameters(basename(path), known, new Map(own)),
      needs: declared ? declared.filter((name) => earlier.includes(name)) : earlier,
    };
  });
}

/**
 * The folder below data/runs/ for runs with these values: `default`, or words of the dataset and a hash.
 *
 * @example runSlug({ dataset: '/photos/stanford-dogs' }) // 'stanford-dogs-1a2b3c4d'
 */
export function runSlug(parameters: Record<string, unknown>): string {
  const entries = Object.entries(parameters).sort();
  if (entries.length === 0) return 'default';
  const hash = createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 8);
  const words =
    typeof parameters.dataset === 'string'
      ? basename(parameters.dataset)
      : entries.map(([name]) => name).join('-');
  return `${words.replace(/[^\w-]+/g, '-').slice(0, 40)}-${hash}`;
}
