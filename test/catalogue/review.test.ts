import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../lib/base/index';
import {
  estimatePrecision,
  estimateShare,
  findPhotos,
  type JudgedPhoto,
  nextPhotos,
  recordVerdict,
  setThreshold,
  suggestThreshold,
  thresholdOf,
  undoVerdict,
} from '../../lib/catalogue/index';
import { STRATA, stratumOf } from '../../lib/catalogue/review/strata';
import { GREEN, GREY, RED } from '../app/support/fixture';
import { makeCollection, photo } from './support/collection';

test('a verdict wins over the machine, the latest over earlier ones; undo takes the last back; rows are only added', async (t) => {
  const { index, catalogue, rows, classifier } = await makeCollection(t, {
    'a.jpg': await photo(RED, 1),
    'copy of a.jpg': await photo(RED, 1),
    'b.jpg': await photo(GREEN, 2),
  });
  await index();
  const [{ sha256 } = { sha256: '' }] = rows<{ sha256: string }>(
    "select sha256 from file where name = 'a.jpg'",
  );
  const of = () =>
    rows<{ decision: string; breed: string | null; source: string }>(
      "select decision, breed, source from catalogue where path = 'copy of a.jpg'",
    )[0];
  recordVerdict(catalogue, { sha256, who: 'Ana', verdict: 'change', breed: 'Samoyed' });
  assert.deepEqual(of(), { decision: 'breed', breed: 'Samoyed', source: 'human' });
  recordVerdict(catalogue, { sha256, who: 'Bo', verdict: 'not_a_dog' });
  assert.deepEqual(of(), { decision: 'not_a_dog', breed: null, source: 'human' });
  recordVerdict(catalogue, { sha256, who: 'Ana', verdict: 'skip' });
  assert.equal(of()?.decision, 'not_a_dog', 'a skip says nothing');
  await index({ classifier: { ...classifier, id: 'newer' }, refresh: true });
  assert.equal(of()?.decision, 'not_a_dog', 'nor does a newer model');
  assert.equal(undoVerdict(catalogue, 'Bo'), sha256);
  assert.equal(of()?.breed, 'Samoyed');
  assert.equal(undoVerdict(catalogue, 'Ana'), sha256, 'first the skip');
  assert.equal(undoVerdict(catalogue, 'Ana'), sha256);
  assert.deepEqual(of(), { decision: 'breed', breed: 'Red_setter', source: 'model' });
  assert.equal(undoVerdict(catalogue, 'Ana'), null);
  assert.equal(rows('select 1 from review').length, 6);
  assert.deepEqual([...findPhotos(catalogue, { query: 'reviewed' })], []);
  assert.throws(
    () => recordVerdict(catalogue, { sha256, who: 'Ana', verdict: 'confirm' }),
    /expected a breed/,
  );
  assert.throws(
    () => recordVerdict(catalogue, { sha256: 'x', who: 'Ana', verdict: 'unusable' }),
    /a photo of the catalogue/,
  );
});

test('the queue: not sure first, then what is likeliest to be wrong; nobody gets what another one has', async (t) => {
  const files: Record<string, Buffer> = { 'grey.jpg': await photo(GREY, 1) };
  for (let i = 0; i < 12; i++) files[`${i}.jpg`] = await photo([230 - 8 * i, 20 + 4 * i, 30], i);
  const { index, catalogue } = await makeCollection(t, files);
  await index();
  const now = Date.now();
  const ana = nextPhotos(catalogue, { who: 'Ana', count: 4, now });
  assert.equal(ana[0]?.decision, 'not_sure');
  const p = ana.filter(({ decision }) => decision === 'breed').map(({ top }) => top[0]?.[1] ?? 0);
  assert.deepEqual(
    p,
    [...p].sort((a, b) => a - b),
  );
  const bo = nextPhotos(catalogue, { who: 'Bo', count: 20, now });
  assert.equal(bo.length, 13 - 4);
  assert.deepEqual(
    bo.filter(({ sha256 }) => ana.some((item) => item.sha256 === sha256)),
    [],
  );
  assert.deepEqual(
    nextPhotos(catalogue, { who: 'Ana', count: 4, now }).map(({ sha256 }) => sha256),
    ana.map(({ sha256 }) => sha256),
  );
  assert.equal(nextPhotos(catalogue, { who: 'Cy', count: 20, now }).length, 0);
  assert.equal(
    nextPhotos(catalogue, { who: 'Cy', count: 20, now: now + 200_000 }).length,
    13,
    'a lease ends',
  );
  for (const { sha256 } of ana)
    recordVerdict(catalogue, { sha256, who: 'Ana', verdict: 'confirm', breed: 'Red_setter' });
  const [first] = bo;
  if (first) recordVerdict(catalogue, { sha256: first.sha256, who: 'Bo', verdict: 'skip' });
  const later = now + 500_000;
  assert.equal(nextPhotos(catalogue, { who: 'Bo', count: 20, now: later }).length, 8);
  assert.equal(
    nextPhotos(catalogue, { who: 'Cy', count: 20, now: later + 500_000 }).length,
    9,
    'Cy has not skipped it',
  );
});

/** A collection on paper: the machine's probabilities, and whether it is right. */
function drawCollection(seed: number, size: number): { p: number; right: boolean }[] {
  const random = createRandom(seed);
  return Array.from({ length: size }, () => {
    const p = 0.35 + 0.65 * (1 - (1 - random.next()) ** 3);
    return { p, right: random.next() < p ** 1.4 };
  });
}

