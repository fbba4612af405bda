import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import sharp from 'sharp';
import {
  fileAway,
  localRunner,
  mergeParts,
  openCatalogue,
  readThumbnail,
  showName,
  writePart,
} from '../../lib/catalogue/index';
import { GREEN, RED } from '../app/support/fixture';
import { makeCollection, photo } from './support/collection';
import { awsVariables, needsS3, setEnvironment, startS3 } from './support/s3-server';

test(
  'a bucket: odd keys, hidden ones, many pages; a second run reads nothing; changes are told apart',
  needsS3,
  async (t) => {
    const s3 = await startS3(t);
    const { index, rows, catalogue } = await makeCollection(t, {});
    const odd = ['a/z/3.jpg', 'a/1 +%2B.jpg', 'a/é 犬 🐕 "&<.jpg', 'a//slashes.jpg', 'z.JFIF', '\uF7FF.jpg'];
    for (const [i, key] of odd.entries()) await s3.put(`2026/${key}`, await photo(RED, i));
    for (const key of [
      '.hidden.jpg',
      '@eaDir/a.jpg/SYNO.jpg',
      'a/../up.jpg',
      'own/private.jpg',
      'a/',
      'b/film.mov',
    ])
      await s3.put(`2026/${key}`, await photo(RED, 30));
    await s3.put('2026-other/a.jpg', await photo(RED, 31));
    await s3.put('2026/text.jpg', 'no photo');
    for (let i = 0; i < 1100; i++) await s3.put(`2026/many/${i}.txt`, 'x');
    const run = () => index({ ignore: ['own/**'] }, 's3://photos/2026/');
    const first = await run();
    assert.deepEqual(first.decisions, { breed: odd.length, failed: 1 });
    assert.deepEqual(first.others, { '.mov': 1, '.txt': 1100 });
    const paths = rows<{ path: string }>("select path from catalogue where state = 'done' order by path");
    assert.deepEqual(
      paths.map(({ path }) => showName(path)).sort(),
      odd.map((key) => key.replace('\uF7FF', '\\xEF\\x9F\\xBF')).sort(),
    );
    assert.deepEqual(rows('select * from root'), [{ name: '2026', folder: 's3://photos/2026' }]);
    const second = await run();
    assert.deepEqual([second.files.unchanged, second.computed, second.failedNow], [odd.length + 1, 0, 0]);

    await s3.put('2026/a/z/3.jpg', await photo(GREEN, 0));
    await s3.put('2026/moved.jpg', await photo(RED, 1));
    await s3.remove('2026/a/1 +%2B.jpg');
    await s3.remove('2026/z.JFIF');
    const third = await run();
    const { changed, moved, added, gone } = third.files;
    assert.deepEqual(
      { changed, moved, added, gone, computed: third.computed },
      { changed: 1, moved: 1, added: 0, gone: 1, computed: 1 },
    );
    assert.deepEqual(rows("select breed from catalogue where path = 'a/z/3.jpg'"), [
      { breed: 'Green_spaniel' },
    ]);

    // two versions of one second: the tag alone tells them apart
    const { db } = catalogue;
    const before = db.prepare("select size, mtime, etag from file where name = '3.jpg'").all()[0] as {
      etag: string;
    };
    assert.match(before.etag, /^"[0-9a-f]{32}"$/);
    db.exec(`update file set etag = '"another"' where name = '3.jpg'; delete from listing`);
    const fourth = await run();
    assert.deepEqual([fourth.files.changed, fourth.computed], [1, 0]);
    assert.deepEqual(db.prepare("select size, mtime, etag from file where name = '3.jpg'").all(), [before]);
  },
);

test(
  'a prefix that is suddenly empty, or was never there, marks nothing gone; buckets know their neighbours',
  needsS3,
  async (t) => {
    const s3 = await startS3(t);
    const { index, rows } = await makeCollection(t, {});
    for (let i = 0; i < 3; i++) await s3.put(`p/${i}.jpg`, await photo(RED, i));
    await assert.rejects(
      index({}, 's3://photos/typo'),
      /expected photos of "typo" at s3:\/\/photos\/typo, found nothing/,
    );
    await index({}, 'p=s3://photos/p');
    for (let i = 0; i < 3; i++) await s3.remove(`p/${i}.jpg`);
    await assert.rejects(
      index({}, 's3://photos/p'),
      /found nothing: is the prefix right\? Nothing was marked gone/,
    );
    assert.deepEqual(rows('select distinct state from file'), [{ state: 'done' }]);
    assert.equal((await index({ acceptGone: true }, 's3://photos/p')).files.gone, 3);
    await assert.rejects(async () => index({}, 's3://photos'), /lies in or around/);
    await assert.rejects(
      async () => index({}, 's3://KEY:hush@photos/p'),
      (error: Error) => {
        assert.match(
          error.message,
          /expected an address like s3:\/\/bucket\/prefix, received one with more in it/,
        );
        return !error.message.includes('hush');
      },
    );
  },
);

