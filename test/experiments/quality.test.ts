import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { before, test } from 'node:test';
import sharp from 'sharp';
import { createRandom, elementAt } from '../../lib/base/index';
import { type Dataset, openDataset } from '../../lib/dataset/index';
import { startEngine } from '../../lib/engine/index';
import {
  checkQuality,
  claimCopies,
  farOutliers,
  leakWorth,
  nearCopies,
  saveQuality,
} from '../../lib/experiments/index';
import { type FeatureTable, splitFeatures } from '../../lib/training/index';
import { temporaryFolder } from '../support/temporary-folder';

before(() => startEngine());

/** Drawn photos in a folder of their own, with a copy in another format, a smaller one, a dark and a broken one. */
async function spoiledPhotos(folder: string): Promise<Dataset> {
  const drawn = await openDataset({ seed: 3 });
  const picked = drawn.examples.filter(({ label }, i) => label < 4 && i % 2 === 0);
  for (const { file, breed } of picked) {
    const to = join(folder, breed, elementAt(file.split('/'), 1));
    await mkdir(dirname(to), { recursive: true });
    await copyFile(join(drawn.imagesFolder, file), to);
  }
  const [first, second] = [elementAt(picked, 0), elementAt(picked, 1)];
  const source = (file: string) => sharp(join(drawn.imagesFolder, file));
  const into = (breed: string, name: string) => join(folder, breed, name);
  await source(first.file).png().toFile(into(first.breed, 'copy.png'));
  const other = elementAt(picked, picked.length - 1).breed;
  await source(second.file).resize(150).jpeg({ quality: 80 }).toFile(into(other, 'smaller.jpg'));
  await source(first.file).linear(0.02).flip().jpeg().toFile(into(first.breed, 'dark.jpg'));
  const bytes = await readFile(into(first.breed, 'copy.png'));
  await writeFile(into(first.breed, 'broken.png'), bytes.subarray(0, bytes.length / 2));
  return openDataset({ path: folder });
}

/** Features that tell the breeds apart, a row for each photo; copies by name have the features of what they copy. */
function featuresOf({ examples }: Dataset): FeatureTable {
  const random = createRandom(4);
  return {
    features: Float32Array.from(
      examples.flatMap(({ label }) =>
        Array.from({ length: 16 }, (_, i) => (i % 4 === label ? 3 : 0) + Math.abs(random.normal())),
      ),
    ),
    size: 16,
    files: examples.map(({ file }) => file),
    breeds: examples.map(({ breed }) => breed),
    splits: examples.map(() => null),
    source: 'made up',
  };
}

test('with photos: unreadable, copies in other formats and sizes, across breeds, dark photos; saved as CSV', async (t) => {
  const folder = await temporaryFolder(t);
  const photos = await spoiledPhotos(join(folder, 'photos'));
  const report = await checkQuality({ table: featuresOf(photos), photos }, { folds: 3 });
  assert.ok(report.withPixels);
  const countOf = (words: string) =>
    report.findings.find(({ finding }) => finding.includes(words))?.count ?? null;
  assert.equal(countOf('unreadable'), 1);
  assert.equal(countOf('exact copies'), 1);
  assert.equal(countOf('across the official'), 0);
  const exact = report.duplicates.filter(({ kind }) => kind === 'exact');
  assert.match(exact.map(({ a, b }) => `${a} ${b}`).join(), /copy\.png/);
  const smaller = report.duplicates.find(({ a, b }) => /smaller/.test(a + b));
  assert.ok(smaller?.acrossBreeds, 'the smaller copy lies under another breed');
  assert.equal(report.groups.get(elementAt(exact, 0).a), report.groups.get(elementAt(exact, 0).b));
  const dark = report.findings.find(({ finding }) => finding.includes('brightness'));
  assert.match(dark?.examples ?? '', /dark/);
  const paths = await saveQuality(report, join(folder, 'quality'));
  const saved = await readFile(elementAt(paths, 0), 'utf8');
  assert.match(saved, /^finding,count,examples,decision\n/);
  assert.equal(saved.trim().split('\n').length, report.findings.length + 1);
});

