import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parquetReadObjects } from 'hyparquet';
import sharp from 'sharp';
import { createRandom } from '../../lib/base/index';
import {
  findAlike,
  findDuplicates,
  findPhotos,
  parseQuery,
  parseSince,
  storedVector,
} from '../../lib/catalogue/index';
import { GREEN, GREY, RED } from '../app/support/fixture';
import { dogbreeds } from '../app/support/run-command';
import { makeCollection, photo } from './support/collection';

const some = async () => ({
  '2023/summer/a.jpg': await photo(RED, 1),
  '2023/summer/it\'s "b".jpg': await photo(RED, 2),
  '2023/=c.jpg': await photo(GREEN, 3),
  '2024/d.jpg': await photo(GREY, 4),
  '2024/bad.jpg': 'text',
});

test('words find photos: breeds with bounds, decisions, folders; what cannot be understood names what comes near', async (t) => {
  const { index, catalogue } = await makeCollection(t, await some());
  await index();
  const paths = (query: string) => [...findPhotos(catalogue, { query })].map(({ path }) => path);
  assert.deepEqual(paths('red setter'), ['2023/summer/a.jpg', '2023/summer/it\'s "b".jpg']);
  assert.deepEqual(paths('Red_Setter > 0.9 and in 2023/summer/').length, 2);
  assert.deepEqual(paths('Red_setter > 0.9999'), []);
  assert.deepEqual(paths('not sure'), ['2024/d.jpg']);
  assert.deepEqual(paths('failed'), ['2024/bad.jpg']);
  assert.deepEqual(paths('in 2023').length, 3);
  assert.deepEqual(paths('breed < 0.6'), ['2024/d.jpg']);
  assert.equal([...findPhotos(catalogue, { limit: 2 })].length, 2);
  assert.throws(
    () => parseQuery(catalogue, 'setter'),
    /received "setter"; breeds that come near: Red_setter/,
  );
  assert.throws(() => parseQuery(catalogue, 'red setter > 2'), /expected a probability from 0 to 1/);
  assert.equal([...findPhotos(catalogue, { since: parseSince('1h') })].length, 5);
  assert.equal([...findPhotos(catalogue, { since: new Date(Date.now() + 1e6) })].length, 0);
  assert.throws(() => parseSince('soon'), /expected a time like/);
});

test('duplicates: the same bytes, and copies that were resized or saved again', async (t) => {
  const noise = async (seed: number, width = 320, height = 240) => {
    const random = createRandom(seed);
    const data = Buffer.from(Array.from({ length: 8 * 6 * 3 }, () => random.integer(256)));
    return sharp(data, { raw: { width: 8, height: 6, channels: 3 } })
      .resize(width, height, { kernel: 'cubic' })
      .jpeg({ quality: 92 })
      .toBuffer();
  };
  const { index, catalogue } = await makeCollection(t, {
    'a.jpg': await noise(1),
    'copy/a.jpg': await noise(1),
    'small a.jpg': await sharp(await noise(1))
      .resize(200)
      .jpeg({ quality: 70 })
      .toBuffer(),
    'b.jpg': await noise(2),
    'b.png': await sharp(await noise(2))
      .png()
      .toBuffer(),
    'c.jpg': await noise(3),
    'plain 1.jpg': await photo(RED, 1),
    'plain 2.jpg': await photo(RED, 2),
  });
  await index();
  const groups = findDuplicates(catalogue).map((group) => group.map(({ path }) => path));
  assert.deepEqual(groups.sort(), [
    ['a.jpg', 'copy/a.jpg', 'small a.jpg'],
    ['b.jpg', 'b.png'],
  ]);
  assert.deepEqual(
    findDuplicates(catalogue, { exactOnly: true }).map((group) => group.map(({ path }) => path)),
    [['a.jpg', 'copy/a.jpg']],
  );
});

