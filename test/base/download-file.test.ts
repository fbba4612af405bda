import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { createRandom, DownloadError, downloadFile, elementAt, fromRoot } from '../../lib/base/index';
import { sendFile, startFileServer } from '../support/file-server';
import { temporaryFolder } from '../support/temporary-folder';

const random = createRandom(1);
const content = Buffer.from(Uint32Array.from({ length: 250_000 }, () => random.integer(2 ** 32)).buffer);
const md5 = `md5:${createHash('md5').update(content).digest('hex')}`;
const quick = { backoffMs: 5 };

before(() => {
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy']) delete process.env[name];
});

test('downloads, checks and renames; a second call asks nothing', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startFileServer((request, response) => sendFile(request, response, content));
  t.after(server.close);
  const seen: number[] = [];
  const options = { bytes: content.length, integrity: md5, onProgress: (done: number) => seen.push(done) };
  await downloadFile(`${server.url}a.bin`, join(folder, 'sub', 'a.bin'), options);
  assert.deepEqual(await readFile(join(folder, 'sub', 'a.bin')), content);
  assert.deepEqual(await readdir(join(folder, 'sub')), ['a.bin']);
  assert.equal(seen.at(-1), content.length);
  await downloadFile(`${server.url}a.bin`, join(folder, 'sub', 'a.bin'), options);
  assert.equal(server.requests.length, 1);
});

test('a dropped connection: the rest is asked for, guarded by the ETag', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startFileServer((request, response, count) =>
    sendFile(request, response, content, count < 3 ? { stopAfter: 300_000 } : {}),
  );
  t.after(server.close);
  await downloadFile(`${server.url}a.bin`, join(folder, 'a.bin'), { ...quick, integrity: md5 });
  assert.deepEqual(await readFile(join(folder, 'a.bin')), content);
  assert.equal(server.requests.length, 3);
  assert.equal(elementAt(server.requests, 0).range, undefined);
  const starts = server.requests.slice(1).map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]));
  assert.ok(
    elementAt(starts, 0) > 0 && elementAt(starts, 1) > elementAt(starts, 0),
    `each try goes on where the last one stopped: ${starts}`,
  );
  assert.deepEqual(
    [elementAt(server.requests, 1).ifRange, elementAt(server.requests, 2).ifRange],
    ['"v1"', '"v1"'],
  );
});

test('kill -9 in the middle: the next call continues', { timeout: 60_000 }, async (t) => {
  const folder = await temporaryFolder(t);
  const target = join(folder, 'a.bin');
  const server = await startFileServer((request, response, count) => {
    if (count > 1) return sendFile(request, response, content);
    response.writeHead(200, { etag: '"v1"', 'content-length': content.length });
    response.write(content.subarray(0, 400_000)); // and then silence
  });
  t.after(server.close);
  const script = `require(${JSON.stringify(fromRoot('lib/base/index.ts'))}).downloadFile(${JSON.stringify(`${server.url}a.bin`)}, ${JSON.stringify(target)})`;
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], {
    cwd: fromRoot(),
    stdio: 'ignore',
  });
  const ended = new Promise((end) => child.on('exit', (_code, signal) => end(signal)));
  const size = () =>
    stat(`${target}.part`).then(
      (found) => found.size,
      () => 0,
    );
  while ((await size()) < 400_000) await new Promise((wait) => setTimeout(wait, 20));
  child.kill('SIGKILL');
  assert.equal(await ended, 'SIGKILL');
  assert.ok(!(await readdir(folder)).includes('a.bin'));
  await downloadFile(`${server.url}a.bin`, target, { ...quick, integrity: md5 });
  assert.deepEqual(await readFile(target), content);
  assert.deepEqual(server.requests[1], { path: '/a.bin', range: 'bytes=400000-', ifRange: '"v1"' });
  assert.deepEqual(await readdir(folder), ['a.bin']);
});