/** Clouds of three breeds; some rows are copied into others, one label is wrong. */
function clouds(): { table: FeatureTable; groups: Map<string, string> } {
  const random = createRandom(6);
  const rows = Array.from({ length: 150 }, (_, row) => ({ row, breed: row % 3 }));
  const features = rows.map(({ breed }) =>
    Array.from({ length: 8 }, (_, i) => (i % 4 === breed ? 2 : 1) + Math.abs(random.normal())),
  );
  features[1] = [...elementAt(features, 4)].map((value) => value * 1.001);
  const table: FeatureTable = {
    features: Float32Array.from(features.flat()),
    size: 8,
    files: rows.map(({ row }) => `f/${row}.jpg`),
    breeds: rows.map(({ breed, row }) => elementAt(['a', 'b', 'c'], row === 0 ? 1 : breed)),
    splits: rows.map(({ row }) => (row % 5 === 0 ? 'test' : 'train')),
    source: 'clouds',
  };
  const groups = new Map(rows.slice(0, 60).map(({ row }) => [`f/${row}.jpg`, `group ${row % 30}`]));
  return { table, groups };
}

test('with features alone: copies by cosine, wrong labels; what needs photos is null, not 0', async () => {
  const { table } = clouds();
  const report = await checkQuality({ table }, { folds: 3 });
  assert.ok(report.duplicates.some(({ a, b }) => a === 'f/1.jpg' && b === 'f/4.jpg'));
  assert.ok(report.suspicious.every(({ breed, suggested }) => breed !== suggested));
  assert.equal(report.withPixels, false);
  const exact = report.findings.find(({ finding }) => finding.startsWith('exact'));
  assert.equal(exact?.count, null);
});

test('leakWorth compares the same test photos with and without copies among the training photos', async () => {
  const { table, groups } = clouds();
  const worth = await leakWorth(table, groups, { seed: 1 });
  assert.ok(worth.leaked > 0 && worth.removed > 0 && worth.leaked <= worth.test);
  assert.ok(worth.all.difference.low <= worth.all.difference.estimate);
  assert.notEqual(worth.onLeaked, null);
  const none = await leakWorth(table, new Map(), { seed: 1 });
  assert.deepEqual([none.leaked, none.removed, none.all.difference.estimate], [0, 0, 0]);
});

test('farOutliers are beyond three quartile distances; nearly equal values have none', () => {
  assert.deepEqual(farOutliers([1, 2, 3, 4, 5, 6, 7, 100, -50]).rows, [7, 8]);
  assert.deepEqual(farOutliers([5, 5, 5, 5, 6]).rows, []);
  assert.deepEqual(farOutliers([10, 11, 12, 13, 14, 1000], 'log').rows, [5]);
  assert.throws(() => farOutliers([1, 0], 'log'), /above 0, received 0 at position 1/);
});

test('near copies of a run: by pixels and features, of some breeds, of shipped features, none of drawn pictures', async (t) => {
  const folder = await temporaryFolder(t);
  const photos = await spoiledPhotos(join(folder, 'photos'));
  const table = featuresOf(photos);
  const copies = await nearCopies(photos, { table });
  assert.equal(copies.by, 'pixels and features');
  const groupOf = (name: string) => [...copies.groups].find(([file]) => file.includes(name))?.[1];
  assert.ok(groupOf('copy.png') && groupOf('smaller.jpg') && groupOf('copy.png') !== groupOf('smaller.jpg'));
  for (let seed = 0; seed < 10; seed++) {
    const split = splitFeatures(table, { protocol: 'random', seed, groups: copies.groups });
    const parts = [split.train, split.validation, split.test].map(
      ({ files }) => new Set(files.flatMap((file) => copies.groups.get(file) ?? [])),
    );
    const all = parts.flatMap((part) => [...part]);
    assert.equal(new Set(all).size, all.length, 'a group is in one part');
  }
  const [breed = ''] = photos.breeds;
  const few = await nearCopies(photos, { breeds: [breed] });
  assert.equal(few.by, 'pixels', 'no features ship for these');
  assert.equal(few.photos, photos.examples.filter((example) => example.breed === breed).length);
  assert.match(claimCopies(copies, 'random'), /^\d+ of \d+ photos have a copy.*in one part of the split/);
  assert.match(claimCopies(copies, 'official'), /not torn by validation/);
  assert.match(claimCopies({ groups: new Map(), photos: 9, by: 'pixels' }, 'random'), /^No photo of 9/);
  const shipped = await nearCopies(null, { breeds: ['Leonberg', 'kuvasz'] });
  assert.equal(shipped.by, 'features');
  assert.equal(new Set(shipped.groups.values()).size, 2, 'one pair in each');
  const drawn = await nearCopies(await openDataset({ seed: 3 }));
  assert.deepEqual([drawn.groups.size, claimCopies(drawn, 'random')], [0, '']);
});
