import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createRandom } from '../../lib/base/index';
import {
  bestTrial,
  checkPoint,
  choice,
  drawPoint,
  hyperbandBrackets,
  int,
  logUniform,
  lowestLoss,
  nextOfAsha,
  type Observation,
  onlyWhen,
  type Point,
  parameterImportance,
  readTrials,
  runSearch,
  type SearchOptions,
  type SearchSpace,
  suggestTpe,
  type TrialJob,
  uniform,
} from '../../lib/training/index';

const SPACE = {
  optimizer: choice('sgd', 'adam'),
  momentum: onlyWhen('optimizer', 'sgd', uniform(0, 0.99)),
  filters: int(4, 12),
  learningRate: logUniform(1e-4, 1e-1),
};

/** A landscape whose best point is adam, 9 filters, 10^-2; curves fall towards it. */
const height = (point: Point) =>
  (Math.log10(point.learningRate as number) + 2) ** 2 +
  0.02 * ((point.filters as number) - 9) ** 2 +
  (point.optimizer === 'adam' ? 0 : 0.5 + (point.momentum as number));

let calls: TrialJob[] = [];
const descend = async (job: TrialJob) => {
  calls.push(job);
  const losses = Array.from({ length: job.until }, (_, epoch) => height(job.point) + 1 / (epoch + 1));
  return { losses, accuracies: losses.map(() => 0.5), seconds: job.until };
};

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'search-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const options = (name: string, more: Partial<SearchOptions> = {}): SearchOptions => ({
  ...{ space: SPACE, minEpochs: 3, maxEpochs: 27, workers: 2, seed: 1, run: descend },
  path: join(folder, `${name}.arrow`),
  ...more,
});

describe('a search space', () => {
  it('draws points within their ranges, conditional ones only where their condition holds', () => {
    const random = createRandom(5);
    const points = Array.from({ length: 400 }, () => drawPoint(SPACE, random));
    for (const point of points) {
      checkPoint(SPACE, point);
      assert.equal(point.momentum !== undefined, point.optimizer === 'sgd');
    }
    assert.deepEqual(new Set(points.map(({ filters }) => filters)), new Set([4, 5, 6, 7, 8, 9, 10, 11, 12]));
    const below = points.filter(({ learningRate }) => learningRate < 10 ** -2.5).length;
    assert.ok(Math.abs(below - 200) < 45, `${below} of 400 below the middle of the logarithms`);
    assert.deepEqual(drawPoint(SPACE, createRandom(9)), drawPoint(SPACE, createRandom(9)));
  });

  it('refuses what is not in it', () => {
    const point = { optimizer: 'adam', momentum: undefined, filters: 5, learningRate: 0.01 };
    checkPoint(SPACE, point);
    assert.throws(
      () => checkPoint(SPACE, { ...point, filters: 5.5 }),
      /expected "filters" in .*received 5.5/,
    );
    assert.throws(() => checkPoint(SPACE, { ...point, momentum: 0.5 }), /expected no "momentum"/);
    assert.throws(() => checkPoint(SPACE, { ...point, width: 1 }), /received "width"/);
    assert.throws(() => logUniform(0, 1), /positive low end/);
    assert.throws(() => int(1.5, 3), /whole numbers/);
    assert.throws(
      () => drawPoint({ a: onlyWhen('b', 1, int(1, 2)), b: choice(1, 2) }, createRandom(1)),
      /expected "b" before "a"/,
    );
  });
});

it('TPE gets nearer to the best point than chance, over 20 seeds', () => {
  const reached = (tpe: boolean, seed: number) => {
    const random = createRandom(seed);
    const seen: Observation[] = [];
    for (let trial = 0; trial < 60; trial += 1) {
      const point: Point = tpe ? suggestTpe(SPACE, seen, random) : drawPoint(SPACE, random);
      checkPoint(SPACE, point);
      seen.push({ point, value: -height(point) });
    }
    return -Math.max(...seen.map(({ value }) => value));
  };
  const seeds = Array.from({ length: 20 }, (_, seed) => seed);
  const mean = (tpe: boolean) => seeds.reduce((sum, seed) => sum + reached(tpe, seed), 0) / seeds.length;
  const [guided, blind] = [mean(true), mean(false)];
  assert.ok(guided < blind / 2, `${guided} and ${blind}`);
});

