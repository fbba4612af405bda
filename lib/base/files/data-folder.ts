import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fromRoot } from './root';

/**
 * A path in the user's data folder, which outlives the project's own: what DOGBREEDS_DATA names, or
 * `~/.local/share/dogbreeds` (XDG_DATA_HOME), `~/Library/Application Support/dogbreeds`, `%LOCALAPPDATA%\dogbreeds`.
 *
 * @example userDataFolder('catalogue.sqlite')
 */
export function userDataFolder(...parts: string[]): string {
  const { DOGBREEDS_DATA, XDG_DATA_HOME, LOCALAPPDATA } = process.env;
  if (DOGBREEDS_DATA) return resolve(DOGBREEDS_DATA, ...parts);
  const base =
    process.platform === 'win32'
      ? (LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Application Support')
        : (XDG_DATA_HOME ?? join(homedir(), '.local', 'share'));
  return join(base, 'dogbreeds', ...parts);
}

/** Whether this is a clone of the project, and not the package that `npm run pack` makes of it. */
export const isClone = (): boolean => existsSync(fromRoot('notebooks'));

/**
 * A path for what is downloaded or computed: in a clone its own `data`, which git ignores; the user's data folder where
 * the package is installed, which an update replaces and not everybody may write to.
 *
 * @example writableData('weights')
 */
export const writableData = (...parts: string[]): string =>
  isClone() ? fromRoot('data', ...parts) : userDataFolder(...parts);
