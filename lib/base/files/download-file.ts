import { createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { checkIntegrity } from './check-integrity';
import { DownloadError, describeNetworkError, errorCode, isOffline } from './download-error';

/** Options of `downloadFile`. */
export interface DownloadOptions {
  /** Size of the whole file, when it is known. */
  bytes?: number;
  /** What its content must be: see `checkIntegrity`. */
  integrity?: string;
  /** Called as bytes arrive; `total` is undefined when neither server nor caller know it. */
  onProgress?: (doneBytes: number, totalBytes: number | undefined) => void;
  /** Failures in a row without a new byte, before it gives up. Default 5; 2 when the server cannot be reached. */
  retries?: number;
  /** Wait before the first retry, doubled at each further one, up to 30 s. Default 500. */
  backoffMs?: number;
  /** Silence after which a connection counts as dead. Default 30,000. */
  timeoutMs?: number;
  /** Proxy's URL. Default what HTTP_PROXY, HTTPS_PROXY and NO_PROXY say. */
  proxy?: string;
  /** Sent with each request, e.g. `authorization`. */
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** A failure that another try does not mend. */
class FinalError extends Error {}
/** What arrived is not what the caller asked for; a fresh start may mend it once. */
class DamagedError extends Error {}

const MAX_BACKOFF_MS = 30_000;
const OFFLINE_RETRIES = 2;

/**
 * Downloads a file whole or not at all. It grows as `<target>.part`; a dropped connection or a kill loses nothing:
 * the next try, of this call or of a later one, asks for the rest (HTTP Range, guarded by the server's ETag).
 * Size and content are checked, then the file is synced to disk and renamed. A file that is already there and
 * passes the checks is taken as it is, so that people may put it there themselves.
 *
 * @param url http or https
 * @param target path of the file
 * @throws DownloadError when the server cannot be reached, refuses, or what it sends fails the checks
 * @throws Error of the file system (no room, no permission), or the reason of `signal`
 * @example
 * await downloadFile('https://example.org/w.h5', 'data/weights/w.h5', { integrity: 'md5:af6d10...' });
 */
export async function downloadFile(
  url: string,
  target: string,
  options: DownloadOptions = {},
): Promise<void> {
  const path = resolve(target);
  if (await isComplete(path, options)) return;
  await mkdir(dirname(path), { recursive: true });
  const dispatcher = await makeDispatcher(options);
  try {
    await downloadWithRetries(url, path, options, dispatcher);
  } finally {
    await dispatcher.destroy();
  }
}

async function makeDispatcher({ proxy, timeoutMs = 30_000 }: DownloadOptions): Promise<Dispatcher> {
  const { EnvHttpProxyAgent, ProxyAgent } = await import('undici'); // only who downloads waits for it
  const timeouts = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, connect: { timeout: timeoutMs } };
  return proxy ? new ProxyAgent({ uri: proxy, ...timeouts }) : new EnvHttpProxyAgent(timeouts);
}

async function downloadWithRetries(
  url: string,
  path: string,
  options: DownloadOptions,
  dispatcher: Dispatcher,
): Promise<void> {
  const { retries = 5, backoffMs = 500, signal } = options;
  let failures = 0;
  let damaged = false;
  for (;;) {
    const before = await sizeOf(`${path}.part`);
    try {
      await fetchRest(url, path, options, dispatcher);
      await checkPart(path, options);
      await rename(`${path}.part`, path);
      await rm(`${path}.part.json`, { force: true });
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (isFileSystemError(error)) throw error;
      failures = (await sizeOf(`${path}.part`)) > before ? 1 : failures + 1;
      const offline = isOffline(error);
      const again = error instanceof DamagedError ? !damaged : !(error instanceof FinalError);
      damaged ||= error instanceof DamagedError;
      if (!again || failures > (offline ? Math.min(retries, OFFLINE_RETRIES) : retries))
        throw new DownloadError(url, path, describeNetworkError(error), offline, { cause: error });
      await sleep(Math.min(MAX_BACKOFF_MS, backoffMs * 2 ** (failures - 1)), undefined, { signal });
    }
  }
}

/** Asks for what is not there yet and appends it to `<path>.part`. */
async function fetchRest(
  url: string,
  path: string,
  { bytes, onProgress, signal, headers: own }: DownloadOptions,
  dispatcher: Dispatcher,
): Promise<void> {
  const part = `${path}.part`;
  const validator = await readValidator(part, url);
  let offset = validator === undefined ? 0 : await sizeOf(part);
  if (bytes !== undefined && offset === bytes) return;
  if (bytes !== undefined && offset > bytes) offset = 0;
  const headers: Record<string, string> = { ...own, 'accept-encoding': 'identity' };
  if (offset > 0) headers.range = `bytes=${offset}-`;
  if (offset > 0 && validator) headers['if-range'] = validator;
  const { fetch } = await import('undici');
  const response = await fetch(url, { headers, dispatcher, signal });
  if (response.status === 416) {
    await rm(part, { force: true });
    throw new DamagedError('the server has less than what was already downloaded');
  }
  if (!response.ok) {
    await response.body?.cancel();
    const answer = `the server answered ${response.status} ${response.statusText}`.trim();
    throw isTransient(response.status) ? new Error(answer) : new FinalError(answer);
  }
  const from = response.status === 206 ? rangeStart(response.headers.get('content-range')) : 0;
  if (from !== 0 && from !== offset)
    throw new DamagedError(`the server sent bytes from ${from}, not ${offset}`);
  const length = response.headers.get('content-length');
  const total = length === null ? bytes : from + Number(length);
  if (bytes !== undefined && total !== bytes) {
    await response.body?.cancel();
    throw new FinalError(`the server has a file of ${total} bytes, expected ${bytes}`);
  }
  if (from === 0) await writeFile(part, ''); // before the new version's name: a kill must not mix two versions
  await writeFile(`${part}.json`, JSON.stringify({ url, validator: strongValidator(response.headers) }));
  let done = from;
  onProgress?.(done, total);
  const count = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      onProgress?.(done, total);
      next(null, chunk);
    },
  });
  if (!response.body) throw new Error('the server sent no content');
  await pipeline(Readable.fromWeb(response.body), count, createWriteStream(part, { flags: 'a' }));
  if (total !== undefined && done !== total)
    throw new Error(`the connection ended after ${done} of ${total} bytes`);
}

