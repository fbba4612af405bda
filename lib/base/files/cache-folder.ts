import { resolve } from 'node:path';
import { writableData } from './data-folder';

/**
 * A path in the cache: below `data/cache` (of the user's data folder where the package is installed), or below what the environment variable DOGBREEDS_CACHE names. Everything
 * there can be deleted at any time.
 *
 * @example cacheFolder('scan')
 */
export const cacheFolder = (...parts: string[]): string =>
  process.env.DOGBREEDS_CACHE
    ? resolve(process.env.DOGBREEDS_CACHE, ...parts)
    : writableData('cache', ...parts);
