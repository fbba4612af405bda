import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type Language, preferredLanguage, TEXTS, type TextKey, text } from '../page/texts';
import { drawExample, EXAMPLES } from '../photos/draw-example';
import { bundlePage, PAGE_FOLDER } from './bundle-page';

const WEEK_S = 7 * 24 * 3600;

/** The page's style sheets as one: the frame and the controls, then the parts of the page. */
const readStyles = async (): Promise<Buffer> =>
  Buffer.concat(
    await Promise.all(['style.css', 'parts.css'].map((name) => readFile(join(PAGE_FOLDER, name)))),
  );

/** The page in one language, before its script runs. */
export async function renderPage(language: Language): Promise<string> {
  const template = await readFile(join(PAGE_FOLDER, 'index.html'), 'utf8');
  return template
    .replace('<html lang="en">', `<html lang="${language}">`)
    .replace(/\{\{(\w+)\}\}/g, (_match, key: string) => {
      if (!(key in TEXTS.en)) throw new Error(`index.html names a text that does not exist: ${key}`);
      return text(language, key as TextKey);
    });
}

/** The page and all it needs, from memory: no part of a request's path reaches the disk. */
export async function servePage(server: FastifyInstance): Promise<void> {
  const hidden = { schema: { hide: true } };
  const pages = { en: await renderPage('en'), fr: await renderPage('fr') };
  server.get('/', hidden, async (request, reply) => {
    const { lang } = request.query as { lang?: string };
    const language =
      lang === 'fr' || lang === 'en' ? lang : preferredLanguage(request.headers['accept-language']);
    return reply
      .headers({ vary: 'accept-language', 'content-language': language, 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(pages[language]);
  });

  const assets: [path: string, type: string, make: () => Promise<Buffer>, cacheS: number][] = [
    ['/page/main.js', 'text/javascript; charset=utf-8', async () => (await bundlePage('main.ts')).script, 0],
    ['/page/style.css', 'text/css; charset=utf-8', readStyles, 0],
    ['/page/icon.svg', 'image/svg+xml', () => readFile(join(PAGE_FOLDER, 'icon.svg')), WEEK_S],
  ];
  for (const name of EXAMPLES)
    assets.push([`/examples/${name}`, 'image/png', () => drawExample(name), WEEK_S]);
  for (const [path, type, make, cacheS] of assets) {
    const asset = madeOnce(make);
    server.get(path, hidden, async (request, reply) => {
      const { bytes, etag } = await asset();
      reply.headers({ etag, 'cache-control': cacheS > 0 ? `max-age=${cacheS}` : 'no-cache' });
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type(type).send(bytes);
    });
  }
}

/** A file that is made when it is asked for first, so that a start does not wait for it; one that fails is tried again. */
function madeOnce(make: () => Promise<Buffer>): () => Promise<{ bytes: Buffer; etag: string }> {
  let made: Promise<{ bytes: Buffer; etag: string }> | null = null;
  const start = async () => {
    const bytes = await make();
    return { bytes, etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"` };
  };
  return () => {
    made ??= start().catch((error) => {
      made = null;
      throw error;
    });
    return made;
  };
}
