import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/index';
import { type Interval, tInterval } from '../../evaluation/index';
import { type ScratchWorkers, withPool } from './open-pool';
import type { ScratchData, ScratchJob, ScratchScores } from './scratch-job';

/** One training of a network with one seed. */
export interface SeedRow extends ScratchScores {
  network: string;
  breeds: number;
  seed: number;
  parameters: number;
  epochs: number;
  seconds: number;
  /** What it was trained on; where left out, what `about` of the table says. */
  processor?: string;
}

/** Trainings of a few networks with a few seeds, and where they were made. */
export interface SeedTable {
  rows: SeedRow[];
  about: Record<string, string>;
}

/** A network, or another way to train it, whose luck is to be measured. */
export interface RepeatedNetwork {
  name: string;
  breeds: number;
  options: ScratchJob['options'];
}

/**
 * Trains networks with several seeds each, in as many processes as there are cores or by a queue's workers. A seed decides
 * the split, the first weights, the order of photos and their changes; its test part is read once. The table is a JSON
 * file, written after each training; a run that finds it goes on from there.
 *
 * @throws Error when a photo cannot be read, or the queue is lost
 * @example await repeatScratch({ path }, [{ name: 'presentation', breeds: 5, options }], { seeds: 5, path: 'seeds.json' });
 */
export async function repeatScratch(
  data: ScratchData,
  networks: readonly RepeatedNetwork[],
  options: {
    seeds: number;
    /** The first seed. Default 0. */
    seed?: number;
    path: string;
    about?: Record<string, string>;
    /** Who trains. Default: as many processes as there are cores. */
    workers?: ScratchWorkers;
    onRow?: (row: SeedRow) => void;
  },
): Promise<SeedTable> {
  const { seeds, seed: first = 0, path, about = {}, workers, onRow } = options;
  const found = await readSeeds(path);
  const rows = found.rows.map((row) => ({ ...row, ...processorOf(row, found.about) }));
  const done = (network: string, breeds: number, seed: number) =>
    rows.some((row) => row.network === network && row.breeds === breeds && row.seed === seed);
  const save = () => writeFileAtomic(path, `${JSON.stringify({ about, rows }, null, 1)}\n`);
  const checkpoints = `${path}.checkpoints`;
  mkdirSync(checkpoints, { recursive: true });
  await withPool(data, workers, async (pool) => {
    const jobs = networks.flatMap((network) =>
      Array.from({ length: seeds }, (_, k) => ({ ...network, seed: first + k })),
    );
    let saving: Promise<void> = Promise.resolve();
    await Promise.all(
      jobs
        .filter(({ name, breeds, seed }) => !done(name, breeds, seed))
        .map(async ({ name, breeds, seed, options: given }) => {
          const checkpoint = join(checkpoints, `${name}-${breeds}-${seed}`);
          const fit = { ...given, seed, checkpoint };
          const result = await pool.run({ breeds, splitSeed: seed, options: fit, test: true });
          const { parameters, seconds, history, test } = result;
          const trained = { network: name, breeds, seed, parameters, epochs: history.loss.length };
          const tenths = Math.round(seconds * 10) / 10;
          const row: SeedRow = { ...trained, seconds: tenths, ...(test as ScratchScores) };
          rows.push(row);
          saving = saving.then(save);
          await saving;
          onRow?.(row); // not the last of the table: others may have come meanwhile
        }),
    );
  });
  const order = networks.map(({ name }) => name);
  rows.sort(
    (a, b) => order.indexOf(a.network) - order.indexOf(b.network) || a.breeds - b.breeds || a.seed - b.seed,
  );
  await save();
  rmSync(checkpoints, { recursive: true, force: true });
  return { rows, about };
}

/** A row's processor, its own or its table's; nothing where neither is known. */
const processorOf = (row: Pick<SeedRow, 'processor'>, about: SeedTable['about']) => {
  const processor = row.processor ?? about.processor;
  return processor === undefined ? {} : { processor };
};

/** The processors of a table, each with the networks trained on it where there are several. */
export function describeProcessors({ rows, about }: SeedTable): string {
  const networks = new Map<string, Set<string>>();
  for (const row of rows) {
    const { processor = 'unknown processor' } = processorOf(row, about);
    networks.set(processor, (networks.get(processor) ?? new Set()).add(row.network));
  }
  if (networks.size < 2) return [...networks.keys()].join('');
  return [...networks].map(([processor, names]) => `${[...names].join(', ')}: ${processor}`).join('; ');
}

/** The table in a file; an empty one where there is none. @throws Error when the file holds something else */
export const readSeeds = async (path: string): Promise<SeedTable> => readSeedsNow(path);

/** {@link readSeeds} for those who cannot wait. */
export function readSeedsNow(path: string): SeedTable {
  if (!existsSync(path)) return { rows: [], about: {} };
  const table = JSON.parse(readFileSync(path, 'utf8')) as SeedTable;
  if (!Array.isArray(table.rows) || typeof table.about !== 'object')
    throw new Error(
      `expected a table of seeds in ${path}, found something else: npx dogbreeds search makes one`,
    );
  return table;
}

/** A figure over the seeds of one network, with Student's 95 % interval. */
export interface SeedSummary {
  network: string;
  breeds: number;
  seeds: number;
  parameters: number;
  accuracy: Interval;
  precision: Interval;
  precisionZero: Interval;
  recall: Interval;
  /** Fewest breeds that any seed's network predicted. */
  predicted: number;
  /** Mean of a training. */
  seconds: number;
}

/** Each network's figures over its seeds; networks with one seed are left out. */
export function summarizeSeeds(rows: readonly SeedRow[]): SeedSummary[] {
  const groups = new Map<string, SeedRow[]>();
  for (const row of rows) {
    const key = `${row.network} ${row.breeds}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((group) => {
    const [row] = group;
    if (!row || group.length < 2) return [];
    const { network, breeds, parameters } = row;
    const interval = (pick: (row: SeedRow) => number) => tInterval(group.map(pick), 0.95, [0, 1]);
    return {
      ...{ network, breeds, parameters, seeds: group.length },
      accuracy: interval((each) => each.accuracy),
      precision: interval((each) => each.precision),
      precisionZero: interval((each) => each.precisionZero),
      recall: interval((each) => each.recall),
      predicted: Math.min(...group.map((each) => each.predicted)),
      seconds: group.reduce((sum, each) => sum + each.seconds, 0) / group.length,
    };
  });
}

/**
 * What one network is better by than another, seed by seed: the mean difference with Student's 95 % interval.
 *
 * @throws Error for fewer than two seeds that both have
 */
export function compareSeeds(
  rows: readonly SeedRow[],
  better: string,
  than: string,
  pick: (row: SeedRow) => number = ({ precision }) => precision,
): Interval {
  const differences = rows
    .filter(({ network }) => network === better)
    .flatMap((row) => {
      const other = rows.find(
        ({ network, breeds, seed }) => network === than && breeds === row.breeds && seed === row.seed,
      );
      return other ? [pick(row) - pick(other)] : [];
    });
  return tInterval(differences);
}