it("Hyperband's brackets are those of the paper's table", () => {
  // L. Li et al., JMLR 2018, table 1: R = 81, eta = 3
  const table = hyperbandBrackets({ minEpochs: 1, maxEpochs: 81 });
  const first = table.map(([rung]) => [rung?.trials, rung?.epochs]);
  assert.deepEqual(first, [[81, 1], [34, 3], [15, 9], [8, 27], [5, 81]]); // biome-ignore format: a table
  assert.deepEqual(table[0]?.map(({ trials, epochs }) => [trials, epochs]), [[81, 1], [27, 3], [9, 9], [3, 27], [1, 81]]); // biome-ignore format: a table
  assert.throws(() => hyperbandBrackets({ minEpochs: 9, maxEpochs: 3 }), /1 <= minEpochs <= maxEpochs/);
});

it('ASHA promotes the best third of a rung, from the top down, and draws otherwise', () => {
  const trial = (number: number, ...values: number[]) => ({ trial: number, values, running: false });
  const settings = { rungs: 3, reduction: 3, limit: 9 };
  assert.equal(nextOfAsha([trial(0, 1), trial(1, 2)], settings), 'new');
  assert.equal(nextOfAsha([trial(0, 1), trial(1, 2), trial(2, 0)], settings), 1);
  assert.equal(nextOfAsha([trial(0, 1), { ...trial(1, 2), running: true }, trial(2, 0)], settings), 'new');
  const upper = [
    trial(0, 9, 1),
    trial(1, 8, 5),
    trial(2, 7, 3),
    ...[3, 4, 5, 6, 7, 8].map((n) => trial(n, n / 10)),
  ];
  assert.equal(nextOfAsha(upper, settings), 1);
  assert.equal(nextOfAsha([...upper.slice(0, 1), trial(1, 8, 5, 5), ...upper.slice(2)], settings), null);
});

