import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createRandom, fromRoot } from '../../lib/base/index';
import { type Catalogue, estimatePrecision, nextPhotos, openCatalogue } from '../../lib/catalogue/index';
import { STRATA } from '../../lib/catalogue/review/strata';
import { temporaryFolder } from '../support/temporary-folder';
import { changeAtRandom } from './support/change-at-random';
import { checkCounts } from './support/check-counts';

const value = ({ db }: Catalogue, sql: string) => db.prepare(sql).pluck().all()[0];

test('what is kept counted is what counting says, after any rows, verdicts, thresholds, moves, files gone and back', async (t) => {
  const folder = await temporaryFolder(t);
  for (let seed = 0; seed < 5; seed++) {
    const catalogue = openCatalogue(join(folder, `${seed}.sqlite`));
    const change = changeAtRandom(catalogue, createRandom(seed));
    let [photos, verdicts] = [0, 0];
    for (let step = 0; step < 80; step++) {
      await change();
      if (step % 4 !== 3) continue;
      checkCounts(catalogue);
      photos = Math.max(photos, Number(value(catalogue, 'select sum(photos) from answer_count')));
      verdicts = Math.max(verdicts, estimatePrecision(catalogue).all.verdicts);
    }
    assert.ok(photos > 10 && verdicts > 2, `${photos} photos, ${verdicts} verdicts`);
    catalogue.close();
  }
});

test('kill -9 at random moments: the counts are those of the rows that were written', {
  timeout: 300_000,
}, async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'catalogue.sqlite');
  const random = createRandom(4);
  let before = 0;
  for (let kill = 0; kill < 8; kill++) {
    const child = spawn(
      process.execPath,
      [
        '--import',
        pathToFileURL(require.resolve('tsx')).href,
        fromRoot('test/catalogue/support/change-at-random.ts'),
        file,
        `${kill}`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    await sleep(400 * random.next());
    child.kill('SIGKILL');
    assert.equal((await ended)[1], 'SIGKILL');
    const catalogue = openCatalogue(file);
    assert.equal(value(catalogue, 'pragma integrity_check'), 'ok');
    checkCounts(catalogue);
    before = Number(value(catalogue, 'select count(*) from photo'));
    catalogue.close();
  }
  assert.ok(before > 0, 'something was written before the last kill');
});

test('probabilities on and beside a whole percent fall where p >= k / 100 says; strata lie on whole percents', async (t) => {
  const catalogue = openCatalogue(join(await temporaryFolder(t), 'catalogue.sqlite'));
  t.after(() => catalogue.close());
  const { db } = catalogue;
  let n = 0;
  for (let k = 0; k <= 100; k++)
    for (const p of [k / 100, k / 100 - 2 ** -54, k / 100 + 2 ** -53, Math.fround(k / 100)]) {
      if (p < 0 || p > 1) continue;
      const sha = `${n++}`;
      db.prepare(
        "insert into file (root, folder, name, size, mtime, sha256, state, first_run, last_run) values ('r', '', ?, 1, 1, ?, 'done', 1, 1)",
      ).run(sha, sha);
      db.prepare(
        "insert into photo (sha256, format, width, height, model) values (?, 'jpeg', 1, 1, 'm')",
      ).run(sha);
      db.prepare("insert into prediction values (?, 'm', 'breed', 'a', ?, '[]', null, 'e', 'w', '')").run(
        sha,
        p,
      );
    }
  checkCounts(catalogue);
  for (const bound of STRATA) assert.equal(Math.round(bound * 100) / 100, bound);
});

test('a catalogue of the version before the counts is opened, and gives the same estimate', async (t) => {
  const file = join(await temporaryFolder(t), 'catalogue.sqlite');
  const former = openCatalogue(file);
  const change = changeAtRandom(former, createRandom(99));
  for (let step = 0; step < 80; step++) await change();
  const before = estimatePrecision(former);
  const triggers = former.db.prepare("select name from sqlite_master where type = 'trigger'").pluck().all();
  assert.equal(triggers.length, 10);
  for (const name of triggers) former.db.exec(`drop trigger ${name}`);
  former.db.exec(
    'drop table answer_count; drop index file_content; create index file_hash on file (sha256); pragma user_version = 3',
  );
  former.close();
  const catalogue = openCatalogue(file);
  t.after(() => catalogue.close());
  assert.deepEqual(estimatePrecision(catalogue), before);
  checkCounts(catalogue);
  for (let step = 0; step < 20; step++) await change(catalogue);
  checkCounts(catalogue);
});

test('the sample for measuring: strata by their size, what is judged or looked at counts as taken', async (t) => {
  const catalogue = openCatalogue(join(await temporaryFolder(t), 'catalogue.sqlite'));
  t.after(() => catalogue.close());
  const change = changeAtRandom(catalogue, createRandom(6));
  for (let step = 0; step < 60; step++) await change();
  const open = Number(
    value(
      catalogue,
      "select count(distinct sha256) from catalogue where state = 'done' and machine_decision = 'breed' and source = 'model'",
    ),
  );
  const drawn = nextPhotos(catalogue, { who: 'Zoe', count: 1000, order: 'sample', now: 1 });
  assert.ok(open > 0, `${open}`);
  assert.equal(drawn.length, open);
  assert.equal(nextPhotos(catalogue, { who: 'Yul', count: 10, order: 'sample', now: 2 }).length, 0);
});
