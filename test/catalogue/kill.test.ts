import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createRandom, fromRoot } from '../../lib/base/index';
import { openCatalogue } from '../../lib/catalogue/index';
import { temporaryFolder } from '../support/temporary-folder';
import { checkCounts } from './support/check-counts';
import { photo } from './support/collection';

const KILLS = 50;
const PHOTOS = 300;
/** A run is killed within so long of its start, at first; then within what runs take on this machine. */
const FIRST_WINDOW_MS = 350;

test(`kill -9 at ${KILLS} random moments: no row is lost or doubled, the next run goes on`, {
  timeout: 600_000,
}, async (t) => {
  const folder = await temporaryFolder(t);
  const root = join(folder, 'photos');
  const file = join(folder, 'catalogue.sqlite');
  await mkdir(join(root, 'a'), { recursive: true });
  const random = createRandom(19);
  const jpegs = await Promise.all(
    Array.from({ length: 40 }, (_, i) => photo([random.integer(255), i, 200 - i], i)),
  );
  const write = async (i: number, version: number) => {
    // the same pictures under other bytes: a comment after the end
    const jpeg = jpegs[(i + version) % jpegs.length] ?? Buffer.alloc(0);
    const body =
      i % 50 === 7
        ? Buffer.from(`text ${i} ${version}`)
        : Buffer.concat([jpeg, Buffer.from(`${i} ${version}`)]);
    await writeFile(join(root, i % 2 ? 'a' : '.', `${i}.jpg`), body);
  };
  for (let i = 0; i < PHOTOS; i++) await write(i, 0);
  const start = () =>
    spawn(
      process.execPath,
      [
        '--import',
        pathToFileURL(require.resolve('tsx')).href,
        fromRoot('test/catalogue/support/index-child.ts'),
        root,
        file,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
  let killed = 0;
  let window = FIRST_WINDOW_MS;
  for (let kill = 0; kill < KILLS; kill++) {
    const child = start();
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    const started = performance.now();
    const lived = ended.then(() => performance.now() - started);
    await sleep(window * random.next());
    child.kill('SIGKILL');
    const [, signal] = await ended;
    if (signal === 'SIGKILL') {
      killed++;
      window *= 1.1;
    } else window = await lived; // it was through before: the next one is killed earlier
    for (let n = 0; n < 60; n++) await write(random.integer(PHOTOS), kill + 1);
    const moving = 2 * random.integer(PHOTOS / 2);
    await rename(join(root, `${moving}.jpg`), join(root, 'a', `moved ${kill}.jpg`));
    await write(moving, kill + 100);
  }
  const child = start();
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'exit');
  assert.equal(code, 0, output);
  assert.ok(killed > KILLS / 2, `${killed} of ${KILLS} runs were killed before their end`);
  const catalogue = openCatalogue(file);
  t.after(() => catalogue.close());
  const value = (sql: string) => catalogue.db.prepare(sql).pluck().all()[0];
  assert.equal(value('pragma integrity_check'), 'ok');
  const files = PHOTOS + KILLS;
  assert.equal(value("select count(*) from file where state <> 'gone'"), files);
  assert.equal(value("select count(*) from catalogue where state in ('done', 'failed')"), files);
  assert.equal(
    value("select count(*) from catalogue where state = 'done' and (breed is null or width is null)"),
    0,
  );
  assert.equal(
    value("select count(*) from file where state = 'failed'"),
    value("select count(*) from file where error_code = 'unsupported_format' and state = 'failed'"),
  );
  assert.equal(value('select count(*) from prediction'), value('select count(*) from photo'));
  assert.equal(
    value('select count(*) from (select distinct sha256 from embedding)'),
    value('select count(*) from photo'),
  );
  assert.equal(value('select count(*) from photo where sha256 not in (select sha256 from prediction)'), 0);
  checkCounts(catalogue);
  await rm(root, { recursive: true });
});
