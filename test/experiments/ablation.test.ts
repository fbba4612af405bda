import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { createRandom } from '../../lib/base/index';
import { startEngine } from '../../lib/engine/index';
import {
  type AblationRow,
  describeAblation,
  encodeAblation,
  POLICIES,
  PREPARATIONS,
  readAblation,
  summarizeAblation,
} from '../../lib/experiments/index';
import { AUGMENTATIONS, augmentByPolicy, type RgbImage } from '../../lib/image/index';
import { fitScratchCnn, predictScratchCnn } from '../../lib/training/index';
import { temporaryFolder } from '../support/temporary-folder';
import { drawnPhotos, SMALL } from '../training/drawn-photos';

before(() => startEngine());

const rowsOf = (step: string, rights: number[]): AblationRow[] =>
  rights.map((right, seed) => ({
    ...{ network: 'scratch CNN', kind: 'augmentation', step, seed, tested: 100, milliseconds: 0.5 },
    right,
  }));

const rows = [
  ...rowsOf('none', [50, 52, 48, 50]),
  ...rowsOf('flip, and crop', [60, 63, 57, 64]),
  ...rowsOf('mixup', [40, 41, 39, 40]),
  ...rowsOf('jitter', [55, 47, 51, 48]),
];

test('an ablation is written, read, summed up by the same seeds and told', async (t) => {
  const path = join(await temporaryFolder(t), 'ablation.csv');
  await writeFile(path, encodeAblation(rows));
  assert.deepEqual(readAblation(path), rows);
  assert.deepEqual(readAblation(`${path}.none`), []);
  const summaries = summarizeAblation(rows);
  assert.deepEqual(
    summaries.map(({ step, verdict, seeds }) => [step, verdict, seeds]),
    [
      ['none', '', 4],
      ['flip, and crop', 'helps', 4],
      ['mixup', 'harms', 4],
      ['jitter', 'no clear difference', 4],
    ],
  );
  assert.ok(Math.abs((summaries[1]?.gain?.estimate ?? 0) - 0.11) < 1e-12);
  assert.equal(
    describeAblation(summaries),
    'For the network from scratch what helps is flip, and crop (+11.0 points), what harms is mixup (-10.0 points), 1 more make no clear difference.',
  );
  assert.throws(() => summarizeAblation(rows.slice(4)), /that "none" has too, received 0/);
});

test('preparations keep the size, and change the picture; policies name each augmentation', () => {
  const random = createRandom(3);
  const picture = (): RgbImage => ({
    width: 24,
    height: 20,
    data: Uint8Array.from({ length: 24 * 20 * 3 }, () => random.integer(120)),
  });
  const sample = Array.from({ length: 4 }, picture);
  const photo = picture();
  for (const { name, make } of PREPARATIONS) {
    const changed = make(sample)(photo);
    assert.deepEqual([changed.width, changed.height], [24, 20], name);
    assert.equal(Buffer.from(changed.data).equals(Buffer.from(photo.data)), name === 'none', name);
  }
  const used = Object.values(POLICIES).flatMap((policy) => policy.map(({ use }) => use));
  assert.deepEqual([...new Set(used)].sort(), [...AUGMENTATIONS].sort());
  for (const policy of Object.values(POLICIES))
    assert.equal(augmentByPolicy(photo, policy, random, picture()).image.width, 24);
});

test('training takes prepared pixels, and mixes targets where a policy mixes pictures', async () => {
  const { dataset, split } = await drawnPhotos();
  const side = SMALL.imageSize;
  const memory = { bytes: 0, pixels: async () => new Uint8Array(side * side * 3).fill(7) };
  const options = { ...SMALL, epochs: 1, memory, augmentation: [{ use: 'mixup' }] } as const;
  const { model, history } = await fitScratchCnn(dataset, split, options);
  assert.ok(history.loss.every(Number.isFinite));
  const probabilities = await predictScratchCnn(model, dataset, split.validation.slice(0, 2), { memory });
  model.dispose();
  const half = probabilities.length / 2;
  assert.deepEqual([...probabilities.slice(0, half)], [...probabilities.slice(half)], 'the same pixels');
});
