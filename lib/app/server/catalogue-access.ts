import type { FastifyRequest } from 'fastify';
import type { Person } from '../../catalogue/index';
import { ApiError } from './api-error';
import type { AppContext, BoardAccess, CatalogueAccess } from './context';

/** The cookie that keeps a token. */
export const TOKEN_COOKIE = 'dogbreeds_token';
const MOST_FAILURES = 10;
const WINDOW_MS = 60_000;
const MOST_ADDRESSES = 10_000;

/** The catalogue, and what can be done with it. @throws ApiError 404 where the app shows none */
export function requireCatalogue(app: AppContext): CatalogueAccess {
  if (!app.catalogue)
    throw new ApiError(
      404,
      'not_found',
      'this server shows no catalogue: start it with "dogbreeds index review"',
    );
  return app.catalogue;
}

/** The queue that the board shows. @throws ApiError 404 where the app shows none */
export function requireBoard(app: AppContext): BoardAccess {
  if (!app.board)
    throw new ApiError(404, 'not_found', 'this server shows no board: start it with "--redis URL"');
  return app.board;
}

/**
 * Who asks, and whether they may. On this machine's own address anybody may, under the name that the page sends; elsewhere
 * only who has a token, under the name that it was made for.
 *
 * @throws ApiError 401 without a token that holds, 403 for who may only look, 429 after ten wrong ones in a minute
 */
export function requirePerson(app: AppContext, request: FastifyRequest, role: Person['role']): Person {
  const { catalogue, room, open, failures } = requireCatalogue(app);
  if (open) return { name: localName(request), role: 'review' };
  const now = Date.now();
  const recent = (failures.get(request.ip) ?? []).filter((at) => at > now - WINDOW_MS);
  if (recent.length >= MOST_FAILURES)
    throw new ApiError(429, 'forbidden', 'too many wrong tokens: wait a minute', WINDOW_MS / 1000);
  const token = tokenOf(request);
  const person = token ? room.personOf(catalogue, token) : null;
  if (!person) {
    if (token) {
      if (failures.size >= MOST_ADDRESSES) failures.clear();
      failures.set(request.ip, [...recent, now]);
    }
    throw new ApiError(
      401,
      'forbidden',
      'expected the link that "dogbreeds index invite NAME" gave, received none that holds',
    );
  }
  if (role === 'review' && person.role !== 'review')
    throw new ApiError(403, 'forbidden', `${person.name} may look, not judge`);
  return person;
}

function tokenOf(request: FastifyRequest): string | null {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const cookie = (request.headers.cookie ?? '')
    .split(/;\s*/)
    .find((part) => part.startsWith(`${TOKEN_COOKIE}=`))
    ?.slice(TOKEN_COOKIE.length + 1);
  return bearer ?? cookie ?? null;
}

function localName(request: FastifyRequest): string {
  const given = request.headers['x-reviewer'];
  const name = typeof given === 'string' ? safeDecode(given).trim().slice(0, 60) : '';
  return name || 'at this machine';
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
