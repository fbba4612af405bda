/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { ErrorCode } from '../server/api-error';
import type { AnswerOf, InputOf, KeyOf } from '../server/define-route';
import { TEXTS, type TextKey } from './texts';

/** A refused or failed request; `key` names its text. */
export class RequestError extends Error {
  constructor(
    readonly key: TextKey,
    message: string,
  ) {
    super(message);
  }
}

/** Times a patient call asks again. */
const ATTEMPTS = 20;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The text of a refusal's code. */
const textOf = (code: string): TextKey => {
  const key: TextKey = `error_${code as ErrorCode}`; // does not compile when a code has no text
  return key in TEXTS.en ? key : 'error_internal';
};

/** What a request may carry, whichever route it is for. */
interface AnyInput {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  photo?: Blob;
}

function toRequest(key: string, { params = {}, query = {}, body, photo }: AnyInput): [string, RequestInit] {
  const [method = '', path = ''] = key.split(' ');
  const filled = path.replace(/:(\w+)/g, (_part, name) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const url = search.size > 0 ? `${filled}?${search}` : filled;
  if (photo) return [url, { method, body: photo, headers: { 'content-type': 'application/octet-stream' } }];
  if (body === undefined) return [url, { method }];
  return [url, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }];
}

/**
 * Asks a route of this server; what it takes and gives is typed by the route's own schemas.
 *
 * @param key method and path as the route defines them
 * @param options patient: waits and asks again while the server is busy
 * @throws RequestError when it is refused or the server cannot be reached
 * @example const { breeds } = await call<typeof info>('GET /api/info', {});
 */
export async function call<R>(
  key: KeyOf<R>,
  input: InputOf<R>,
  { patient = false }: { patient?: boolean } = {},
): Promise<AnswerOf<R>> {
  const [url, init] = toRequest(key, input as AnyInput);
  for (let attempt = 0; ; attempt++) {
    let response: Response;
    try {
      response = await fetch(url, init);
    } catch (error) {
      throw new RequestError('unavailable', String(error));
    }
    if (response.ok) {
      const isJson = response.headers.get('content-type')?.includes('json');
      return (await (isJson ? response.json() : response.text())) as AnswerOf<R>;
    }
    if (response.status === 503 && patient && attempt < ATTEMPTS) {
      await wait(1000 * Number(response.headers.get('retry-after') ?? 1));
      continue;
    }
    const { error } = (await response.json().catch(() => ({ error: { code: 'internal', message: '' } }))) as {
      error: { code: string; message: string };
    };
    throw new RequestError(textOf(error.code), error.message);
  }
}
