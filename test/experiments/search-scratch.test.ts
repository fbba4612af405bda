import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  compareSeeds,
  describeSearch,
  describeSeeds,
  loadScratchSearch,
  loadScratchSeeds,
  NETWORKS,
  PRESENTATION_POINT,
  publishedNetworks,
  repeatScratch,
  repeatTrial,
  SCRATCH_SPACE,
  type SeedRow,
  scratchFiles,
  searchImportance,
  searchScratch,
  summarizeSeeds,
} from '../../lib/experiments/index';
import { describeProcessors } from '../../lib/experiments/scratch/repeat-scratch';
import { bestTrial, checkPoint, readTrials } from '../../lib/training/index';
import { photosFolder } from '../support/photos';
import { DRAWN_SEARCH } from './drawn-search';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'scratch-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const withoutTimes = <Row extends { seconds: number }>(rows: readonly Row[]) =>
  rows.map(({ seconds, ...row }) => row);

test('a search that is killed goes on from its table and checkpoints to the same trials', async () => {
  const path = join(folder, 'killed.arrow');
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'search-child.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.split('\n').length > 2) child.kill('SIGKILL');
    });
    child.on('close', () => resolve());
  });
  assert.equal(child.signalCode, 'SIGKILL');
  const before = await readTrials(path);
  assert.ok(before.trials.some(({ losses }) => losses.length > 0));
  const resumed = await searchScratch(DRAWN_SEARCH.data, { ...DRAWN_SEARCH.options, path });
  const whole = await searchScratch(DRAWN_SEARCH.data, {
    ...DRAWN_SEARCH.options,
    workers: 1,
    path: join(folder, 'whole.arrow'),
  });
  assert.deepEqual(withoutTimes(resumed.trials), withoutTimes(whole.trials));
  assert.equal(resumed.trials.length, 1 + 3 + 2);
  assert.deepEqual(resumed.trials[0]?.point, PRESENTATION_POINT);
  for (const { point, outcome } of resumed.trials) {
    checkPoint(SCRATCH_SPACE, point);
    assert.notEqual(outcome, 'running');
  }
  assert.ok(!existsSync(`${path}.checkpoints`));
  const again = await repeatTrial(DRAWN_SEARCH.data, resumed, bestTrial(resumed.trials));
  assert.deepEqual(
    again.losses.map((loss) => Math.fround(loss)),
    bestTrial(resumed.trials).losses,
  );
});

test('networks are trained with several seeds, each test part read once, and go on from their table', async () => {
  const path = join(folder, 'seeds.json');
  const options = { imageSize: 24, epochs: 2, batchSize: 8 };
  const networks = [
    { name: 'small', breeds: 3, options: { ...options, filters: 2 } },
    { name: 'large', breeds: 3, options },
  ];
  const once = await repeatScratch(DRAWN_SEARCH.data, networks.slice(0, 1), { seeds: 2, path, workers: 2 });
  const trained: string[] = [];
  const { rows } = await repeatScratch(DRAWN_SEARCH.data, networks, {
    ...{ seeds: 2, path, workers: 2, about: { processor: 'any' } },
    onRow: ({ network, seed }) => trained.push(`${network} ${seed}`),
  });
  assert.deepEqual(trained.sort(), ['large 0', 'large 1']);
  assert.deepEqual(rows.slice(0, 2), once.rows);
  const [small, large] = summarizeSeeds(rows);
  assert.ok(small && large && small.parameters < large.parameters);
  assert.equal(small.seeds, 2);
  const difference = compareSeeds(rows, 'large', 'small', ({ accuracy }) => accuracy);
  assert.ok(Math.abs(difference.estimate - (large.accuracy.estimate - small.accuracy.estimate)) < 1e-9);
});

test('a table says what it was trained on, network by network where there are several processors', () => {
  const row = { network: 'a', breeds: 5, seed: 0 } as SeedRow;
  const about = { processor: 'P' };
  assert.equal(describeProcessors({ rows: [row, { ...row, processor: 'P', seed: 1 }], about }), 'P');
  const rows = [row, { ...row, network: 'b', processor: 'Q' }];
  assert.equal(describeProcessors({ rows, about }), 'a: P; b: Q');
  assert.equal(describeProcessors({ rows: [row], about: {} }), 'unknown processor');
});

test('the tables that ship are of the search and of five seeds of each network', async () => {
  const { space, trials, about } = await loadScratchSearch();
  assert.deepEqual(space, JSON.parse(JSON.stringify(SCRATCH_SPACE)));
  assert.ok(trials.length >= 20);
  for (const { point, outcome } of trials) {
    checkPoint(SCRATCH_SPACE, point);
    assert.notEqual(outcome, 'running');
  }
  assert.ok(about.processor && about.engine && about.photos);
  const seeds = await loadScratchSeeds();
  const summaries = summarizeSeeds(seeds.rows);
  for (const { seeds: count } of summaries) assert.equal(count, 5);
  const presentation = summaries.find(
    ({ network, breeds }) => network === NETWORKS.presentation && breeds === 5,
  );
  if (presentation) assert.equal(presentation.parameters, 13681);
  const sentences = describeSeeds(seeds);
  assert.ok(sentences.length >= summaries.length);
  assert.match(describeSearch({ space, trials, about }), /tried 22 ways .* chose blocks/);
  assert.equal(publishedNetworks(bestTrial(trials)).length, 4);
});

interface Golden {
  shipped: Record<string, { mean: number }>;
}

test("importance in the search that ships is Optuna's within 0.1", async () => {
  // made by test/golden/training/make_importance.py with Optuna from the same table
  const { shipped } = JSON.parse(readFileSync('test/golden/training/importance.json', 'utf8')) as Golden;
  const found = searchImportance(await loadScratchSearch());
  assert.equal(found.length, Object.keys(shipped).length);
  for (const { parameter, importance } of found)
    assert.ok(Math.abs(importance - (shipped[parameter]?.mean ?? Number.NaN)) < 0.1, parameter);
});

test('three rows of the search that ships, trained again on real photos, have its losses', {
  skip: photosFolder() ? false : 'no photos',
}, async () => {
  const path = photosFolder() ?? '';
  const table = await loadScratchSearch();
  // same processor: the same numbers; another one: rounding differs, and grows from step to step
  for (const trial of [0, 1, 2].map((index) => table.trials[index])) {
    assert.ok(trial);
    const { losses } = await repeatTrial({ path }, table, trial, 1);
    const [then = Number.NaN] = trial.losses;
    const [now = Number.NaN] = losses;
    assert.ok(Math.abs(now - then) < 0.1, `trial ${trial.trial}: ${now}, in the table ${then}`);
  }
});

test('the tables lie where they are looked for', () => {
  assert.match(scratchFiles().search, /data[/\\]scratch-search\.arrow$/);
});
