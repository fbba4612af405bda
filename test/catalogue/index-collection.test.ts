import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fromRoot } from '../../lib/base/index';
import { compareModels, fsPath, showName } from '../../lib/catalogue/index';
import { expectedTop, GREEN, GREY, RED } from '../app/support/fixture';
import { oddPhotos } from '../support/odd-photos';
import { makeCollection, photo } from './support/collection';

test('a mixed folder: each photo has its row, what is damaged says why, what is no photo is counted', async (t) => {
  const { index, rows, classifier } = await makeCollection(t, {
    'red.jpg': await photo(RED),
    'deep/er/green.JFIF': await photo(GREEN, 1),
    'deep/grey.png': await photo(GREY, 2, 'png'),
    'phone.HEIC': readFileSync(fromRoot('test/golden/image/quarters.heic')),
    'copy of red.jpg': await photo(RED),
    'cut.jpg': await oddPhotos.truncatedJpeg(),
    'text.jpg': 'I am text',
    'empty.jpg': '',
    'film.mov': 'x',
    'notes.md': '# no photo',
    'NOTES.MD': '# no photo',
    '.hidden.jpg': await photo(RED, 3),
    '._red.jpg': 'resource fork',
    '@eaDir/red.jpg/SYNOPHOTO_THUMB_M.jpg': await photo(RED, 4),
    '#recycle/old.jpg': await photo(RED, 5),
    '__MACOSX/red.jpg': await photo(RED, 6),
    'private/own.jpg': await photo(RED, 7),
  });
  const summary = await index({ ignore: ['private/**'] });
  assert.equal(summary.outcome, 'done');
  assert.deepEqual(summary.decisions, { breed: 3, not_sure: 2, failed: 3 }, JSON.stringify(summary));
  assert.deepEqual([summary.files.seen, summary.files.added, summary.failedNow], [8, 8, 3]);
  assert.deepEqual(summary.others, { '.mov': 1, '.md': 2 });
  const found = rows<{
    path: string;
    decision: string;
    breed: string;
    probability: number;
    width: number;
    source: string;
  }>(
    "select path, decision, breed, probability, width, source from catalogue where state = 'done' order by path",
  );
  assert.deepEqual(
    found.map(({ path, decision, breed }) => [path, decision, breed]),
    [
      ['copy of red.jpg', 'breed', 'Red_setter'],
      ['deep/er/green.JFIF', 'breed', 'Green_spaniel'],
      ['deep/grey.png', 'not_sure', found[2]?.breed],
      ['phone.HEIC', 'not_sure', found[3]?.breed],
      ['red.jpg', 'breed', 'Red_setter'],
    ],
  );
  assert.deepEqual([found[3]?.width, found[4]?.width, found[4]?.source], [48, 40, 'model']);
  const [first] = expectedTop(RED);
  assert.ok(Math.abs((found[4]?.probability ?? 0) - (first?.probability ?? 1)) < 0.01);
  assert.equal(rows('select 1 from photo').length, 4, 'two files with the same bytes are one photo');
  assert.deepEqual(
    rows(
      'select name, error_code, sha256 is null as unhashed from file where error is not null order by name',
    ),
    [
      { name: 'cut.jpg', error_code: 'unreadable', unhashed: 0 },
      { name: 'empty.jpg', error_code: 'unsupported_format', unhashed: 0 },
      { name: 'text.jpg', error_code: 'unsupported_format', unhashed: 0 },
    ],
  );
  assert.deepEqual(rows('select id, current from model'), [{ id: classifier.id, current: 1 }]);
  assert.deepEqual(rows('select length(vector) as n from embedding'), Array(4).fill({ n: 1024 }));
});

