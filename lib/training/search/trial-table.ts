import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  columnFromArray,
  dictionary,
  field,
  float32,
  float64,
  int32,
  list,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  utf8,
} from '@uwdata/flechette';
import { writeFileAtomic } from '../../base/index';
import type { ParameterValue, SearchSpace } from './space';
import type { Trial } from './trial';

/** All trials of a search, and what it was. */
export interface TrialTable {
  space: SearchSpace;
  trials: Trial[];
  /** What else is known of the search, as text: its settings, dataset, engine, processor, command. */
  about: Record<string, string>;
}

/** Version of the file's layout. */
const LAYOUT = '1';

const OWN = ['trial', 'bracket', 'seed', 'seconds', 'outcome', 'error', 'losses', 'accuracies'];

/**
 * Writes a search's trials as an Arrow IPC file: a row for each, a column for each hyper-parameter (null where it does not
 * exist), curves as lists. The file appears whole or not at all.
 *
 * @throws Error when a hyper-parameter has the name of another column
 */
export async function writeTrials(path: string, { space, trials, about }: TrialTable): Promise<void> {
  const taken = Object.keys(space).find((name) => OWN.includes(name));
  if (taken) throw new Error(`expected another name for the hyper-parameter "${taken}": a column has it`);
  const texts = (pick: (trial: Trial) => string) => columnFromArray(trials.map(pick), dictionary(utf8()));
  const curves = (pick: (trial: Trial) => number[]) =>
    columnFromArray(trials.map(pick), list(field('item', float32(), false)));
  const parameters = Object.entries(space).map(([name, { kind }]) => {
    const values = trials.map(({ point }) => point[name] ?? null);
    if (kind !== 'choice') return [name, columnFromArray(values, float64())] as const;
    const encoded = values.map((value) => (value === null ? null : JSON.stringify(value)));
    return [name, columnFromArray(encoded, dictionary(utf8()))] as const;
  });
  const numbers = (pick: (trial: Trial) => number) => columnFromArray(trials.map(pick), int32());
  const arrow = tableFromColumns({
    trial: numbers(({ trial }) => trial),
    bracket: numbers(({ bracket }) => bracket),
    ...Object.fromEntries(parameters),
    seed: numbers(({ seed }) => seed),
    seconds: columnFromArray(
      trials.map(({ seconds }) => Math.round(seconds * 100) / 100),
      float64(),
    ),
    outcome: texts(({ outcome }) => outcome),
    error: texts(({ error }) => error),
    losses: curves(({ losses }) => losses),
    accuracies: curves(({ accuracies }) => accuracies),
  });
  arrow.schema.metadata = new Map(
    Object.entries({ ...about, layout: LAYOUT, kind: 'search trials', space: JSON.stringify(space) }),
  );
  await writeFileAtomic(path, tableToIPC(arrow, { format: 'file' }) as Uint8Array);
}

/**
 * Reads what {@link writeTrials} wrote.
 *
 * @throws Error when there is no such file, or it holds something else
 */
export async function readTrials(path: string): Promise<TrialTable> {
  if (!existsSync(path))
    throw new Error(`expected a table of trials in ${path}, found none: npx dogbreeds search makes one`);
  const arrow = tableFromIPC(await readFile(path));
  const { layout, kind, space: spaceText, ...about } = Object.fromEntries(arrow.schema.metadata ?? []);
  if (kind !== 'search trials' || layout !== LAYOUT || !spaceText)
    throw new Error(
      `expected a table of trials (layout ${LAYOUT}) in ${path}, found ${kind} (layout ${layout})`,
    );
  const space = JSON.parse(spaceText) as SearchSpace;
  const trials = arrow.toArray().map((row: Record<string, unknown>): Trial => {
    const point = Object.fromEntries(
      Object.entries(space).map(([name, { kind: type }]) => {
        const value = row[name] ?? null;
        if (value === null) return [name, undefined];
        return [name, type === 'choice' ? (JSON.parse(value as string) as ParameterValue) : Number(value)];
      }),
    );
    return {
      trial: Number(row.trial),
      bracket: Number(row.bracket),
      point,
      seed: Number(row.seed),
      losses: Array.from(row.losses as ArrayLike<number>),
      accuracies: Array.from(row.accuracies as ArrayLike<number>),
      seconds: Number(row.seconds),
      outcome: row.outcome as Trial['outcome'],
      error: String(row.error),
    };
  });
  return { space, trials, about };
}
