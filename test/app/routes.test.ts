import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { ApiError } from '../../lib/app/server/api-error';
import { buildServer } from '../../lib/app/server/build-server';
import { type AnswerOf, defineRoute, type InputOf, type KeyOf } from '../../lib/app/server/define-route';
import { findRoutes } from '../../lib/app/server/serve-routes';
import { startTestApp, type TestApp } from './support/fixture';

const hello = defineRoute({
  route: 'POST /api/hello/:name',
  summary: 'A greeting',
  params: Type.Object({ name: Type.String({ maxLength: 5 }) }),
  query: Type.Object({ times: Type.Integer({ minimum: 1, default: 1 }) }),
  body: Type.Object({ mark: Type.String() }, { additionalProperties: false }),
  answer: Type.Object({ text: Type.String() }),
  guard: (_app, request) => {
    if (request.headers['x-refuse']) throw new ApiError(403, 'forbidden', 'expected no such header');
  },
  serve:
    () =>
    async ({ params, query, body }) => {
      const secret = {
        text: `hello ${params.name}${body.mark}`.repeat(query.times),
        hash: 'not in the schema',
      };
      return secret;
    },
});

let app: TestApp;
let server: FastifyInstance;
before(async () => {
  app = await startTestApp();
  server = await buildServer(app.context, { allowedHosts: [], routes: [hello] });
});
after(async () => {
  await server.close();
  await app.stop();
});

const ask = (url: string, payload: unknown, headers = {}) =>
  server.inject({ method: 'POST', url, payload: payload as object, headers });

test('a defined route gets typed, checked parts; its answer keeps what the schema names', async () => {
  const answer = await ask('/api/hello/Rex?times=2', { mark: '!' });
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.json(), { text: 'hello Rex!hello Rex!' });
  assert.deepEqual((await ask('/api/hello/Rex', { mark: '?' })).json(), { text: 'hello Rex?' });
});

test('what the schemas do not allow is refused: path, query, body, and a body of another type', async () => {
  for (const [url, body] of [
    ['/api/hello/Rexxxxxx', { mark: '!' }],
    ['/api/hello/Rex?times=two', { mark: '!' }],
    ['/api/hello/Rex?times=0', { mark: '!' }],
    ['/api/hello/Rex', {}],
    ['/api/hello/Rex', { mark: 5 }],
    ['/api/hello/Rex', { mark: '!', more: 1 }],
    ['/api/hello/Rex', []],
  ] as const)
    assert.equal((await ask(url, body)).statusCode, 400, `${url} ${JSON.stringify(body)}`);
  assert.equal(
    (await ask('/api/hello/Rex', {}, { 'x-refuse': '1' })).statusCode,
    403,
    'the guard comes first',
  );
});

test("a client's types come from the definition", () => {
  const key: KeyOf<typeof hello> = 'POST /api/hello/:name';
  const input: InputOf<typeof hello> = { params: { name: 'Rex' }, query: { times: 1 }, body: { mark: '' } };
  const answer: AnswerOf<typeof hello> = { text: '' };
  // @ts-expect-error another path
  const other: KeyOf<typeof hello> = 'POST /api/hallo/:name';
  // @ts-expect-error a number where the schema says text
  const wrong: InputOf<typeof hello> = { ...input, body: { mark: 1 } };
  assert.ok(key && input && answer && other && wrong);
});

test('every file of lib/app/routes is served, each route once and with a summary', async () => {
  const routes = await findRoutes();
  const keys = routes.map(({ definition }) => definition.route);
  assert.equal(new Set(keys).size, keys.length);
  assert.ok(keys.includes('POST /api/predict') && keys.includes('GET /healthz'));
  const built = await buildServer(app.context, { allowedHosts: [] });
  await built.ready();
  for (const { definition } of routes) {
    const [method = '', url = ''] = definition.route.split(' ');
    assert.ok(built.hasRoute({ method: method as 'GET', url }), definition.route);
    assert.ok(definition.summary.length > 0);
  }
  await built.close();
});

test('the OpenAPI document describes photos in a body, and answers by their schema', async () => {
  const document = (await (await fetch(`${app.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { requestBody?: { content: object }; responses: object }>>;
  };
  const predict = document.paths['/api/predict']?.post;
  assert.deepEqual(Object.keys(predict?.requestBody?.content ?? {}).sort(), [
    'application/json',
    'application/octet-stream',
    'multipart/form-data',
  ]);
  assert.match(JSON.stringify(predict?.responses), /"not_a_dog"/);
  assert.equal(document.paths['/openapi.json'], undefined);
});

test('null and other JSON that is no object is refused in a sentence by every route with a body', async () => {
  for (const url of [
    '/api/flag',
    '/api/predict',
    '/api/interpret',
    '/gradio_api/queue/join',
    '/gradio_api/run/predict',
    '/gradio_api/call/predict',
    '/gradio_api/upload',
  ])
    for (const body of ['null', '5', '"x"', '[]', '[null]', 'true', '{"data":null}', '{"data":[null]}']) {
      const response = await fetch(`${app.url}${url}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const text = await response.text();
      assert.ok(
        response.status >= 400 && response.status < 500,
        `${url} ${body}: ${response.status} ${text}`,
      );
      assert.doesNotMatch(text, /Cannot read|TypeError|undefined|is not/i, `${url} ${body}`);
    }
});
