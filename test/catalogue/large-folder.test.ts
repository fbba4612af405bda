import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { addRoot, openCatalogue, walkFolder } from '../../lib/catalogue/index';
import { scanRoot } from '../../lib/catalogue/scan/scan-root';
import { PART_NAMES } from '../../lib/catalogue/scan/walk-folder';
import { listBucket } from '../../lib/catalogue/source/list-bucket';
import { startRun } from '../../lib/catalogue/store/runs';
import { temporaryFolder } from '../support/temporary-folder';
import { makeCollection } from './support/collection';
import { needsS3, startS3 } from './support/s3-server';

const COUNT = 2 * PART_NAMES + 500;
const nameOf = (i: number) => `IMG_${String(i).padStart(5, '0')}.jpg`;

test('a flat folder of thousands of files comes in parts, in order; what is known is left alone by part', async (t) => {
  const base = await temporaryFolder(t);
  const folder = await temporaryFolder(t);
  const touch = (...names: string[]) => Promise.all(names.map((name) => writeFile(join(folder, name), '')));
  // beyond U+D800 the order of JavaScript and that of the catalogue differ
  const last = ['\uFF21.jpg', '🐕.jpg'];
  await touch(...Array.from({ length: COUNT }, (_, i) => nameOf(i)), ...last, 'notes.txt');
  const parts: number[] = [];
  const names: string[] = [];
  for await (const { photos, folder: below } of walkFolder(folder)) {
    assert.equal(below, '');
    parts.push(photos.length);
    names.push(...photos.map(({ name }) => name));
  }
  assert.deepEqual(parts, [PART_NAMES, PART_NAMES, 502]);
  assert.deepEqual(
    names.slice(0, COUNT),
    Array.from({ length: COUNT }, (_, i) => nameOf(i)),
  );

  const catalogue = openCatalogue(join(base, 'c.sqlite'));
  t.after(() => catalogue.close());
  const { db } = catalogue;
  const root = addRoot(catalogue, folder);
  const scan = async () => {
    const counts = await scanRoot(catalogue, root.name, folder, {
      run: startRun(catalogue, 'index', null, {}),
    });
    const { added, changed, gone, returned, unchanged } = counts;
    return { added, changed, gone, returned, unchanged };
  };
  const none = { added: 0, changed: 0, gone: 0, returned: 0 };
  const all = COUNT + 2;
  assert.deepEqual(await scan(), { ...none, added: all, unchanged: 0 });
  assert.deepEqual(await scan(), { ...none, unchanged: all });
  // a row that is not as the folder has it is only seen where rows are read
  const spoil = (i: number) => db.prepare('update file set size = 7 where name = ?').run(nameOf(i));
  spoil(5);
  assert.deepEqual(await scan(), { ...none, unchanged: all }, 'no row is read');
  await touch('zz.jpg');
  assert.deepEqual(
    await scan(),
    { ...none, added: 1, unchanged: all },
    'rows of the last part alone are read',
  );
  await scan();
  // the last of the first part goes, one before it comes: the second part is as it was
  await rm(join(folder, nameOf(PART_NAMES - 1)));
  await touch('A.jpg');
  spoil(PART_NAMES + 5);
  assert.deepEqual(await scan(), { added: 1, changed: 1, gone: 1, returned: 0, unchanged: all - 1 });
  assert.deepEqual(await scan(), { ...none, unchanged: all + 1 });
  // the first of a part goes: what lies between two parts belongs to the former
  await rm(join(folder, nameOf(PART_NAMES)));
  assert.deepEqual(await scan(), { ...none, changed: 1, gone: 1, unchanged: all - 1 });
  await touch(nameOf(PART_NAMES - 1));
  const back = await scan();
  assert.deepEqual([back.added, back.gone, back.returned + back.changed], [0, 0, 1]);
  await rm(join(folder, last[1] ?? ''));
  assert.equal((await scan()).gone, 1);
  assert.deepEqual(await scan(), { ...none, unchanged: all });
  const states = db.prepare("select name from file where state = 'gone' order by name").pluck().all();
  assert.deepEqual(states, [nameOf(PART_NAMES), last[1]]);
});

test('a flat prefix of thousands of keys comes in parts too', needsS3, async (t) => {
  const s3 = await startS3(t);
  const { catalogue } = await makeCollection(t, {});
  const keys = Array.from({ length: PART_NAMES + 200 }, (_, i) => nameOf(i));
  for (let start = 0; start < keys.length; start += 50)
    await Promise.all(keys.slice(start, start + 50).map((key) => s3.put(`flat/${key}`, 'x')));
  await s3.put('flat/IMG_00100/below.jpg', 'x'); // its listing is complete in the midst of the folder around it
  const parts: [string, number, string | undefined, string | undefined][] = [];
  for await (const { folder, photos, from, before } of listBucket('s3://photos/flat'))
    parts.push([folder, photos.length, from, before]);
  const [first, second] = [undefined, nameOf(PART_NAMES)];
  assert.deepEqual(parts, [
    ['IMG_00100/', 1, undefined, undefined],
    ['', PART_NAMES, first, second],
    ['', 200, second, undefined],
  ]);
  const root = addRoot(catalogue, 's3://photos/flat');
  const scan = () =>
    scanRoot(catalogue, root.name, root.folder, { run: startRun(catalogue, 'index', null, {}) });
  assert.equal((await scan()).added, keys.length + 1);
  assert.equal((await scan()).unchanged, keys.length + 1);
  catalogue.db.prepare('update file set size = 7 where name = ?').run(nameOf(5));
  await s3.remove(`flat/${nameOf(PART_NAMES + 7)}`);
  const { gone, changed, unchanged } = await scan();
  assert.deepEqual([gone, changed, unchanged], [1, 0, keys.length]);
});
