import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { BOARD_TEXTS } from '../../lib/app/page/board-texts';
import { REVIEW_TEXTS } from '../../lib/app/page/review-texts';
import type { catalogueBoard } from '../../lib/app/routes/board';
import type { AnswerOf } from '../../lib/app/server/define-route';
import { startApp } from '../../lib/app/server/start-app';
import {
  addRoot,
  indexCollection,
  invitePerson,
  openCatalogue,
  queueRunner,
  runningIndex,
} from '../../lib/catalogue/index';
import { tellProgress } from '../../lib/catalogue/run/run-progress';
import { endRun, startRun } from '../../lib/catalogue/store/runs';
import { photo } from '../catalogue/support/collection';
import { meanColourClassifier } from '../catalogue/support/mean-colour-classifier';
import { startRedis } from '../queue/support/redis';
import { makeSetting, type Setting, SHARD, startChild, withRedis } from '../queue/support/setting';
import { temporaryFolder } from '../support/temporary-folder';
import { chromiumPath, launchChromium } from './support/chromium';
import { startTestApp, type TestApp } from './support/fixture';

type Board = AnswerOf<typeof catalogueBoard>;

async function startBoard(t: TestContext, { file }: Setting, redis: string, host?: string): Promise<TestApp> {
  const app = await startTestApp({ catalogueFile: file, redis, host });
  t.after(() => app.stop());
  return app;
}

const board = async (app: TestApp): Promise<Board> => {
  const response = await fetch(`${app.url}/api/catalogue/board`);
  assert.equal(response.status, 200);
  return (await response.json()) as Board;
};

/** Asks until it fits. */
async function boardWhere(app: TestApp, fits: (board: Board) => boolean): Promise<Board> {
  for (let tries = 0; ; tries++) {
    const now = await board(app);
    if (fits(now)) return now;
    assert.ok(tries < 200, `expected another board than ${JSON.stringify(now)}`);
    await sleep(200);
  }
}

