import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startApp } from '../../lib/app/server/start-app';
import { plain, post, RED, saveColourModel, startTestApp, type TestApp } from './support/fixture';

let app: TestApp;
let photo: Uint8Array<ArrayBuffer>;
before(async () => {
  app = await startTestApp({ limits: { maxPending: 3 } });
  photo = new Uint8Array(await plain(RED, 1500, 1000).png().toBuffer());
});
after(() => app.stop());

/** Sends until the request is seen in the queue; returns it as it runs. Fast machines may answer between two looks. */
async function caught<T>(send: () => Promise<T>): Promise<{ running: Promise<T> }> {
  for (;;) {
    let over = false;
    const running = send();
    const end = () => {
      over = true;
    };
    running.then(end, end);
    while (!over) {
      if (app.context.queue.pending > 0) return { running };
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const codeOf = async (response: Response) =>
  ((await response.json()) as { error: { code: string } }).error.code;

test('when the queue is full the next photos get 503 with Retry-After; those taken are answered', async () => {
  const responses = await Promise.all(Array.from({ length: 30 }, () => post(app, '/api/predict', photo)));
  const refused = responses.filter(({ status }) => status === 503);
  const answered = responses.filter(({ status }) => status === 200);
  assert.equal(refused.length + answered.length, 30);
  assert.ok(answered.length >= 3, `${answered.length} answered`);
  assert.ok(refused.length >= 1, 'none was refused');
  for (const response of refused) {
    assert.match(response.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    assert.equal(await codeOf(response), 'busy');
  }
  assert.equal((await post(app, '/api/predict', photo)).status, 200);
  assert.equal(app.context.queue.pending, 0);
});

test('more photos in one request than the queue holds are refused as a whole', async () => {
  const form = new FormData();
  for (let i = 0; i < 4; i++) form.append('photo', new Blob([photo]), `${i}.png`);
  const response = await post(app, '/api/predict', form);
  assert.equal(response.status, 503);
  assert.equal(app.context.queue.pending, 0);
});

test('a client that goes away frees its place', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const { running } = await caught(() =>
    fetch(`${app.url}/api/predict`, { method: 'POST', body: photo, signal }),
  );
  controller.abort();
  await running.catch((error: Error) => assert.equal(error.name, 'AbortError'));
  await app.context.queue.drained();
  assert.equal((await post(app, '/api/predict', photo)).status, 200);
});

test('while the model loads, photos get 503 and the health check says what is being waited for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dogbreeds-loading-'));
  await saveColourModel(join(folder, 'model'));
  const starting = await startApp({
    modelFolder: join(folder, 'model'),
    flagFile: join(folder, 'flags.csv'),
    port: 0,
    batchSizes: [1],
  });
  try {
    const health = await fetch(`${starting.url}/healthz`);
    assert.equal(health.status, 503);
    assert.equal(((await health.json()) as { status: string }).status, 'loading');
    const early = await post(starting, '/api/predict', photo);
    assert.equal(early.status, 503);
    assert.match(early.headers.get('retry-after') ?? '', /^\d+$/);
    assert.equal(await codeOf(early), 'loading');
    assert.equal((await fetch(starting.url)).status, 200, 'the page is there');
    await starting.context.inference.ready();
    assert.equal((await post(starting, '/api/predict', photo)).status, 200);
  } finally {
    await starting.close();
    await rm(folder, { recursive: true });
  }
});

test('interpret gives two transparent PNGs of the breed that was asked for', async () => {
  const response = await post(app, '/api/interpret?breed=White_poodle', photo);
  assert.equal(response.status, 200);
  const answer = (await response.json()) as { breed: string; gradCam: string; occlusion: string };
  assert.equal(answer.breed, 'White_poodle');
  for (const map of [answer.gradCam, answer.occlusion])
    assert.match(map, /^data:image\/png;base64,iVBORw0KGgo/);
});
