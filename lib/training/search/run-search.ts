import { existsSync } from 'node:fs';
import { cellSignal, createRandom, Interrupted } from '../../base/index';
import { bestOfRung, type HyperbandOptions, hyperbandBrackets, nextOfAsha } from './hyperband';
import { checkPoint, drawPoint, type Point, type SearchSpace } from './space';
import { suggestTpe } from './suggest-tpe';
import { lowestLoss, type Trial } from './trial';
import { readTrials, type TrialTable, writeTrials } from './trial-table';

/** What a worker is asked to do: train a trial on, to a number of epochs. */
export interface TrialJob {
  trial: number;
  point: Point;
  seed: number;
  /** Epochs after which to stop for now; it may have trained some of them before. */
  until: number;
  /** Epochs of a whole training, which the learning rate's schedule is made for. */
  epochs: number;
}

/** What a worker answers: validation loss and accuracy of all epochs so far, and the seconds of all of them. */
export interface TrialReport {
  losses: number[];
  accuracies: number[];
  seconds: number;
}

/** How a search goes. */
export interface SearchOptions extends HyperbandOptions {
  space: SearchSpace;
  /** Points that are trained to the end in any case, e.g. what was used so far. */
  given?: readonly Point[];
  /** How points are drawn. Default `tpe`. */
  sampler?: 'random' | 'tpe';
  /**
   * `hyperband` (default): brackets of successive halving, the same trials however many workers there are. `asha`:
   * nobody waits; what is drawn and goes on depends on who finishes first.
   */
  schedule?: 'hyperband' | 'asha';
  /** Trials that ASHA draws. Default 24. */
  limit?: number;
  /** Jobs at a time, besides the given points. */
  workers: number;
  /** Of the points that are drawn, and the first trial's seed. Default 0. */
  seed?: number;
  /** The table, written after each job; a search that finds it goes on from there. */
  path: string;
  /** What trials depend on besides their point and seed, as text: photos, input size. A table of another one is refused. */
  problem?: string;
  /** Kept with the table. */
  about?: Record<string, string>;
  run: (job: TrialJob) => Promise<TrialReport>;
  /** Stops the search at once, as interrupting the cell does; the table stays, and the same call goes on from it. */
  signal?: AbortSignal;
  onTrial?: (trial: Trial, done: readonly Trial[]) => void;
}

/** Points that are drawn before any of them has a value: the same however many workers there are. */
const DRAWN_TOGETHER = 4;

/**
 * Searches a space of hyper-parameters by trials that are stopped early where others are better. Each trial's
 * parameters, curve, seconds and outcome are in a table on disk after each rung. A search that was killed goes on
 * where it was when it is called again with the same options.
 *
 * @returns the table, complete
 * @throws Error when the table on disk is of another search; Interrupted when it was stopped
 * @example
 * const { trials } = await runSearch({ space, minEpochs: 3, maxEpochs: 27, workers: 2, path, run });
 * bestTrial(trials).point;
 */
export async function runSearch(options: SearchOptions): Promise<TrialTable> {
  const signals = [options.signal, cellSignal()].filter((one) => one !== undefined);
  const stop = new AbortController();
  for (const point of options.given ?? []) checkPoint(options.space, point);
  const search = await Search.open({ ...options, signal: stop.signal });
  let tell = () => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    tell = () => {
      stop.abort();
      const kept = search.trials.filter(({ losses }) => losses.length > 0).length;
      reject(new Interrupted(`the search was stopped; kept: ${kept} trials in ${options.path}`));
    };
    for (const signal of signals) signal.addEventListener('abort', tell);
    if (signals.some(({ aborted }) => aborted)) tell();
  });
  stopped.catch(() => {});
  try {
    // jobs that are under way may end later and are kept then too; no further one begins
    return await Promise.race([stopped, searchAll(search, options)]);
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', tell);
  }
}

async function searchAll(search: Search, options: SearchOptions): Promise<TrialTable> {
  const { given = [], schedule = 'hyperband', maxEpochs, path } = options;
  const known = search.advance(
    given.map((point) => search.trial(-1, () => point)),
    maxEpochs,
  );
  known.catch(() => {}); // heard below, or not at all where the others end first
  if (schedule === 'asha') await runAsha(search, options);
  else
    for (const [bracket, rungs] of hyperbandBrackets(options).entries())
      await runBracket(search, bracket, rungs, options);
  await known; // beside the others, which learn nothing from it
  for (const trial of search.trials)
    if (trial.outcome === 'running')
      trial.outcome = trial.losses.length >= maxEpochs ? 'finished' : 'stopped';
  await search.save();
  return readTrials(path);
}

/** Trials, and the table that they are in. */
class Search {
  private next = 0;
  private saving: Promise<void> = Promise.resolve();

  private constructor(
    private readonly options: SearchOptions,
    readonly trials: Trial[],
  ) {}

  static async open(options: SearchOptions): Promise<Search> {
    const { path, space } = options;
    const search = new Search(options, []);
    if (!existsSync(path)) return search;
    const found = await readTrials(path);
    const same = JSON.stringify(found.space) === JSON.stringify(space);
    if (!same || found.about.search !== search.identity)
      throw new Error(`${path} is the table of another search: choose another file, or delete it`);
    search.trials.push(...found.trials);
    return search;
  }

