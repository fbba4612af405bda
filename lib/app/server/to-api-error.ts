import type { FastifyError } from 'fastify';
import { ApiError } from './api-error';

/** What the system says when there is no room to write: a full disk, a full quota, a limit of file sizes. */
const NO_SPACE = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/**
 * Any error of a request as the refusal that is sent: Fastify's own by their codes, a full disk as 507, what nobody
 * foresaw as 500 without its details.
 */
export function toApiError(error: FastifyError): ApiError {
  if ((error as unknown) instanceof ApiError) return error as unknown as ApiError;
  const { code = '', statusCode = 500 } = error;
  if (NO_SPACE.includes(code))
    return new ApiError(
      507,
      'no_space',
      "this server's disk is full: nothing was saved; send it again when there is room",
    );
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || code === 'FST_REQ_FILE_TOO_LARGE')
    return new ApiError(413, 'too_large', `the body is larger than this server takes: ${error.message}`);
  if (code === 'FST_FILES_LIMIT' || code === 'FST_PARTS_LIMIT' || code === 'FST_FIELDS_LIMIT')
    return new ApiError(
      413,
      'too_many_photos',
      `the request has more parts than this server takes: ${error.message}`,
    );
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY')
    return new ApiError(400, 'empty_body', 'expected JSON with "image", received an empty body');
  if (statusCode >= 400 && statusCode < 500) return new ApiError(statusCode, 'bad_request', error.message);
  return new ApiError(500, 'internal', 'something went wrong on the server; its log says what');
}
