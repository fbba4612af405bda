import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { elementAt } from '../../lib/base/index';
import {
  CLASSES,
  expectedTop,
  GREEN,
  GREY,
  plain,
  post,
  RED,
  startTestApp,
  type TestApp,
} from './support/fixture';

let app: TestApp;
let red: Buffer;
let green: Buffer;
before(async () => {
  app = await startTestApp();
  red = await plain(RED).png().toBuffer();
  green = await plain(GREEN).png().toBuffer();
});
after(() => app.stop());

type Answer = {
  results: {
    file: string;
    sha256: string;
    width: number;
    height: number;
    verdict: string;
    top: { breed: string; probability: number }[];
    error?: { code: string; message: string };
  }[];
};

function assertTop(actual: { breed: string; probability: number }[], colour: number[]): void {
  const expected = expectedTop(colour);
  assert.deepEqual(
    actual.map(({ breed }) => breed),
    expected.map(({ breed }) => breed),
  );
  for (const [i, { probability }] of actual.entries()) {
    const wanted = elementAt(expected, i).probability;
    assert.ok(Math.abs(probability - wanted) < 1e-5, `${probability} ${wanted}`);
  }
}

async function predict(
  body: BodyInit,
  headers?: Record<string, string>,
  path = '/api/predict',
): Promise<Answer> {
  const response = await post(app, path, body, headers);
  const answer = await response.json();
  assert.equal(response.status, 200, JSON.stringify(answer));
  return answer as Answer;
}

test('a raw photo, a multipart photo and a base64 photo get the same, right answer', async () => {
  const form = new FormData();
  form.append('photo', new Blob([new Uint8Array(red)]), 'red.png');
  const answers = [
    await predict(new Uint8Array(red), { 'content-type': 'image/png' }, '/api/predict?name=red.png'),
    await predict(
      new Uint8Array(red),
      { 'content-type': 'application/x-www-form-urlencoded' },
      '/api/predict?name=red.png',
    ),
    await predict(form),
    await predict(JSON.stringify({ image: red.toString('base64'), name: 'red.png' }), {
      'content-type': 'application/json',
    }),
    await predict(
      JSON.stringify({ image: `data:image/png;base64,${red.toString('base64')}`, name: '../../red.png' }),
      {
        'content-type': 'application/json',
      },
    ),
  ];
  for (const { results } of answers) {
    assert.equal(results.length, 1);
    const result = elementAt(results, 0);
    assert.equal(result.file, 'red.png');
    assert.equal(result.sha256, createHash('sha256').update(red).digest('hex'));
    assert.deepEqual([result.width, result.height], [40, 30]);
    assert.equal(result.verdict, 'breed');
    assertTop(result.top, RED);
  }
});

test('an answer below the threshold is "not sure"', async () => {
  const { results } = await predict(new Uint8Array(await plain(GREY).jpeg().toBuffer()));
  const result = elementAt(results, 0);
  assert.ok(elementAt(result.top, 0).probability < 0.6);
  assert.equal(result.verdict, 'not_sure');
});

test('several photos are answered in order, a refused one says why in its place', async () => {
  const form = new FormData();
  form.append('photos', new Blob([new Uint8Array(red)]), 'red.png');
  form.append('photos', new Blob(['hello, I am text']), 'text.jpg');
  form.append('photos', new Blob([new Uint8Array(green)]), 'green.png');
  const { results } = await predict(form);
  assert.deepEqual(
    results.map(({ file }) => file),
    ['red.png', 'text.jpg', 'green.png'],
  );
  assertTop(elementAt(results, 0).top, RED);
  assertTop(elementAt(results, 2).top, GREEN);
  assert.deepEqual(elementAt(results, 1).error, {
    code: 'unsupported_format',
    message: 'expected a JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC photo, received text in text.jpg',
  });
});

test('photos that come at the same time are computed in batches and answered each to its own client', async () => {
  const colours = Array.from({ length: 24 }, (_, i) => (i % 2 ? RED : GREEN));
  const answers = await Promise.all(
    colours.map((_colour, i) => predict(new Uint8Array(i % 2 ? red : green))),
  );
  answers.forEach(({ results }, i) => {
    assertTop(elementAt(results, 0).top, elementAt(colours, i));
  });
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  const batches = Number(/^dogbreeds_batch_size_count (\d+)/m.exec(metrics)?.[1]);
  const photos = Number(/^dogbreeds_batch_size_sum (\d+)/m.exec(metrics)?.[1]);
  assert.ok(batches < photos, `${photos} photos in ${batches} batches`);
});

