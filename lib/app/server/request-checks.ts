import type { FastifyRequest } from 'fastify';
import { ApiError } from './api-error';

/**
 * Only requests for these host names are answered: another site's page that has its name point here (DNS rebinding)
 * carries its own.
 *
 * @param allowed host names without port; empty: any
 * @throws ApiError 403 `forbidden`
 */
export function checkHost(request: FastifyRequest, allowed: readonly string[]): void {
  if (allowed.length === 0) return;
  const host = hostName(request.headers.host ?? '');
  if (!allowed.includes(host))
    throw new ApiError(
      403,
      'forbidden',
      `this server answers for ${allowed.join(', ')} only (--allow-host adds a name)`,
    );
}

/**
 * A body that says it is too large is refused before it is read.
 *
 * @param limit bytes
 * @throws ApiError 413 `too_large`
 */
export function checkLength(request: FastifyRequest, limit: number): void {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > limit)
    throw new ApiError(
      413,
      'too_large',
      `expected at most ${limit} bytes in one request, ${length} were announced`,
    );
}

/**
 * Other sites' pages may not write: browsers send Origin with such requests, programs send none.
 *
 * @throws ApiError 403 `forbidden`
 */
export function checkOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (request.method === 'GET' || request.method === 'HEAD' || origin === undefined) return;
  const from = URL.canParse(origin) ? new URL(origin).host : origin;
  if (from !== host)
    throw new ApiError(403, 'forbidden', `requests from pages of ${origin} are not answered`);
}

const hostName = (host: string): string => host.replace(/:\d+$/, '').toLowerCase();