test('a second run reads nothing; new, changed, moved and gone files are told apart', async (t) => {
  const { index, rows, root, put } = await makeCollection(t, {
    'a/1.jpg': Buffer.concat([await photo(RED, 1), Buffer.alloc(400)]),
    'a/2.jpg': await photo(RED, 2),
    'a/3.jpg': await photo(RED, 3),
    'b/4.jpg': await photo(GREEN, 4),
    'b/bad.jpg': 'text',
  });
  const path = join(root, 'a/1.jpg');
  const time = new Date('2024-01-02T03:04:05Z');
  await utimes(path, time, time);
  await index();
  // other bytes under the same size and time: who reads them would see green
  const { size } = await stat(path);
  const green = await photo(GREEN, 1);
  await writeFile(path, Buffer.concat([green, Buffer.alloc(size - green.length)]));
  await utimes(path, time, time);
  const second = await index();
  assert.deepEqual([second.files.unchanged, second.files.changed, second.computed], [5, 0, 0]);
  assert.equal(second.failedNow, 0, 'a photo that cannot be read is not read again');

  await utimes(path, new Date(), new Date());
  await rename(join(root, 'a/2.jpg'), join(root, 'b/moved.jpg'));
  await rm(join(root, 'a/3.jpg'));
  await put('c/5.jpg', await photo(RED, 5));
  const third = await index();
  assert.deepEqual(
    [third.files.added, third.files.changed, third.files.moved, third.files.gone, third.computed],
    [1, 1, 1, 1, 2],
    'one that moved is neither new nor gone',
  );
  assert.deepEqual(rows("select path, breed, state from catalogue where state <> 'failed' order by path"), [
    { path: 'a/1.jpg', breed: 'Green_spaniel', state: 'done' },
    { path: 'a/3.jpg', breed: 'Red_setter', state: 'gone' },
    { path: 'b/4.jpg', breed: 'Green_spaniel', state: 'done' },
    { path: 'b/moved.jpg', breed: 'Red_setter', state: 'done' },
    { path: 'c/5.jpg', breed: 'Red_setter', state: 'done' },
  ]);
  assert.deepEqual(rows('select moved_from from file where moved_from is not null'), [
    { moved_from: 'photos:a/2.jpg' },
  ]);
  await put('a/3.jpg', await photo(RED, 3));
  const fourth = await index();
  assert.deepEqual(
    [fourth.files.changed + fourth.files.returned, fourth.computed],
    [1, 0],
    'back again, known',
  );
  const retried = await index({ retryFailed: true });
  assert.equal(retried.failedNow, 1);
});

test('a root that is not there, or suddenly empty, or lost most files, stops and marks nothing', async (t) => {
  const files = Object.fromEntries(
    await Promise.all(
      Array.from({ length: 120 }, async (_, i) => [`f${i % 3}/${i}.jpg`, await photo(RED, i)] as const),
    ),
  );
  const { index, rows, root } = await makeCollection(t, files);
  await index();
  assert.equal((await index()).files.unchanged, 120);
  assert.equal((await index()).files.unchanged, 120);
  const states = () => rows('select state, count(*) as n from file group by state');
  await rename(root, `${root}-away`);
  await assert.rejects(
    index({}, `photos=${root}`),
    /found nothing: is the drive mounted\? Nothing was marked gone/,
  );
  await mkdir(root);
  await assert.rejects(async () => index(), /found an empty folder: is the drive mounted/);
  await rm(root, { recursive: true });
  await rename(`${root}-away`, root);
  await rm(join(root, 'f0'), { recursive: true });
  await rename(join(root, 'f1'), join(root, '.f1'));
  await assert.rejects(async () => index(), /80 of them are missing: is the drive mounted/);
  assert.deepEqual(states(), [{ state: 'done', n: 120 }]);
  assert.equal((await index({ acceptGone: true })).files.gone, 80);
  await rename(join(root, '.f1'), join(root, 'f1'));
  const back = await index();
  assert.deepEqual([back.files.returned, back.computed], [40, 0]);
});