  /** What decides which trials there are. */
  private get identity(): string {
    const { given = [], sampler = 'tpe', schedule = 'hyperband', limit, seed = 0, problem } = this.options;
    const { minEpochs, maxEpochs, reduction, width } = this.options;
    const what = { given, sampler, schedule, limit, seed, minEpochs, maxEpochs, reduction, width };
    return JSON.stringify({ ...what, problem });
  }

  /** The next trial: the one in the table, or a new one. */
  trial(bracket: number, draw: (trial: number) => Point): Trial {
    const number = this.next++;
    const { seed = 0 } = this.options;
    const found = this.trials[number];
    if (found) return found;
    const made: Trial = {
      ...{ trial: number, bracket, point: draw(number), seed, losses: [], accuracies: [], seconds: 0 },
      ...{ outcome: 'running', error: '' },
    };
    this.trials.push(made);
    return made;
  }

  /** A point for a trial, from what is known of the drawn trials before it at this number of epochs. */
  draw(trial: number, epochs: number): Point {
    const { space, sampler = 'tpe', seed = 0 } = this.options;
    const random = createRandom(seed * 100_003 + trial);
    if (sampler === 'random') return drawPoint(space, random);
    const known = this.trials.filter(
      ({ losses, bracket, trial: other }) => bracket >= 0 && losses.length >= epochs && other < trial,
    );
    return suggestTpe(
      space,
      known.map((each) => ({ point: each.point, value: -lowestLoss(each, epochs) })),
      random,
    );
  }

  /** Trains trials to a number of epochs, as many at a time as there are workers. */
  async advance(trials: readonly Trial[], until: number): Promise<void> {
    const waiting = trials.filter(({ losses, outcome }) => losses.length < until && outcome !== 'failed');
    const work = async () => {
      for (let trial = waiting.shift(); trial; trial = waiting.shift()) await this.train(trial, until);
    };
    await Promise.all(Array.from({ length: this.options.workers }, work));
  }

  async train(trial: Trial, until: number): Promise<void> {
    const { run, maxEpochs, onTrial, signal } = this.options;
    const { trial: number, point, seed } = trial;
    if (signal?.aborted) throw new Interrupted('stopped');
    try {
      Object.assign(trial, await run({ trial: number, point, seed, until, epochs: maxEpochs }));
      trial.outcome = trial.losses.length >= maxEpochs ? 'finished' : 'running';
    } catch (error) {
      // whoever trains may have heard of the stop first: that is no fault of the trial's
      if (signal?.aborted) throw error;
      trial.outcome = 'failed';
      trial.error = (error as Error).message;
    }
    await this.save();
    onTrial?.(trial, this.trials);
  }

  /** One write after the other. */
  save(): Promise<void> {
    const { path, space, about = {} } = this.options;
    const write = () =>
      writeTrials(path, { space, trials: this.trials, about: { ...about, search: this.identity } });
    this.saving = this.saving.then(write);
    return this.saving;
  }
}

/** One bracket: all its trials to the first rung, the best of them to the next, and so on. */
async function runBracket(
  search: Search,
  bracket: number,
  rungs: readonly { trials: number; epochs: number }[],
  { minEpochs }: SearchOptions,
): Promise<void> {
  let alive: Trial[] = [];
  for (const [step, { trials, epochs }] of rungs.entries()) {
    if (step === 0)
      for (let drawn = 0; drawn < trials; drawn += DRAWN_TOGETHER) {
        const group = Array.from({ length: Math.min(DRAWN_TOGETHER, trials - drawn) }, () =>
          search.trial(bracket, (trial) => search.draw(trial, minEpochs)),
        );
        await search.advance(group, epochs);
        alive.push(...group);
      }
    else {
      const results = alive.map((each) => ({
        trial: each.trial,
        value: -lowestLoss(each, rungs[step - 1]?.epochs),
      }));
      const best = bestOfRung(results, trials);
      for (const each of alive)
        if (!best.includes(each.trial) && each.outcome === 'running') each.outcome = 'stopped';
      alive = alive.filter(({ trial }) => best.includes(trial));
      await search.advance(alive, epochs);
    }
  }
}

/** Workers that take the next job whenever they are idle. */
async function runAsha(search: Search, options: SearchOptions): Promise<void> {
  const { minEpochs, maxEpochs, reduction = 3, limit = 24, given = [], workers } = options;
  const [ladder = []] = hyperbandBrackets({ minEpochs, maxEpochs, reduction });
  const epochs = ladder.map((rung) => rung.epochs);
  const running = new Set<number>();
  const drawn = () => search.trials.slice(given.length);
  for (const _ of drawn()) search.trial(0, () => ({})); // those in the table
  const work = async () => {
    for (;;) {
      const state = drawn().map((each) => ({
        trial: each.trial,
        values:
          each.outcome === 'failed'
            ? epochs.map(() => Number.NEGATIVE_INFINITY)
            : epochs.filter((count) => each.losses.length >= count).map((count) => -lowestLoss(each, count)),
        running: running.has(each.trial),
      }));
      const begun = state.find(({ values, running: busy }) => values.length === 0 && !busy);
      const next = begun?.trial ?? nextOfAsha(state, { rungs: epochs.length, reduction, limit });
      if (next === null) return;
      const trial =
        next === 'new'
          ? search.trial(0, (number) => search.draw(number, minEpochs))
          : (search.trials[next] as Trial);
      const rung = epochs.findIndex((count) => trial.losses.length < count);
      running.add(trial.trial);
      await search.train(trial, epochs[rung] ?? maxEpochs);
      running.delete(trial.trial);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}
