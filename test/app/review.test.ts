import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import sharp from 'sharp';
import { invitePerson, revokePerson } from '../../lib/catalogue/index';
import { makeCollection, photo } from '../catalogue/support/collection';
import { chromiumPath, launchChromium } from './support/chromium';
import { GREEN, GREY, startTestApp, type TestApp } from './support/fixture';

/** An app over an indexed collection of 26 photos. */
async function startReview(t: TestContext, host?: string) {
  const files: Record<string, Buffer> = {
    'grey.jpg': await photo(GREY, 30),
    'sub/green.jpg': await photo(GREEN, 31),
  };
  for (let i = 0; i < 24; i++) files[`red ${i}.jpg`] = await photo([235 - 4 * i, 20 + 3 * i, 30], i);
  const collection = await makeCollection(t, files);
  await collection.index();
  const app = await startTestApp({ catalogueFile: collection.catalogue.path, host });
  t.after(() => app.stop());
  return { ...collection, app };
}

const ask = async (app: TestApp, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${app.url.replace('0.0.0.0', '127.0.0.1')}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
  });
  const type = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    value: type.includes('json') ? await response.json() : Buffer.from(await response.arrayBuffer()),
  };
};

test('the API: state, next photos, verdicts under a name, undo, small pictures, gallery', async (t) => {
  const { app, rows, root } = await startReview(t);
  const ana = { 'x-reviewer': 'Ana' };
  const { value: state } = await ask(app, '/api/catalogue', undefined, ana);
  assert.deepEqual(
    [state.who, state.role, state.decisions.not_sure >= 1, state.all.verdicts],
    ['Ana', 'review', true, 0],
  );
  const { value: next } = await ask(app, '/api/catalogue/next', { count: 3 }, ana);
  const { value: others } = await ask(app, '/api/catalogue/next', { count: 20 }, { 'x-reviewer': 'Bo' });
  assert.equal(next.items.length, 3);
  const hashes = next.items.map(({ sha256 }: { sha256: string }) => sha256);
  assert.ok(others.items.every(({ sha256 }: { sha256: string }) => !hashes.includes(sha256)));
  const [sha256] = hashes;
  assert.equal(
    (await ask(app, '/api/catalogue/verdict', { sha256, verdict: 'change', breed: 'Samoyed' }, ana)).status,
    200,
  );
  assert.deepEqual(rows('select who, verdict, breed from review'), [
    { who: 'Ana', verdict: 'change', breed: 'Samoyed' },
  ]);
  assert.equal((await ask(app, '/api/catalogue/undo', {}, ana)).value.item.sha256, sha256);
  assert.equal((await ask(app, '/api/catalogue/verdict', { sha256, verdict: 'confirm' }, ana)).status, 400);
  assert.equal(
    (await ask(app, '/api/catalogue/verdict', { sha256: 'f'.repeat(64), verdict: 'unusable' }, ana)).status,
    400,
  );
  await writeFile(
    join(root, 'large.jpg'),
    await sharp({ create: { width: 3000, height: 1000, channels: 3, background: 'red' } })
      .withExif({ IFD0: { Copyright: 'secret' } })
      .jpeg()
      .toBuffer(),
  );
  const picture = await ask(app, `/api/catalogue/photos/${sha256}?size=small`);
  const { format, width, exif } = await sharp(picture.value).metadata();
  assert.deepEqual([format, (width ?? 0) <= 240, exif], ['jpeg', true, undefined]);
  assert.equal((await ask(app, `/api/catalogue/photos/${'0'.repeat(64)}`)).status, 404);
  assert.equal((await ask(app, '/api/catalogue/photos/..%2F..%2Fetc%2Fpasswd')).status, 400);
  const { value: gallery } = await ask(app, '/api/catalogue/photos?query=green%20spaniel');
  assert.deepEqual(
    gallery.photos.map(({ path }: { path: string }) => path),
    ['photos:sub/green.jpg'.replace(':', '/')],
  );
  assert.equal((await ask(app, '/api/catalogue/photos?query=poodel')).status, 400);
  assert.equal((await ask(app, '/api/catalogue/photos?duplicates=true')).status, 200);
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  assert.match(metrics, /^dogbreeds_catalogue_files\{state="done"\} 26$/m);
});

