import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bundlePage, PAGE_FOLDER } from './bundle-page';
import { TOKEN_COOKIE } from './catalogue-access';
import type { AppContext } from './context';

/**
 * The pages of a catalogue, where the app shows one, from memory: `/review`, on which people judge photos, and `/board`,
 * which shows how an index goes. An invitation's link carries its token once; the browser then keeps it where scripts
 * cannot read it.
 */
export async function serveCataloguePages(server: FastifyInstance, app: AppContext): Promise<void> {
  if (!app.catalogue) return;
  await servePageOf(server, 'review');
  if (app.board) await servePageOf(server, 'board');
}

async function servePageOf(server: FastifyInstance, name: 'review' | 'board'): Promise<void> {
  const hidden = { schema: { hide: true } };
  const [html, style, { script }] = await Promise.all([
    readFile(join(PAGE_FOLDER, `${name}.html`)),
    Promise.all(['style.css', `${name}.css`].map((file) => readFile(join(PAGE_FOLDER, file)))).then(
      Buffer.concat,
    ),
    bundlePage(`${name}.ts`),
  ]);
  server.get(
    `/${name}`,
    hidden,
    async (request, reply) =>
      keepToken(request, reply, `/${name}`) ??
      reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(html),
  );
  for (const [path, type, bytes] of [
    [`/${name}/main.js`, 'text/javascript; charset=utf-8', script],
    [`/${name}/style.css`, 'text/css; charset=utf-8', style],
  ] as const)
    server.get(path, hidden, async (_request, reply) =>
      reply.header('cache-control', 'no-cache').type(type).send(bytes),
    );
}

/** Takes the token out of an invitation's address, into a cookie. */
function keepToken(request: FastifyRequest, reply: FastifyReply, page: string): FastifyReply | null {
  const { token } = request.query as { token?: string };
  if (typeof token !== 'string' || !/^[\w-]{20,100}$/.test(token)) return null;
  return reply
    .header('set-cookie', `${TOKEN_COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000`)
    .header('referrer-policy', 'no-referrer')
    .redirect(page, 303);
}
