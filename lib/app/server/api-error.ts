/** Machine-readable reasons for a refused request; the page translates them, `message` explains them in English. */
export type ErrorCode =
  | 'empty_body'
  | 'bad_request'
  | 'unsupported_format'
  | 'unreadable_photo'
  | 'too_large'
  | 'too_many_pixels'
  | 'too_many_photos'
  | 'unknown_photo'
  | 'unknown_breed'
  | 'not_found'
  | 'forbidden'
  | 'busy'
  | 'loading'
  | 'timeout'
  | 'no_space'
  | 'internal';

/**
 * A refusal that the API answers with: an HTTP status, a code and a sentence saying what was expected, what came and
 * what to do.
 *
 * @example throw new ApiError(400, 'empty_body', 'expected a photo, received an empty body');
 */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: ErrorCode,
    message: string,
    /** Seconds after which to try again (the Retry-After header). */
    readonly retryAfterS?: number,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** The JSON body of a refusal: `{ error: { code, message } }`. */
export const errorBody = (error: ApiError) => ({ error: { code: error.code, message: error.message } });