test('on another address: only with a token that holds; who may look may not judge; guessing ends', async (t) => {
  const { app, catalogue, rows } = await startReview(t, '0.0.0.0');
  const token = invitePerson(catalogue, { name: 'Ana', role: 'review' });
  const viewer = invitePerson(catalogue, { name: 'Bo', role: 'view' });
  const bearer = (value: string) => ({ authorization: `Bearer ${value}`, 'x-reviewer': 'Mallory' });
  for (const path of ['/api/catalogue', '/api/catalogue/photos', `/api/catalogue/photos/${'0'.repeat(64)}`])
    assert.equal((await ask(app, path)).status, 401, path);
  assert.equal((await ask(app, '/api/catalogue/next', {})).status, 401);
  const { value } = await ask(app, '/api/catalogue', undefined, bearer(token));
  assert.equal(value.who, 'Ana', "the name is the token's");
  assert.equal((await ask(app, '/api/catalogue', undefined, bearer(viewer))).status, 200);
  assert.equal((await ask(app, '/api/catalogue/next', {}, bearer(viewer))).status, 403);
  const { value: next } = await ask(app, '/api/catalogue/next', { count: 1 }, bearer(token));
  const [item] = next.items;
  await ask(app, '/api/catalogue/verdict', { sha256: item.sha256, verdict: 'not_a_dog' }, bearer(token));
  assert.deepEqual(rows('select who from review'), [{ who: 'Ana' }]);
  const base = app.url.replace('0.0.0.0', '127.0.0.1');
  const link = await fetch(`${base}/review?token=${token}`, { redirect: 'manual' });
  assert.match(link.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Strict/);
  const cookie = (link.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  assert.equal((await ask(app, '/api/catalogue', undefined, { cookie })).value.who, 'Ana');
  assert.deepEqual(
    rows("select 1 from person where token_sha256 = ? or token_sha256 = ''", token),
    [],
    'no token is kept',
  );
  revokePerson(catalogue, 'Ana');
  assert.equal((await ask(app, '/api/catalogue', undefined, bearer(token))).status, 401);
  const statuses = [];
  for (let i = 0; i < 12; i++)
    statuses.push((await ask(app, '/api/catalogue', undefined, bearer(`wrong-${i}`))).status);
  assert.equal(statuses.at(-1), 429);
  assert.equal((await ask(app, '/api/catalogue', undefined, bearer(viewer))).status, 429);
});

const noBrowser = { skip: !chromiumPath() && 'SKIPPED: Chromium is not installed' };

test(
  'in Chromium: 20 photos judged by keyboard, another breed by typing, undo; filters are in the address',
  noBrowser,
  async (t) => {
    const { app, rows, catalogue } = await startReview(t);
    const browser = await launchChromium();
    t.after(() => browser.close());
    const page = await browser.newPage({ locale: 'en-GB' });
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(`${app.url}/review`);
    const current = () => page.locator('#judge').getAttribute('data-photo');
    await page.locator('#answers button').first().waitFor();
    const press = async (key: string) => {
      const before = await current();
      await page.keyboard.press(key);
      await page.waitForFunction(
        (sha) => document.querySelector<HTMLElement>('#judge')?.dataset.photo !== sha,
        before,
      );
    };
    const first = await current();
    await press('2');
    await page.keyboard.press('/');
    await page.keyboard.type('Samoyed');
    await press('Enter');
    for (const key of ['n', 'u', 's']) await press(key);
    const undone = await current();
    await press('z');
    await press('1');
    assert.equal(await current(), undone);
    for (let i = 0; i < 15; i++) await press('1');
    const kinds = rows<{ verdict: string; n: number }>(
      'select verdict, count(*) as n from review group by verdict order by verdict',
    );
    assert.deepEqual(kinds, [
      { verdict: 'change', n: 2 },
      { verdict: 'confirm', n: 16 },
      { verdict: 'not_a_dog', n: 1 },
      { verdict: 'skip', n: 1 },
      { verdict: 'undo', n: 1 },
      { verdict: 'unusable', n: 1 },
    ]);
    assert.equal(
      catalogue.db.prepare('select count(*) from photo where verdict is not null').pluck().all()[0],
      20,
    );
    assert.equal(rows<{ sha256: string }>('select sha256 from review order by id limit 1')[0]?.sha256, first);
    await page.goto(`${app.url}/review#gallery?query=Samoyed`);
    await page.locator('.photos img').first().waitFor();
    assert.equal(await page.locator('.photos figcaption').first().textContent(), 'Samoyed ✓');
    await page.locator('#query').fill('reviewed');
    await page.locator('#query').press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('.photos img').length > 5);
    assert.match(page.url(), /#gallery\?query=reviewed/);
    assert.deepEqual(faults, []);
  },
);