test(
  'what is wrong is said: credentials, permission, bucket, server, region; no secret is printed or kept',
  needsS3,
  async (t) => {
    const s3 = await startS3(t);
    const { index, catalogue } = await makeCollection(t, {});
    await s3.put('a.jpg', await photo(RED));
    const { owner, stranger, url } = s3;
    const fails = async (env: Record<string, string>, root: string, message: RegExp) => {
      setEnvironment(t, env);
      await assert.rejects(index({}, root), (error: Error) => {
        assert.match(error.message, message);
        for (const secret of [owner, stranger].flatMap(({ key, secret }) => [key, secret]))
          assert.ok(!`${error.stack}`.includes(secret));
        return true;
      });
    };
    const good = awsVariables(url, owner);
    await fails(
      { ...good, AWS_SECRET_ACCESS_KEY: 'wrong' },
      's3://photos',
      /expected credentials that http:\/\/127.* takes .*refused these \(SignatureDoesNotMatch\)/,
    );
    await fails(
      { ...good, AWS_ACCESS_KEY_ID: 'AKIANOBODY' },
      's3://photos',
      /\(InvalidAccessKeyId\): look at AWS_ACCESS_KEY_ID/,
    );
    await fails(
      awsVariables(url, stranger),
      's3://photos',
      /expected to be allowed to list s3:\/\/photos, .*s3:ListBucket/,
    );
    await fails(
      { AWS_ENDPOINT_URL: url, AWS_EC2_METADATA_DISABLED: 'true' },
      's3://photos',
      /expected credentials for s3:\/\/photos, found none: set AWS_ACCESS_KEY_ID/,
    );
    await fails(good, 's3://nothing-here/x', /expected the bucket "nothing-here" at http/);
    await fails(
      { ...good, AWS_ENDPOINT_URL_S3: 'http://me:hush@127.0.0.1:9' },
      's3://photos',
      /expected an S3 server at http:\/\/me:\*\*\*@127.0.0.1:9\/, it does not answer \(ECONNREFUSED\)/,
    );
    const { AWS_ENDPOINT_URL_S3: _own, ...amazon } = good;
    await fails(amazon, 's3://photos', /expected the region of s3:\/\/photos, found none: set AWS_REGION/);
    setEnvironment(t, good);
    await index({}, 's3://photos');
    catalogue.db.exec('pragma wal_checkpoint(truncate)');
    const stored = readFileSync(catalogue.path);
    for (const text of [owner.key, owner.secret]) assert.ok(!stored.includes(text));
  },
);

test(
  'an object that changes or goes away between scan and reading; a server that goes away meanwhile',
  needsS3,
  async (t) => {
    const s3 = await startS3(t);
    const { index, rows, classifier } = await makeCollection(t, {});
    for (let i = 0; i < 3; i++) await s3.put(`${i}.jpg`, await photo(RED, i));
    const root = { name: 'photos', folder: 's3://photos' };
    const after = (meanwhile: () => Promise<void>) => ({
      runner: {
        run: async (...[shards, sink]: Parameters<ReturnType<typeof localRunner>['run']>) => {
          await meanwhile();
          await localRunner([root], classifier).run(shards, sink);
        },
      },
    });
    await index(
      after(async () => {
        await s3.put('0.jpg', await photo(GREEN, 7));
        await s3.remove('1.jpg');
      }),
      's3://photos',
    );
    assert.deepEqual(rows('select path, state, breed from catalogue order by path'), [
      { path: '0.jpg', state: 'done', breed: 'Green_spaniel' },
      { path: '1.jpg', state: 'gone', breed: null },
      { path: '2.jpg', state: 'done', breed: 'Red_setter' },
    ]);
    const next = await index({}, 's3://photos');
    assert.deepEqual([next.files.unchanged, next.computed], [2, 0]);
    await s3.put('3.jpg', await photo(RED, 9));
    await assert.rejects(
      index(
        after(async () => setEnvironment(t, awsVariables('http://127.0.0.1:9', s3.owner))),
        's3://photos',
      ),
      /s3:\/\/photos can no longer be read: expected an S3 server at .* does not answer/,
    );
    assert.deepEqual(rows("select state from file where name = '3.jpg'"), [{ state: 'pending' }]);
    setEnvironment(t, s3.env);
    assert.equal((await index({}, 's3://photos')).computed, 1);
  },
);