test('several roots, one of them moved; link loops; nested roots are refused', async (t) => {
  const { index, rows, root, folder, put } = await makeCollection(t, {
    'one/a.jpg': await photo(RED, 1),
    'one/two/b.jpg': await photo(RED, 2),
  });
  const other = join(folder, 'other');
  await mkdir(join(other, 'deep'), { recursive: true });
  await writeFile(join(other, 'deep', 'c.jpg'), await photo(GREEN, 3));
  await symlink(root, join(root, 'one', 'two', 'loop'));
  await symlink('..', join(root, 'one', 'up'));
  await symlink(join(root, 'one', 'a.jpg'), join(root, 'same.jpg'));
  await symlink(join(root, 'nothing.jpg'), join(root, 'broken.jpg'));
  await symlink(join(folder, 'outside'), join(root, 'outside'));
  await mkdir(join(folder, 'outside'));
  await writeFile(join(folder, 'outside', 'd.jpg'), await photo(RED, 4));
  await symlink(join(folder, 'outside'), join(folder, 'outside', 'again'));
  const summary = await index({}, root, `nas=${other}`);
  assert.deepEqual(
    rows("select root || ':' || path as p from catalogue order by 1").map(({ p }) => p),
    ['nas:deep/c.jpg', 'photos:one/a.jpg', 'photos:one/two/b.jpg', 'photos:outside/d.jpg'],
    JSON.stringify(summary),
  );
  await rename(other, join(folder, 'mounted elsewhere'));
  const moved = await index({}, `nas=${join(folder, 'mounted elsewhere')}`);
  assert.deepEqual([moved.files.unchanged, moved.computed], [1, 0]);
  await put('one/more.jpg', await photo(GREEN, 9));
  await assert.rejects(async () => index({}, join(root, 'one')), /lies in or around "photos"/);
  const namesake = join(folder, 'x', 'photos');
  await mkdir(namesake, { recursive: true });
  await assert.rejects(async () => index({}, namesake), /expected a new name: "photos" is /);
});

test('odd names: bytes that are no UTF-8, new lines, quotes, private characters', {
  skip: process.platform !== 'linux' && 'names are bytes on Linux only',
}, async (t) => {
  const { index, rows, root } = await makeCollection(t, {
    'it\'s "odd"\n%_.jpg': await photo(RED, 1),
    '\uF7FF.jpg': await photo(RED, 2),
    'ünïcode 犬 🐕.jpg': await photo(RED, 3),
  });
  const name = Buffer.from([0x63, 0x61, 0x66, 0xe9, 0xff, 0x2e, 0x6a, 0x70, 0x67]); // Latin-1 "café\xff.jpg"
  await writeFile(Buffer.concat([Buffer.from(`${root}/`), name]), await photo(GREEN, 4));
  await mkdir(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xe9])]));
  await writeFile(
    Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xe9, 0x2f]), name]),
    await photo(GREEN, 5),
  );
  const first = await index();
  assert.deepEqual(first.decisions, { breed: 5 });
  const paths = rows<{ path: string }>(
    "select path from catalogue where breed = 'Green_spaniel' order by id",
  );
  assert.equal(showName(paths[0]?.path ?? ''), 'caf\\xE9\\xFF.jpg');
  for (const { path } of rows<{ path: string }>('select path from catalogue'))
    assert.ok((await readFile(fsPath(`${root}/${path}`))).length > 0);
  const second = await index();
  assert.deepEqual([second.files.unchanged, second.files.gone, second.computed], [5, 0, 0]);
});

test('another model: older answers are counted, --refresh asks again and keeps them', async (t) => {
  const { index, rows, classifier, catalogue } = await makeCollection(t, {
    'a.jpg': await photo(RED, 1),
    'b.jpg': await photo(RED, 2),
    'same as b.jpg': await photo(RED, 2),
  });
  await index();
  const newer = { ...classifier, id: 'newer' };
  const plainRun = await index({ classifier: newer });
  assert.deepEqual([plainRun.computed, plainRun.older], [0, 2]);
  const refreshed = await index({ classifier: newer, refresh: true });
  assert.deepEqual([refreshed.computed, refreshed.older], [2, 0]);
  assert.deepEqual(rows('select model, count(*) as n from prediction group by model order by n, model'), [
    ...[classifier.id, 'newer'].sort().map((model) => ({ model, n: 2 })),
  ]);
  assert.deepEqual(rows('select distinct model from catalogue'), [{ model: 'newer' }]);
  const compared = compareModels(catalogue, classifier.id, 'newer');
  assert.deepEqual([compared.photos, compared.changed, compared.changes], [2, 0, []]);
  assert.throws(() => compareModels(catalogue, 'none', 'newer'), /expected a model of the catalogue/);
});
