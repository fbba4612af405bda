import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client, handle_file } from '@gradio/client';
import { elementAt } from '../../lib/base/index';
import { expectedTop, GREEN, plain, RED, startTestApp, type TestApp } from './support/fixture';

type Label = { label: string; confidences: { label: string; confidence: number }[] };

let app: TestApp;
let client: Client;
before(async () => {
  app = await startTestApp();
  client = await Client.connect(app.url, { events: ['data', 'status'] });
});
after(async () => {
  client?.close();
  await app.stop();
});

function assertLabel(data: unknown, colour: number[]): void {
  const [label] = data as [Label];
  const expected = expectedTop(colour);
  assert.equal(label.label, expected[0]?.breed);
  assert.deepEqual(
    label.confidences.map((c) => c.label),
    expected.map(({ breed }) => breed),
  );
  const difference = elementAt(label.confidences, 0).confidence - elementAt(expected, 0).probability;
  assert.ok(Math.abs(difference) < 1e-5);
}

const blob = async (colour: number[]) => new Blob([new Uint8Array(await plain(colour).png().toBuffer())]);

test("the real @gradio/client's predict works unchanged: blob, buffer, file on disk, by name and by number", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gradio-'));
  try {
    const file = join(folder, 'green dog é.png');
    await writeFile(file, await plain(GREEN).png().toBuffer());
    assertLabel((await client.predict('/predict', [await blob(RED)])).data, RED);
    assertLabel((await client.predict('predict', { img: await blob(GREEN) })).data, GREEN);
    assertLabel((await client.predict(0, [await plain(RED).png().toBuffer()])).data, RED);
    assertLabel((await client.predict('/predict', [handle_file(file)])).data, GREEN);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('view_api describes one endpoint with an image parameter and a label', async () => {
  const api = await client.view_api();
  assert.deepEqual(Object.keys(api.named_endpoints), ['/predict']);
  const endpoint = api.named_endpoints['/predict'];
  assert.equal(endpoint?.parameters[0]?.parameter_name, 'img');
  assert.equal(endpoint?.returns[0]?.component, 'Label');
});

test('many predictions of one client at the same time each get their own answer, on one stream', async () => {
  const photos = [await blob(RED), await blob(GREEN)];
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, i) => client.predict('/predict', [photos[i % 2]])),
  );
  answers.forEach(({ data }, i) => {
    assertLabel(data, i % 2 ? GREEN : RED);
  });
});

test('submit tells its states, and an unreadable photo ends in an error with the reason', async () => {
  const stages: string[] = [];
  for await (const message of client.submit('/predict', [await blob(RED)])) {
    if (message.type === 'status') stages.push(message.stage);
    if (message.type === 'data') assertLabel(message.data, RED);
  }
  assert.equal(stages.at(-1), 'complete');
  await assert.rejects(client.predict('/predict', [new Blob(['no photo'])]), /received text in/);
});

test('addresses of other servers and paths are not opened', async () => {
  const join = (data: unknown) =>
    fetch(`${app.url}/gradio_api/queue/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: [data], fn_index: 0, session_hash: 'abc' }),
    });
  for (const item of [
    { path: '/etc/passwd' },
    { path: 'http://127.0.0.1:1/x.png', url: 'http://127.0.0.1:1/x.png' },
    { url: 'file:///etc/passwd' },
    null,
    5,
  ]) {
    const response = await join(item);
    assert.equal(response.status, 422);
    assert.match(((await response.json()) as { detail: string }).detail, /other addresses are not fetched/);
  }
});

test("Gradio's way for curl: call/predict gives an id, the id gives the answer once", async () => {
  const image = `data:image/png;base64,${(await plain(GREEN).png().toBuffer()).toString('base64')}`;
  const call = await fetch(`${app.url}/gradio_api/call/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data: [{ url: image }] }),
  });
  const { event_id } = (await call.json()) as { event_id: string };
  const stream = await (await fetch(`${app.url}/gradio_api/call/predict/${event_id}`)).text();
  const [event, data = ''] = stream.split('\n');
  assert.equal(event, 'event: complete');
  assertLabel(JSON.parse(data.slice('data: '.length)), GREEN);
  assert.equal((await fetch(`${app.url}/gradio_api/call/predict/${event_id}`)).status, 404);
});

test('an unknown session is told so', async () => {
  const stream = await (await fetch(`${app.url}/gradio_api/queue/data?session_hash=none`)).text();
  assert.match(stream, /"msg":"unexpected_error".*"session_not_found":true/);
});
