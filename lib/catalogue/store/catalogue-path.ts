import { mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

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

/** Where a command's catalogue lies: what `--catalogue` says, or the user's own. */
export const cataloguePath = (given: string | undefined): string =>
  given ? resolve(given) : userDataFolder('catalogue.sqlite');

/** A place for a catalogue that need not be kept. */
export const temporaryCatalogue = (): string =>
  join(mkdtempSync(join(tmpdir(), 'dogbreeds-')), 'catalogue.sqlite');
