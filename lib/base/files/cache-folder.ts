import { resolve } from 'node:path';
import { fromRoot } from './root';

/**
 * A path in the cache: below `data/cache`, or below what the environment variable DOGBREEDS_CACHE names. Everything
 * there can be deleted at any time.
 *
 * @example cacheFolder('scan')
 */
export const cacheFolder = (...parts: string[]): string =>
  process.env.DOGBREEDS_CACHE
    ? resolve(process.env.DOGBREEDS_CACHE, ...parts)
    : fromRoot('data', 'cache', ...parts);
