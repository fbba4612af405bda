/** A file could not be downloaded; the message says why, and which file to put where instead. */
export class DownloadError extends Error {
  override name = 'DownloadError';

  /**
   * @param url what was asked for
   * @param target absolute path where the file belongs
   * @param reason one line
   * @param offline whether the server could not be reached at all
   */
  constructor(
    readonly url: string,
    readonly target: string,
    readonly reason: string,
    readonly offline: boolean,
    options?: ErrorOptions,
  ) {
    super(
      `expected to download ${url}, but ${reason}. ` +
        `Download it in another way and put it at ${target}, or try again${offline ? ' with a network (a proxy is taken from HTTP_PROXY and HTTPS_PROXY)' : ''}.`,
      options,
    );
  }
}

const OFFLINE = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The deepest system code of an error (`fetch failed` hides it in its cause), e.g. `ECONNREFUSED`. */
export function errorCode(error: unknown): string | undefined {
  let code: string | undefined;
  for (let at = error; at instanceof Error; at = at.cause) {
    const inner = at instanceof AggregateError ? at.errors[0] : at;
    code = (inner as NodeJS.ErrnoException).code ?? code;
  }
  return code;
}

/** Whether an error means that the server could not be reached. */
export const isOffline = (error: unknown): boolean => OFFLINE.has(errorCode(error) ?? '');

/** One line about an error of `fetch`, e.g. `no connection could be made (ECONNREFUSED)`. */
export function describeNetworkError(error: unknown): string {
  const code = errorCode(error);
  if (isOffline(error)) return `the server could not be reached (${code})`;
  let deepest = error;
  while (deepest instanceof Error && deepest.cause) deepest = deepest.cause;
  const message = deepest instanceof Error ? deepest.message : String(deepest);
  return code && !message.includes(code) ? `${message} (${code})` : message;
}
