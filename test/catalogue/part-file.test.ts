import assert from 'node:assert/strict';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { mergeParts, openCatalogue, writePart } from '../../lib/catalogue/index';
import { GREEN, RED } from '../app/support/fixture';
import { makeCollection, photo } from './support/collection';

test('a part that was cut at any byte is continued to the same bytes', async (t) => {
  const files: Record<string, Buffer | string> = { 'line\u2028end.jpg': 'text' };
  for (let i = 0; i < 6; i++) files[`${i}.jpg`] = await photo(i % 2 ? RED : GREEN, i);
  const { root, folder, classifier } = await makeCollection(t, files);
  const out = join(folder, 'part.ndjson');
  const write = () => writePart({ root: { name: 'photos', folder: root }, part: '1/1', out, classifier });
  assert.equal(await write(), 7);
  const whole = await readFile(out);
  const ends = [...whole.keys()].filter((i) => whole[i] === 0x0a);
  const cuts = new Set(ends.flatMap((end) => [end - 1, end, end + 1, end + 2]));
  for (const cut of [0, 1, 40, ...cuts].filter((cut) => cut <= whole.length)) {
    await writeFile(out, whole.subarray(0, cut));
    assert.equal(await write(), 7);
    assert.ok(whole.equals(await readFile(out)), `cut at byte ${cut} of ${whole.length}`);
  }
  await writeFile(out, '{"kind":"mine');
  await assert.rejects(write(), /expected a part that "index shard" wrote, received another file/);
  assert.equal(await readFile(out, 'utf8'), '{"kind":"mine', 'another file is left alone');
});

test('two parts of one folder are the same bytes, however long its files take to be looked at', async (t) => {
  const files: Record<string, Buffer | string> = {};
  for (let i = 0; i < 90; i++) files[`f/${i}.jpg`] = 'text';
  const { root, folder, classifier } = await makeCollection(t, files);
  const texts: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    const out = join(folder, `${name}.ndjson`);
    await writePart({ root: { name: 'photos', folder: root }, part: '1/1', out, classifier });
    texts.push(await readFile(out, 'utf8'));
  }
  const [, ...rows] = (texts[0] ?? '').trim().split('\n');
  const paths = rows.map((row): string => JSON.parse(row).path);
  assert.deepEqual(paths, [...paths].sort());
  assert.ok(texts.every((text) => text === texts[0]));
});

test('three parts, one cut short and continued, merged twice: the same catalogue as one run makes', async (t) => {
  const files: Record<string, Buffer | string> = { 'bad.jpg': 'text' };
  for (let i = 0; i < 30; i++) files[`f${i % 3}/${i}.jpg`] = await photo(i % 2 ? RED : GREEN, i);
  const { index, rows, root, folder, classifier } = await makeCollection(t, files);
  await index();
  const outs = [1, 2, 3].map((part) => join(folder, `part-${part}.ndjson`));
  const write = (part: number) =>
    writePart({
      root: { name: 'photos', folder: root },
      part: `${part}/3`,
      out: outs[part - 1] ?? '',
      classifier,
    });
  const counts = [await write(1), await write(2), await write(3)];
  assert.equal(
    counts.reduce((a, b) => a + b),
    31,
  );
  assert.ok(
    counts.every((count) => count > 3),
    `${counts}`,
  );
  const [first = ''] = outs;
  const text = await readFile(first, 'utf8');
  await writeFile(first, text.slice(0, Math.floor(text.length * 0.6)));
  const merged = openCatalogue(join(folder, 'merged.sqlite'));
  t.after(() => merged.close());
  await mergeParts(merged, outs);
  assert.equal(await write(1), counts[0], 'goes on');
  assert.equal(await readFile(first, 'utf8'), text);
  assert.equal(await mergeParts(merged, outs), 31);
  const sql =
    'select root, path, state, sha256, decision, breed, probability, dhash from catalogue order by path';
  assert.deepEqual(merged.db.prepare(sql).all(), rows(sql));
  await assert.rejects(
    writePart({ root: { name: 'photos', folder: root }, part: '4/3', out: first, classifier }),
    /expected --part like 3\/8/,
  );
  await appendFile(join(folder, 'no.ndjson'), '{"kind":"other"}\n');
  await assert.rejects(
    mergeParts(merged, [join(folder, 'no.ndjson')]),
    /expected a part that "index shard" wrote/,
  );
});