/** A way to the server that cuts the first answers with more than a few bytes in the middle. */
async function cuttingProxy(
  t: TestContext,
  to: string,
  cuts: number,
): Promise<{ url: string; left: () => number }> {
  let left = cuts;
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(to).port), '127.0.0.1');
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      if (left > 0 && chunk.length > 4000) {
        left--;
        client.write(chunk.subarray(0, 3000), () => client.destroy());
      } else client.write(chunk);
    });
    upstream.on('close', () => client.destroy()).on('error', () => client.destroy());
    client.on('close', () => upstream.destroy()).on('error', () => upstream.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, left: () => left };
}

test('readings that are cut in the middle are begun again', needsS3, async (t) => {
  const s3 = await startS3(t);
  const { index, rows } = await makeCollection(t, {});
  const padded = Buffer.concat([await photo(RED), Buffer.alloc(20_000, 1)]);
  await s3.put('large.jpg', padded);
  const proxy = await cuttingProxy(t, s3.url, 2);
  setEnvironment(t, awsVariables(proxy.url, s3.owner));
  const summary = await index({}, 's3://photos');
  assert.equal(proxy.left(), 0);
  assert.deepEqual([summary.computed, summary.failedNow], [1, 0]);
  assert.deepEqual(rows('select size from file'), [{ size: padded.length }]);
  const worse = await cuttingProxy(t, s3.url, 100);
  setEnvironment(t, awsVariables(worse.url, s3.owner));
  await s3.put('other.jpg', Buffer.concat([await photo(RED, 1), Buffer.alloc(20_000, 1)]));
  const failed = await index({}, 's3://photos');
  assert.equal(failed.failedNow, 1);
  assert.deepEqual(rows("select error_code, state from file where name = 'other.jpg'"), [
    { error_code: 'io', state: 'failed' },
  ]);
  setEnvironment(t, s3.env);
  assert.equal((await index({}, 's3://photos')).computed, 1, 'asked again, as errors of a disk are');
});

test(
  'the review page shows photos of a bucket; filing away refuses; parts of a bucket are merged',
  needsS3,
  async (t) => {
    const s3 = await startS3(t);
    const { index, rows, catalogue, classifier, folder } = await makeCollection(t, {
      'own.jpg': await photo(GREEN, 3),
    });
    for (let i = 0; i < 12; i++) await s3.put(`d${i % 2}/${i}.jpg`, await photo(RED, i));
    await index({}, 's3://photos/d0', join(folder, 'photos'));
    const [{ sha256 = '' } = {}] = rows<{ sha256: string }>("select sha256 from file where name = '4.jpg'");
    const thumbnail = await readThumbnail(catalogue, sha256, 'small');
    assert.equal((await sharp(thumbnail ?? Buffer.alloc(0)).metadata()).format, 'jpeg');
    const steps: string[] = [];
    const counts = await fileAway(catalogue, {
      ...{ kind: 'sidecar', minProbability: 0, dryRun: true },
      onStep: ({ action, path, error }) => steps.push(`${action} ${path.replace(folder, '')} ${error ?? ''}`),
    });
    assert.deepEqual(counts, { write: 1, merge: 0, link: 0, keep: 0, fail: 1 });
    assert.match(
      steps.join('\n'),
      /^write \/photos\/own.jpg \nfail s3:\/\/photos\/d0 expected photos in a folder, 6 of them lie in a bucket/,
    );

    const parts = [1, 2, 3].map((i) => join(folder, `part${i}.ndjson`));
    for (const [i, out] of parts.entries())
      await writePart({ root: { name: 'all', folder: 's3://photos' }, part: `${i + 1}/3`, out, classifier });
    const merged = openCatalogue(join(folder, 'merged.sqlite'));
    t.after(() => merged.close());
    assert.equal(await mergeParts(merged, parts), 12);
    assert.deepEqual(
      merged.db.prepare("select count(*) as n from file where state = 'done' and etag is not null").all(),
      [{ n: 12 }],
    );
  },
);

test('a catalogue of the version before buckets is opened and keeps what it has', async (t) => {
  const { index, rows, catalogue, folder } = await makeCollection(t, { 'a.jpg': await photo(RED) });
  await index();
  catalogue.db.exec('alter table file drop column etag; pragma user_version = 2');
  const again = openCatalogue(join(folder, 'catalogue.sqlite'));
  t.after(() => again.close());
  assert.deepEqual(again.db.prepare('select name, etag from file').all(), [{ name: 'a.jpg', etag: null }]);
  assert.equal((await index()).files.unchanged, 1);
  assert.equal(rows('select 1 from prediction').length, 1);
});
