import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from '../../../lib/base/index';
import type { Machine } from './machine';

/** Ratios between contenders of one case, by name: they depend on the machine's kind, not on its load. */
export type Ratios = Record<string, Record<string, number | null>>;

/** A ratio may fall to this share of the kept one before it is worth a warning. */
const TOLERATED = 0.8;

/** Where the results of a benchmark on a processor are kept. */
export function resultsPath(bench: string, { processor, cores }: Machine): string {
  const name = `${processor} ${cores}`
    .toLowerCase()
    .replace(/\((r|tm)\)/g, '')
    .replace(/[^a-z0-9]+/g, '-');
  return `${__dirname}/../results/${bench}-${name}.json`;
}

/** Keeps results for later comparison, with the machine that they belong to. */
export async function keepResults(bench: string, machine: Machine, results: object): Promise<string> {
  const path = resultsPath(bench, machine);
  await writeFileAtomic(path, `${JSON.stringify({ machine, ...results }, null, 2)}\n`);
  return path;
}

/**
 * What fell behind since results were kept on the same kind of processor: ratios to contenders, never absolute times.
 *
 * @returns a line for each; one line that says so where nothing was kept
 */
export function compareWithKept(bench: string, machine: Machine, ratios: Ratios): string[] {
  const path = resultsPath(bench, machine);
  if (!existsSync(path)) return [`nothing is kept for ${machine.processor}: nothing is compared`];
  const { cases = {} } = JSON.parse(readFileSync(path, 'utf8')) as { cases?: Ratios };
  return Object.entries(ratios).flatMap(([name, now]) =>
    Object.entries(now).flatMap(([key, value]) => {
      const before = cases[name]?.[key];
      if (typeof before !== 'number' || value === null || value >= TOLERATED * before) return [];
      return [`${bench} ${name}: ${key} is ${value}, it was ${before}`];
    }),
  );
}