test('a file that changed on the server meanwhile is fetched anew, not mixed', async (t) => {
  const folder = await temporaryFolder(t);
  const old = Buffer.alloc(content.length, 7);
  const server = await startFileServer((request, response, count) =>
    count === 1
      ? sendFile(request, response, old, { stopAfter: 100_000 })
      : sendFile(request, response, content, { etag: '"v2"' }),
  );
  t.after(server.close);
  await downloadFile(`${server.url}a.bin`, join(folder, 'a.bin'), quick);
  assert.deepEqual(await readFile(join(folder, 'a.bin')), content);
});

test('a server without ranges, and one that fails first', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startFileServer((_request, response, count) => {
    if (count === 1) return void response.writeHead(503).end();
    response.writeHead(200, { 'content-length': content.length });
    if (count === 2)
      response.write(content.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 20));
    else response.end(content);
  });
  t.after(server.close);
  await downloadFile(`${server.url}a.bin`, join(folder, 'a.bin'), { ...quick, integrity: md5 });
  assert.deepEqual(await readFile(join(folder, 'a.bin')), content);
  assert.equal(server.requests.length, 3);
});

test('404 is final and says which file to put where', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startFileServer((_request, response) => response.writeHead(404).end());
  t.after(server.close);
  const target = join(folder, 'images.tar');
  await assert.rejects(downloadFile(`${server.url}images.tar`, target, quick), {
    name: 'DownloadError',
    offline: false,
    message: `expected to download ${server.url}images.tar, but the server answered 404 Not Found. Download it in another way and put it at ${target}, or try again.`,
  });
  assert.equal(server.requests.length, 1);
});

test('other content than expected never gets the name', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startFileServer((request, response) => sendFile(request, response, content));
  t.after(server.close);
  const wrong = `md5:${'0'.repeat(32)}`;
  await assert.rejects(
    downloadFile(`${server.url}a.bin`, join(folder, 'a.bin'), { ...quick, integrity: wrong }),
    /the file is another one than expected: expected md5 0{32}, received [0-9a-f]{32}/,
  );
  assert.equal(server.requests.length, 2); // one fresh start, then it gives up
  await assert.rejects(
    downloadFile(`${server.url}a.bin`, join(folder, 'a.bin'), { ...quick, bytes: 5 }),
    /the server has a file of 1000000 bytes, expected 5/,
  );
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name === 'a.bin'),
    [],
  );
});

test('a file that people put there is taken when it passes the checks', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'a.bin'), content);
  const sha512 = `sha512-${createHash('sha512').update(content).digest('base64')}`;
  await downloadFile('http://127.0.0.1:9/a.bin', join(folder, 'a.bin'), { integrity: sha512 });
});

test('offline: a DownloadError that says so', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startFileServer(() => assert.fail('expected no request'));
  await server.close(); // now nothing listens there
  const error = await downloadFile(`${server.url}a.bin`, join(folder, 'a.bin'), quick).then(
    () => assert.fail('expected a rejection'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DownloadError);
  assert.equal(error.offline, true);
  assert.match(error.message, /the server could not be reached \(ECONNREFUSED\).*put it at .*a\.bin/);
});

test('a proxy from HTTP_PROXY is used', async (t) => {
  const folder = await temporaryFolder(t);
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? '');
    sendFile(request, response, content);
  });
  // undici tunnels through CONNECT: the far end is this same server
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    proxy.emit('connection', socket);
  });
  await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready));
  t.after(() => proxy.closeAllConnections());
  t.after(() => proxy.close());
  process.env.HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  t.after(() => delete process.env.HTTP_PROXY);
  await downloadFile('http://photos.invalid/a.bin', join(folder, 'a.bin'), { ...quick, integrity: md5 });
  assert.match(elementAt(asked, 0), /photos\.invalid/);
});

test('an abort ends it and keeps what came', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startFileServer((_request, response) => {
    response.writeHead(200, { etag: '"v1"', 'content-length': content.length });
    response.write(content.subarray(0, 100_000));
  });
  t.after(server.close);
  const stop = new AbortController();
  const onProgress = (done: number) => done >= 100_000 && stop.abort(new Error('stopped by hand'));
  await assert.rejects(
    downloadFile(`${server.url}a.bin`, join(folder, 'a.bin'), { ...quick, signal: stop.signal, onProgress }),
    /stopped by hand/,
  );
});