test('alike: the photo itself comes first, then those of its colour', async (t) => {
  const { index, catalogue, rows } = await makeCollection(t, await some());
  await index();
  const [{ sha256 } = { sha256: '' }] = rows<{ sha256: string }>(
    "select sha256 from file where name = 'a.jpg'",
  );
  const stored = storedVector(catalogue, sha256);
  assert.ok(stored);
  const near = findAlike(catalogue, stored.vector, stored.backbone, 2);
  assert.deepEqual(
    near.map(({ path }) => path),
    ['2023/summer/a.jpg', '2023/summer/it\'s "b".jpg'],
  );
  assert.ok(Math.abs((near[0]?.likeness ?? 0) - 1) < 1e-6);
});

test('a limit counts files, copies too; photos that are gone take no place', async (t) => {
  const { index, catalogue, root, put } = await makeCollection(t, await some());
  await put('copy/a.jpg', await photo(RED, 1));
  await index();
  const stored = () => {
    const [{ sha256 } = { sha256: '' }] = catalogue.db
      .prepare("select sha256 from file where name = 'd.jpg'")
      .all() as { sha256: string }[];
    return storedVector(catalogue, sha256);
  };
  const { vector, backbone } = stored() ?? assert.fail('expected the vector of d.jpg');
  const all = findAlike(catalogue, vector, backbone);
  assert.equal(all.length, 5);
  for (let limit = 1; limit <= 5; limit++)
    assert.deepEqual(findAlike(catalogue, vector, backbone, limit), all.slice(0, limit));
  await rm(join(root, '2024/d.jpg'));
  await index();
  assert.deepEqual(
    findAlike(catalogue, vector, backbone, 2).map(({ path }) => path).length,
    2,
    'one that is gone leaves its place to the next',
  );
});

test('the command: paths for xargs -0, JSON lines, CSV that no spreadsheet takes for formulas, Parquet', async (t) => {
  const { index, catalogue, root, folder } = await makeCollection(t, await some());
  await index();
  const find = (...args: string[]) =>
    execFileSync(
      process.execPath,
      [...dogbreeds(), 'index', 'find', ...args, '--catalogue', catalogue.path],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
  const paths = find('red setter', '-0').toString().split('\0');
  assert.deepEqual(paths, [join(root, '2023/summer/a.jpg'), join(root, '2023/summer/it\'s "b".jpg'), '']);
  const lines = find('in 2024', '--json')
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ decision, top5 }) => [decision, top5?.length]),
    [
      ['not_sure', 5],
      [null, undefined],
    ],
  );
  const csv = find('green spaniel', '--csv').toString().split('\n');
  assert.match(csv[0] ?? '', /^path,decision,breed,probability,/);
  assert.match(csv[1] ?? '', /=c\.jpg,breed,Green_spaniel,0\.9/);
  find('--parquet', join(folder, 'all.parquet'));
  const bytes = await readFile(join(folder, 'all.parquet'));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const table = await parquetReadObjects({ file });
  assert.deepEqual(
    table.map(({ path, breed }) => [path, breed]).sort(),
    [...findPhotos(catalogue, {})].map(({ path, breed }) => [path, breed]).sort(),
  );
  assert.throws(
    () => find('red setter > 0.99999'),
    ({ status }: { status: number }) => status === 1,
  );
  assert.throws(
    () => find('red setter', '--duplicates'),
    /expected --duplicates alone, received it with "red setter"/,
  );
});

test('a reader that has seen enough ends the command without a word', async (t) => {
  const { index, catalogue } = await makeCollection(t, await some());
  await index();
  const fill = catalogue.db.prepare(
    "insert into file (root, folder, name, size, mtime, state, first_run, last_run) values ('photos', 'many/', ?, 1, 1, 'pending', 1, 1)",
  );
  catalogue.db.transaction(() => {
    for (let i = 0; i < 20_000; i++) fill.run(`${i}`.padStart(100, '0'));
  })();
  const command = [
    process.execPath,
    ...dogbreeds(),
    'index',
    'find',
    '--paths',
    '--catalogue',
    catalogue.path,
  ];
  const quoted = command.map((word) => `'${word}'`).join(' ');
  const { stdout, stderr, status } = spawnSync('bash', ['-o', 'pipefail', '-c', `${quoted} | head -n 3`], {
    encoding: 'utf8',
  });
  assert.deepEqual([stdout.split('\n').length, stderr, status], [4, '', 0]);
});