/** Syncs what was downloaded to disk and checks it; what fails is deleted. */
async function checkPart(path: string, { bytes, integrity }: DownloadOptions): Promise<void> {
  const part = `${path}.part`;
  const file = await open(part, 'r+');
  await file.sync();
  await file.close();
  try {
    const size = await sizeOf(part);
    if (bytes !== undefined && size !== bytes) throw new Error(`expected ${bytes} bytes, received ${size}`);
    if (integrity) await checkIntegrity(part, integrity);
  } catch (error) {
    await rm(part, { force: true });
    if (error instanceof RangeError) throw new FinalError(error.message);
    throw new DamagedError(`the file is another one than expected: ${(error as Error).message}`);
  }
}

async function isComplete(path: string, { bytes, integrity }: DownloadOptions): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || (bytes !== undefined && found.size !== bytes)) return false;
  return (
    !integrity ||
    checkIntegrity(path, integrity).then(
      () => true,
      () => false,
    )
  );
}

/** What the server called the version of which a part is there; undefined when nothing can be continued. */
async function readValidator(part: string, url: string): Promise<string | null | undefined> {
  const text = await readFile(`${part}.json`, 'utf8').catch(() => '{}');
  try {
    const known = JSON.parse(text);
    return known.url === url ? known.validator : undefined;
  } catch {
    return undefined; // killed while writing it: start again
  }
}

/** If-Range takes a strong ETag or a date. */
function strongValidator(headers: { get(name: string): string | null }): string | null {
  const tag = headers.get('etag');
  return tag && !tag.startsWith('W/') ? tag : headers.get('last-modified');
}

const rangeStart = (header: string | null): number => Number(/^bytes (\d+)-/.exec(header ?? '')?.[1] ?? 0);
const isTransient = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status);
const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
const isFileSystemError = (error: unknown): boolean =>
  ['ENOSPC', 'EACCES', 'EPERM', 'EROFS', 'EISDIR', 'EDQUOT'].includes(errorCode(error) ?? '');
