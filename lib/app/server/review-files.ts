import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { bundlePage, PAGE_FOLDER } from './bundle-page';
import { TOKEN_COOKIE } from './catalogue-access';
import type { AppContext } from './context';

/**
 * The page on which people judge photos, where the app shows a catalogue: from memory. An invitation's link carries its
 * token once; the browser then keeps it where scripts cannot read it.
 */
export async function serveReviewPage(server: FastifyInstance, app: AppContext): Promise<void> {
  if (!app.catalogue) return;
  const hidden = { schema: { hide: true } };
  const [html, style, { script }] = await Promise.all([
    readFile(join(PAGE_FOLDER, 'review.html')),
    Promise.all(['style.css', 'review.css'].map((name) => readFile(join(PAGE_FOLDER, name)))).then(
      Buffer.concat,
    ),
    bundlePage('review.ts'),
  ]);
  server.get('/review', hidden, async (request, reply) => {
    const { token } = request.query as { token?: string };
    if (typeof token === 'string' && /^[\w-]{20,100}$/.test(token))
      return reply
        .header('set-cookie', `${TOKEN_COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000`)
        .header('referrer-policy', 'no-referrer')
        .redirect('/review', 303);
    return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(html);
  });
  for (const [path, type, bytes] of [
    ['/review/main.js', 'text/javascript; charset=utf-8', script],
    ['/review/style.css', 'text/css; charset=utf-8', style],
  ] as const)
    server.get(path, hidden, async (_request, reply) =>
      reply.header('cache-control', 'no-cache').type(type).send(bytes),
    );
}
