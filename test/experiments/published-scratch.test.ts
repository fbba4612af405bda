import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dataset } from '../../lib/dataset/index';
import { loadScratchSeeds, NETWORKS, scratchAnswers, summarizeSeeds } from '../../lib/experiments/index';
import type { PublishedScratchRun } from '../../lib/experiments/published-scratch';

const run = {
  breeds: 5,
  precision: { estimate: 0.7, low: 0.6, high: 0.8, confidence: 0.95, method: 'bootstrap' },
} as PublishedScratchRun;

const photosOf = (name: string, fingerprint: string, kind: Dataset['kind']) =>
  ({ kind, name, fingerprint }) as Dataset;

test('what 03 answers: means over seeds where the photos are those of the table, this run where it is of others', async () => {
  const { rows, about } = await loadScratchSeeds();
  const means = summarizeSeeds(rows).filter(({ network }) => network !== NETWORKS.found);
  assert.ok(means.length >= 2);
  const [, name = '', fingerprint = ''] = /^(.*) (\w+)$/.exec(about.photos ?? '') ?? [];
  const same = scratchAnswers(photosOf(name, fingerprint, 'stanford-dogs'), [run]);
  assert.deepEqual(
    same.map(({ value }) => value),
    [...means.map(({ precision }) => precision.estimate), 0.7],
  );
  assert.match(same[0]?.label ?? '', /5 breeds, mean of 5 seeds \(the presentation: 53\.6 %\)/);
  assert.match(same.at(-1)?.label ?? '', /this run: one seed$/);
  const others = scratchAnswers(photosOf(name, 'another', 'folders'), [run]);
  assert.deepEqual(
    others.map(({ label, value }) => [label, value]),
    [['macro precision, 5 breeds (the presentation: 53.6 %)', 0.7]],
  );
  const drawn = scratchAnswers(photosOf('drawn', 'x', 'drawn'), [run]);
  assert.equal(drawn.length, means.length);
  assert.ok(drawn.every(({ label }) => label.includes('on real photos')));
});