describe('runSearch', () => {
  it('finds the same trials however many workers there are, and writes them to a table', async () => {
    calls = [];
    const given = [{ optimizer: 'adam', momentum: undefined, filters: 4, learningRate: 0.0001 }];
    const one = await runSearch(options('one', { workers: 1, given, about: { processor: 'made up' } }));
    const three = await runSearch(options('three', { workers: 3, given }));
    assert.deepEqual(three.trials, one.trials);
    assert.equal(one.trials.length, 1 + 9 + 5 + 3);
    assert.equal(one.about.processor, 'made up');
    const table = await readTrials(join(folder, 'one.arrow'));
    assert.deepEqual(table.space, SPACE);
    assert.deepEqual(table.trials, one.trials);
    for (const trial of table.trials) checkPoint(SPACE, trial.point);
    assert.deepEqual(one.trials[0]?.losses.length, 27);
    const outcomes = one.trials.filter(({ bracket }) => bracket === 0).map(({ outcome }) => outcome);
    assert.equal(outcomes.filter((outcome) => outcome === 'finished').length, 1);
    const lengths = one.trials.filter(({ bracket }) => bracket === 0).map(({ losses }) => losses.length);
    assert.deepEqual(
      lengths.sort((a, b) => a - b),
      [3, 3, 3, 3, 3, 3, 9, 9, 27],
    );
    const best = bestTrial(one.trials);
    assert.equal(
      lowestLoss(best),
      Math.min(...one.trials.filter((t) => t.outcome === 'finished').map((t) => lowestLoss(t))),
    );
  });

  it('goes on where it was interrupted, and refuses the table of another search', async () => {
    const whole = await runSearch(options('whole'));
    let left = 7;
    const failing = options('cut', {
      run: async (job) => (left-- > 0 ? descend(job) : new Promise(() => undefined)), // never ends, as if killed
    });
    await Promise.race([runSearch(failing), new Promise((resolve) => setTimeout(resolve, 500))]);
    calls = [];
    const resumed = await runSearch(options('cut'));
    assert.deepEqual(resumed.trials, whole.trials);
    const all = whole.trials.length + 3 + 1 + 1; // promotions: 3 and 1, and 1
    assert.ok(calls.length <= all - 6, `${calls.length} of ${all} jobs were done again`);
    await assert.rejects(runSearch(options('cut', { seed: 2 })), /is the table of another search/);
    await assert.rejects(readTrials(join(folder, 'none.arrow')), /found none: npx dogbreeds search/);
  });

  it('stopped by a signal: it ends at once, begins no further trial, and goes on from its table', async () => {
    const whole = await runSearch(options('unstopped'));
    const stop = new AbortController();
    let left = 5;
    const stopping = options('stopped', {
      signal: stop.signal,
      run: async (job) => {
        if (left-- > 0) return descend(job);
        stop.abort();
        throw new Error('its worker heard of the stop');
      },
    });
    await assert.rejects(runSearch(stopping), {
      name: 'Interrupted',
      message: /the search was stopped; kept: \d+ trials in /,
    });
    const begun = left;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(left, begun);
    assert.deepEqual((await runSearch(options('stopped'))).trials, whole.trials);
  });

  it('a trial that fails is kept with its reason and goes no further', async () => {
    const run: SearchOptions['run'] = async (job) => {
      if (job.trial === 2) throw new Error('the loss became NaN');
      return descend(job);
    };
    const { trials } = await runSearch(options('failed', { run, sampler: 'random' }));
    assert.equal(trials[2]?.outcome, 'failed');
    assert.equal(trials[2]?.error, 'the loss became NaN');
    assert.equal(trials.filter(({ outcome }) => outcome === 'running').length, 0);
  });

  it('ASHA trains few trials to the end and goes on from its table', async () => {
    const asha = options('asha', { schedule: 'asha', limit: 18, sampler: 'random' });
    const { trials } = await runSearch(asha);
    assert.equal(trials.length, 18);
    const ended = trials.filter(({ outcome }) => outcome === 'finished');
    assert.ok(ended.length >= 1 && ended.length <= 4, `${ended.length}`);
    const ranks = trials.map((trial) => lowestLoss(trial, 3)).sort((a, b) => a - b);
    for (const trial of ended) assert.ok(ranks.indexOf(lowestLoss(trial, 3)) < 6);
    calls = [];
    const again = await runSearch(asha);
    assert.equal(calls.length, 0);
    assert.deepEqual(again.trials, trials);
  });
});

describe("importance of hyper-parameters against Optuna's", () => {
  interface Golden {
    madeUp: {
      space: SearchSpace;
      trials: { point: Record<string, string | number | null>; value: number }[];
      importance: Record<string, { mean: number; deviation: number }>;
    };
  }
  // made by test/golden/training/make_importance.py with Optuna
  const { madeUp } = JSON.parse(readFileSync('test/golden/training/importance.json', 'utf8')) as Golden;

  it('is within 0.1 on the same trials', () => {
    const observations = madeUp.trials.map(({ point, value }) => ({
      point: Object.fromEntries(Object.entries(point).map(([name, v]) => [name, v ?? undefined])),
      value,
    }));
    const found = parameterImportance(madeUp.space, observations);
    assert.deepEqual(found.map(({ parameter }) => parameter).sort(), Object.keys(madeUp.importance).sort());
    for (const { parameter, importance } of found) {
      const { mean } = madeUp.importance[parameter] ?? { mean: Number.NaN };
      assert.ok(Math.abs(importance - mean) < 0.1, `${parameter}: ${importance}, Optuna ${mean}`);
    }
  });

  it('is nothing where nothing differs', () => {
    const same = Array.from({ length: 6 }, (_, k) => ({
      point: drawPoint(SPACE, createRandom(k)),
      value: 1,
    }));
    assert.deepEqual(parameterImportance(SPACE, same), []);
  });
});