test('precision from 200 drawn verdicts with 5 % mistakes: intervals cover the truth in >= 93 % of 500 draws', () => {
  const collection = drawCollection(7, 4000);
  const random = createRandom(11);
  // what reviewers who are wrong in one of twenty can tell: the share they would find if they saw all
  const mistakes = 0.05;
  const told = collection.map(({ p, right }) => ({ p, right: random.next() < mistakes ? !right : right }));
  const truth = told.filter(({ right }) => right).length / told.length;
  const sizes = STRATA.map((_, i) => told.filter(({ p }) => stratumOf(p) === i).length);
  const shares = STRATA.map((bound, i) => {
    const middle = (bound + (STRATA[i + 1] ?? 1)) / 2;
    return (sizes[i] ?? 0) * Math.sqrt(middle * (1 - middle));
  });
  const total = shares.reduce((a, b) => a + b, 0);
  let covered = 0;
  let width = 0;
  for (let draw = 0; draw < 500; draw++) {
    const left = shares.map((share) => Math.round((200 * share) / total));
    const shuffled = random.shuffle(told);
    const photos: JudgedPhoto[] = shuffled.map(({ p, right }) => {
      const stratum = stratumOf(p);
      const drawn = (left[stratum] ?? 0) > 0;
      left[stratum] = (left[stratum] ?? 0) - 1;
      return { breed: 'a', p, right: drawn ? right : null, sampled: drawn };
    });
    const { precision } = estimateShare(photos);
    assert.ok(precision);
    if (precision.low <= truth && truth <= precision.high) covered++;
    width += (precision.high - precision.low) / 500;
  }
  assert.ok(covered >= 0.93 * 500, `covered in ${covered} of 500 draws`);
  assert.ok(width < 0.13, `intervals of ${width}`);
});

test('a threshold from drawn verdicts keeps its promise on the whole collection in all but few of 300 draws', () => {
  const collection = drawCollection(3, 4000);
  const random = createRandom(5);
  for (const [target, verdicts] of [
    [0.9, 400],
    [0.8, 150],
  ] as const) {
    // biome-ignore format: a table
    let broken = 0;
    let found = 0;
    let covered = 0;
    for (let draw = 0; draw < 300; draw++) {
      const left = STRATA.map(() => Math.round(verdicts / STRATA.length));
      const photos = random.shuffle(collection).map(({ p, right }) => {
        const stratum = stratumOf(p);
        const drawn = (left[stratum] ?? 0) > 0;
        left[stratum] = (left[stratum] ?? 0) - 1;
        return { breed: 'a', p, right: drawn ? right : null, sampled: drawn };
      });
      const threshold = thresholdOf(photos, target);
      if (threshold === null) continue;
      found++;
      const named = collection.filter(({ p }) => p >= threshold);
      covered += named.length / collection.length / 300;
      if (named.filter(({ right }) => right).length < target * named.length) broken++;
    }
    assert.ok(broken <= 0.06 * 300, `${target}: broken in ${broken} of 300 draws`);
    assert.ok(
      found >= 0.9 * 300 && covered > 0.5,
      `${target}: ${found} of 300 draws, ${covered} of the photos`,
    );
  }
});

test('all drawn photos right, in strata whose weights do not add up exactly: the estimate stays within 0..1', () => {
  const photos: JudgedPhoto[] = [0.5, 0.7, 0.7, 0.85, 0.93, 0.97, 0.995].flatMap((p) => [
    { breed: 'a', p, right: true, sampled: true },
    { breed: 'a', p, right: null, sampled: false },
  ]);
  for (let n = 3; n <= photos.length; n++) {
    const { precision } = estimateShare(photos.slice(0, n));
    assert.ok(precision && precision.estimate <= 1 && precision.high <= 1 && precision.low > 0.2);
  }
});

test('the sample comes from every stratum, verdicts estimate, and a threshold follows from them', async (t) => {
  const files: Record<string, Buffer> = {};
  for (let i = 0; i < 40; i++) files[`${i}.jpg`] = await photo([235 - 3 * i, 20 + 2 * i, 30], i);
  const { index, catalogue } = await makeCollection(t, files);
  await index();
  assert.equal(estimatePrecision(catalogue).all.precision, null);
  const named = [...findPhotos(catalogue, { query: 'breed > 0 and red setter' })].length;
  for (let round = 0; round < 30; round++)
    for (const { sha256, top, sampled } of nextPhotos(catalogue, { who: 'Ana', count: 1, order: 'sample' })) {
      assert.equal(sampled, true);
      const [[breed, p] = ['', 0]] = top;
      recordVerdict(catalogue, {
        sha256,
        who: 'Ana',
        verdict: p > 0.8 ? 'confirm' : 'change',
        breed: p > 0.8 ? breed : 'Samoyed',
        sampled,
      });
    }
  const { all, byBreed } = estimatePrecision(catalogue);
  assert.equal(all.verdicts, Math.min(30, named));
  assert.ok(all.precision && all.precision.low < all.precision.estimate && all.precision.estimate < 1);
  assert.equal(byBreed[0]?.breed, 'Red_setter');
  assert.equal(suggestThreshold(catalogue, 0.95), null, '30 verdicts, all right, cannot vouch for 95 %');
  const threshold = suggestThreshold(catalogue, 0.9);
  assert.ok(threshold !== null && threshold > 0.7 && threshold < 0.9, `${threshold}`);
  assert.ok(setThreshold(catalogue, threshold) > 0);
  assert.ok((estimatePrecision(catalogue).all.precision?.estimate ?? 0) >= 0.95);
});