async function openPage(t: TestContext, app: TestApp, locale: string, width: number): Promise<Page> {
  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage({ locale, viewport: { width, height: 900 } });
  page.setDefaultTimeout(60_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on(
    'console',
    (message) => message.type() === 'error' && faults.push(`${message.text()} ${message.location().url}`),
  );
  t.after(() => assert.deepEqual(faults, []));
  await page.goto(`${app.url}/review`);
  await page.locator('#board').click();
  await page.waitForURL('**/board');
  return page;
}

/** Keeps what the page shows where DOGBREEDS_SCREENSHOTS names a folder; it fits the window in any case. */
async function look(page: Page, name: string): Promise<void> {
  const [wide, window] = await page.evaluate(() => [document.body.scrollWidth, innerWidth]);
  assert.ok((wide ?? 0) <= (window ?? 0), `${name}: ${wide} px in a window of ${window} px`);
  const folder = process.env.DOGBREEDS_SCREENSHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

const inBrowser = {
  ...withRedis,
  skip: withRedis.skip || (!chromiumPath() && 'SKIPPED: Chromium is not installed'),
};

test(
  'the board in Chromium: a run, its workers and their rates; Redis goes away and comes back; the end',
  inBrowser,
  async (t) => {
    const redis = await startRedis(t);
    const setting = await makeSetting(t, 480);
    const app = await startBoard(t, setting, redis.url);
    const page = await openPage(t, app, 'en-GB', 1280);
    await page.getByText('No run has been heard of in queue “dogbreeds”').waitFor();
    for (const name of ['a', 'b'])
      await setting.worker(redis.url, '--name', name, '--slow', '500').says(/ready/);
    const running = setting.run(redis.url);
    await page.getByText('The index is running').waitFor();
    const figure = (key: string) => page.locator(`[data-figure="${key}"] dd`).textContent();
    const rate = (worker: string) => page.locator(`[data-worker="${worker}"] td`).nth(1);
    for (const worker of ['a', 'b'])
      await rate(worker)
        .filter({ hasText: /\d\.\d/ })
        .waitFor();
    const during = await boardWhere(app, ({ queue }) => (queue?.run?.secondsLeft ?? 0) > 0);
    assert.ok(during.queue?.run?.perSecond, 'a rate of all');
    assert.equal(during.queue.workers.length, 2);
    for (const { perSecond, state } of during.queue.workers) {
      assert.equal(state, 'working');
      // a worker sleeps for half a second in each shard
      assert.ok(perSecond && perSecond > 0 && perSecond <= SHARD / 0.5, `${perSecond} photos/s`);
    }
    await page.waitForFunction(() => document.querySelector('[data-figure="time"] dd')?.textContent !== '–');
    assert.ok(Number(await figure('waiting')) > 0);
    await look(page, 'board running 1280');

    await redis.kill();
    await page.getByText('does not answer').waitFor();
    assert.match(`${await page.locator('#message').textContent()}`, /Below is what was known at/);
    const away = await board(app);
    assert.ok(away.trouble && away.queue === null && away.pending > 0, 'the catalogue is still told of');
    await look(page, 'board away 1280');
    await redis.start(); // without its data
    await page.locator('#message').waitFor({ state: 'hidden' });

    const counts = await running;
    await page.getByText('is done').waitFor();
    assert.equal(await figure('written'), '480');
    assert.equal(await figure('left'), '0');
    const after = await boardWhere(app, ({ queue }) => queue?.workers.length === 2);
    assert.deepEqual(
      after.queue?.workers.map(({ name, photos }) => [name, photos]),
      [...counts.piecesBy].sort(),
    );
    assert.equal(
      after.queue?.workers.reduce((sum, { photos }) => sum + photos, 0),
      480,
    );
    assert.deepEqual(after.queue?.shards, { waiting: 0, active: 0, failed: 0, done: 30 });
    assert.equal(after.queue?.run?.renewed, counts.renewed);
    await look(page, 'board done 1280');
    await page.close(); // it asks until then, and a server that stops answers 503
    setting.check();
  },
);

test(
  'the board in Chromium, in French on a phone: dead workers, poison shards, failed photos with their reasons',
  inBrowser,
  async (t) => {
    const redis = await startRedis(t);
    const setting = await makeSetting(t, 20, {
      '0007 poison.jpg': await photo([1, 2, 3], 99),
      '0008 damaged.jpg': (await photo([9, 2, 3], 98)).subarray(0, 200),
    });
    const app = await startBoard(t, setting, redis.url);
    const page = await openPage(t, app, 'fr-FR', 390);
    let over = false;
    const keepWorking = async () => {
      while (!over) await setting.worker(redis.url).ended;
    };
    void keepWorking();
    const running = setting.run(redis.url);
    await page.getByText('recherche dans les moitiés').first().waitFor();
    await running;
    over = true;
    await page.getByText('est terminée').waitFor();
    await page.getByText('une photo, notée en échec').waitFor();
    await page.locator('#workers tr.silent').first().waitFor();
    const failed = page.locator('#failed li');
    assert.deepEqual(
      (await failed.allTextContents()).map((row) => row.replace(/(ouvriers|endommagée).*/, '$1')),
      ['photos/0008 damaged.jpgendommagée', 'photos/0007 poison.jpgtue les ouvriers'],
    );
    assert.match(`${await page.locator('#reasons').textContent()}`, /1 × endommagée, 1 × tue les ouvriers/);
    const { queue, failed: n } = await board(app);
    assert.deepEqual([n, queue?.shards.failed, queue?.run?.halved, queue?.poison.length], [2, 1, 4, 5]);
    assert.deepEqual(queue?.poison[0], { name: 'photos/0007 poison.jpg', photos: 1, halved: false });
    await look(page, 'board poison 390');
    await page.setViewportSize({ width: 1280, height: 900 });
    await look(page, 'board poison 1280');
    await page.goto(`${app.url}/review`);
    await page.locator('#board').waitFor();
    await page.setViewportSize({ width: 390, height: 900 });
    await look(page, 'review with board 390');
    await page.close();
  },
);

test(
  'the board in Chromium while a run still scans: it says so with the photos seen so far, not the former run',
  inBrowser,
  async (t) => {
    const redis = await startRedis(t);
    const setting = await makeSetting(t, 40);
    const { catalogue } = setting;
    const app = await startBoard(t, setting, redis.url);
    await setting.worker(redis.url, '--name', 'a').says(/ready/);
    await setting.run(redis.url);
    const page = await openPage(t, app, 'en-GB', 1280);
    await page.getByText('is done').waitFor();

    // its second root is a bucket whose server takes calls and never answers
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const variables = {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      ...{ AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', AWS_REGION: 'here' },
    };
    Object.assign(process.env, variables);
    t.after(() => Object.keys(variables).forEach((name) => void delete process.env[name]));
    const stop = new AbortController();
    const classifier = meanColourClassifier();
    const scanning = indexCollection(
      catalogue,
      [addRoot(catalogue, setting.root), addRoot(catalogue, 's3://pictures')],
      {
        ...{ classifier, signal: stop.signal },
        runner: queueRunner({ url: redis.url, model: classifier.id }),
      },
    );
    await page.getByText('A run is looking for photos: 40 seen so far').waitFor();
    assert.equal(await page.locator('#run').isVisible(), false, 'the former run’s figures are not shown');
    const during = await board(app);
    const { step, done, total, lost } = during.beginning ?? {};
    assert.deepEqual([step, done, total, lost], ['scan', 40, null, false]);
    assert.equal(during.queue?.run, null);
    assert.deepEqual(
      during.queue?.workers.map(({ name, photos }) => [name, photos]),
      [['a', 0]],
    );
    await look(page, 'board scanning 1280');
    stop.abort();
    assert.equal((await scanning).outcome, 'stopped');
    await page.getByText('is done').waitFor();
    assert.equal((await board(app)).beginning, null);
    await page.close();
  },
);

test('a run that is killed while it scans is said to be gone; the next one is told of', async (t) => {
  const catalogue = openCatalogue(join(await temporaryFolder(t), 'c.sqlite'));
  const run = startRun(catalogue, 'index', 'm', {});
  assert.equal(runningIndex(catalogue), null, 'of an earlier version');
  tellProgress(catalogue, run).end();
  assert.equal(runningIndex(catalogue)?.lost, false);
  catalogue.db
    .prepare("update run set counts = json_set(counts, '$.at', json_extract(counts, '$.at') - 60000)")
    .run();
  assert.deepEqual([runningIndex(catalogue)?.lost, runningIndex(catalogue)?.run], [true, run]);
  const next = startRun(catalogue, 'index', 'm', {});
  const told = tellProgress(catalogue, next);
  assert.deepEqual([runningIndex(catalogue)?.lost, runningIndex(catalogue)?.run], [false, next]);
  told.end();
  endRun(catalogue, next, 'done', {});
  assert.equal(runningIndex(catalogue), null);
  catalogue.close();
});

test('a coordinator that goes without a word is said to be gone', withRedis, async (t) => {
  const redis = await startRedis(t);
  const setting = await makeSetting(t, 20);
  const app = await startBoard(t, setting, redis.url);
  const coordinator = startChild(t, 'coordinator-child.ts', [redis.url, setting.root, setting.file]);
  await boardWhere(app, ({ queue }) => queue?.run?.state === 'running' && queue.shards.waiting > 0);
  coordinator.process.kill('SIGKILL');
  const { queue } = await boardWhere(app, ({ queue: now }) => now?.run?.state === 'lost');
  assert.deepEqual([queue?.run?.photos, queue?.workers], [0, []]);
});

test('who may see the board, and what it never shows: the password', withRedis, async (t) => {
  const redis = await startRedis(t, '--requirepass', 'hush');
  const setting = await makeSetting(t, 3);
  const withPassword = redis.url.replace('//', '//:hush@');
  const app = await startBoard(t, setting, withPassword, '0.0.0.0');
  const base = app.url.replace('0.0.0.0', '127.0.0.1');
  const token = invitePerson(setting.catalogue, { name: 'Ana', role: 'view' });
  const ask = (headers: Record<string, string> = {}) => fetch(`${base}/api/catalogue/board`, { headers });
  assert.equal((await ask()).status, 401);
  assert.equal((await ask({ authorization: 'Bearer wrong' })).status, 401);
  const link = await fetch(`${base}/board?token=${token}`, { redirect: 'manual' });
  assert.equal(link.headers.get('location'), '/board');
  const cookie = (link.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  let text = '';
  for (let tries = 0; !text.includes('"trouble":null') && tries < 50; tries++) {
    const answer = await ask({ cookie });
    assert.equal(answer.status, 200);
    text = await answer.text();
    await sleep(200);
  }
  assert.match(text, /"trouble":null/);
  assert.match(text, /redis:\/\/:\*\*\*@127/);
  assert.doesNotMatch(text, /hush/);

  process.env.DOGBREEDS_REDIS_PASSWORD = 'hush';
  t.after(() => delete process.env.DOGBREEDS_REDIS_PASSWORD);
  const byVariable = await startBoard(t, setting, redis.url);
  await boardWhere(byVariable, ({ trouble }) => trouble === null);
  const wrong = await startBoard(t, setting, redis.url.replace('//', '//:guess@'));
  const refused = await boardWhere(wrong, ({ trouble }) => /WRONGPASS|NOAUTH/.test(trouble ?? ''));
  assert.doesNotMatch(JSON.stringify(refused), /guess|hush/);

  const none = await startTestApp({ catalogueFile: setting.file });
  t.after(() => none.stop());
  assert.equal((await fetch(`${none.url}/api/catalogue/board`)).status, 404);
  assert.equal((await fetch(`${none.url}/board`)).status, 404);
  const openapi = (await (await fetch(`${none.url}/openapi.json`)).json()) as { paths: object };
  assert.ok('/api/catalogue/board' in openapi.paths);
  const options = { modelFolder: none.folder, flagFile: join(none.folder, 'f.csv'), port: 0 };
  await assert.rejects(startApp({ ...options, redis: redis.url }), /--catalogue FILE/);
  await assert.rejects(
    startApp({ ...options, catalogueFile: setting.file, redis: 'http://:hush@localhost' }),
    ({ message }: Error) =>
      message.startsWith('expected an address like redis://') && !message.includes('hush'),
  );
});

test('both languages of the catalogue’s pages have every text, with the same placeholders', () => {
  const placeholders = (value: string) => [...value.matchAll(/\{(\w+)\}/g)].map(([name]) => name).sort();
  for (const { en, fr } of [BOARD_TEXTS, REVIEW_TEXTS] as { en: object; fr: object }[]) {
    assert.deepEqual(Object.keys(fr), Object.keys(en));
    for (const [key, value] of Object.entries(en))
      assert.deepEqual(placeholders(fr[key as keyof typeof fr]), placeholders(value), key);
  }
});