test('health, info, metrics and the OpenAPI document', async () => {
  const health = await fetch(`${app.url}/healthz`);
  assert.equal(health.status, 200);
  assert.deepEqual(await health.json(), { status: 'ok', message: 'ready' });
  const info = (await (await fetch(`${app.url}/api/info`)).json()) as Record<string, unknown>;
  assert.deepEqual(info.breeds, CLASSES);
  assert.equal(info.source, 'saved');
  assert.equal(info.keepsPhotos, false);
  const metrics = await fetch(`${app.url}/metrics`);
  assert.match(metrics.headers.get('content-type') ?? '', /text\/plain/);
  assert.match(
    await metrics.text(),
    /^dogbreeds_http_requests_total\{route="\/healthz",method="GET",status="200"\} 1$/m,
  );
  const api = (await (await fetch(`${app.url}/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, unknown>;
  };
  assert.match(api.openapi, /^3\.1/);
  assert.deepEqual(Object.keys(api.paths).sort(), [
    '/api/catalogue',
    '/api/catalogue/board',
    '/api/catalogue/next',
    '/api/catalogue/photos',
    '/api/catalogue/photos/{sha256}',
    '/api/catalogue/undo',
    '/api/catalogue/verdict',
    '/api/flag',
    '/api/info',
    '/api/interpret',
    '/api/predict',
    '/api/results.csv',
    '/healthz',
    '/metrics',
  ]);
});

test('every answer carries the security headers; the policy allows no inline script and no other site', async () => {
  for (const path of ['/', '/api/info', '/page/main.js', '/nothing']) {
    const { headers } = await fetch(`${app.url}${path}`);
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.doesNotMatch(policy, /unsafe|https?:/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('x-frame-options'), 'SAMEORIGIN');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
  }
});

test('the page comes in the language that the browser wants, and as files that may be cached by their tag', async () => {
  const french = await fetch(app.url, { headers: { 'accept-language': 'fr-FR,fr;q=0.9' } });
  assert.equal(french.headers.get('content-language'), 'fr');
  assert.match(await french.text(), /<html lang="fr">[\s\S]*Choisir des photos/);
  const english = await fetch(`${app.url}/?lang=en`, { headers: { 'accept-language': 'fr' } });
  assert.match(await english.text(), /<html lang="en">[\s\S]*Choose photos/);
  const script = await fetch(`${app.url}/page/main.js`);
  assert.equal(script.status, 200);
  const again = await fetch(`${app.url}/page/main.js`, {
    headers: { 'if-none-match': script.headers.get('etag') ?? '' },
  });
  assert.equal(again.status, 304);
  const example = await fetch(`${app.url}/examples/white-dog.png`);
  assert.equal(example.headers.get('content-type'), 'image/png');
});

test('no path from a request reaches the disk', async () => {
  for (const path of [
    '/page/../package.json',
    '/page/%2e%2e/%2e%2e/package.json',
    '/examples/..%2f..%2fpackage.json',
    '//etc/passwd',
  ])
    assert.equal((await fetch(`${app.url}${path}`)).status, 404, path);
});

test('pages of other sites and foreign host names are refused, programs are not', async () => {
  const foreign = await post(app, '/api/predict', new Uint8Array(red), { origin: 'https://example.org' });
  assert.equal(foreign.status, 403);
  const own = await post(app, '/api/predict', new Uint8Array(red), { origin: app.url });
  assert.equal(own.status, 200);
  const rebound = await app.server.inject({ url: '/api/info', headers: { host: 'evil.example:7860' } });
  assert.equal(rebound.statusCode, 403);
});

test('a flag records what the server said, under the hash; nothing else is written', async () => {
  const { results } = await predict(new Uint8Array(green), {}, '/api/predict?name=green.png');
  const { sha256 } = elementAt(results, 0);
  const flag = (body: object) =>
    post(app, '/api/flag', JSON.stringify(body), { 'content-type': 'application/json' });
  const saved = await flag({
    sha256,
    correction: 'Blue_pug',
    comment: 'it, too',
    image: green.toString('base64'),
  });
  assert.equal(saved.status, 200);
  const [header = '', row = '', ...rest] = (await readFile(join(app.folder, 'flags.csv'), 'utf8')).split(
    '\n',
  );
  assert.match(header, /^time,sha256,/);
  assert.match(
    row,
    new RegExp(`,${sha256},green.png,Green_spaniel,0.99\\d+,false,false,Blue_pug,"it, too",$`),
  );
  assert.deepEqual(rest, ['']);
  assert.deepEqual((await readdir(app.folder)).sort(), ['flags.csv', 'model']);

  const refused: [object, number, string][] = [
    [{ sha256: 'ab'.repeat(32), correction: '' }, 404, 'unknown_photo'],
    [{ sha256, correction: 'cat' }, 400, 'unknown_breed'],
    [{ sha256: '../../etc/passwd' }, 400, 'bad_request'],
    [{}, 400, 'bad_request'],
  ];
  for (const [body, status, code] of refused) {
    const response = await flag(body);
    assert.equal(response.status, status);
    assert.equal(((await response.json()) as { error: { code: string } }).error.code, code);
  }
});
