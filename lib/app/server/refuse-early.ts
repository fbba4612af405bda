import type { AppContext } from './context';

/**
 * A guard for routes that compute: a full queue or a loading model says so before the body is read.
 *
 * @throws ApiError 503 `busy` or `loading`
 */
export function refuseEarly(app: AppContext): void {
  app.inference.require();
  app.queue.reserve()();
}
