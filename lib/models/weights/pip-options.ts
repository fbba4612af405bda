import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

const DEFAULT_INDEX = 'https://pypi.org/simple';

/**
 * The package indexes that the user's pip would ask, main one first: `PIP_INDEX_URL` and `PIP_EXTRA_INDEX_URL`, or else
 * `index-url` and `extra-index-url` of the sections `[global]` and `[install]` of pip's configuration files (the
 * machine's, the user's, the virtual environment's, and `PIP_CONFIG_FILE`, later ones winning). Python is not
 * needed. Only http and https indexes are asked.
 *
 * @example await pipIndexes() // ['https://pypi.org/simple']
 */
export async function pipIndexes(): Promise<string[]> {
  const settings = new Map<string, string>();
  for (const path of configurationFiles()) {
    const text = await readFile(path, 'utf8').catch(() => '');
    for (const [key, value] of parseConfiguration(text)) settings.set(key, value);
  }
  const main = process.env.PIP_INDEX_URL || settings.get('index-url') || DEFAULT_INDEX;
  const extra = process.env.PIP_EXTRA_INDEX_URL ?? settings.get('extra-index-url') ?? '';
  const all = [main, ...extra.split(/\s+/)].map((url) => url.trim().replace(/\/+$/, ''));
  return [...new Set(all.filter((url) => /^https?:\/\//.test(url)))];
}

/** As pip's documentation lists them ("Configuration", user guide of pip 25). */
function configurationFiles(): string[] {
  const { PIP_CONFIG_FILE, XDG_CONFIG_HOME, VIRTUAL_ENV, APPDATA, ProgramData } = process.env;
  if (PIP_CONFIG_FILE === '/dev/null') return [];
  const windows = process.platform === 'win32';
  const name = windows ? 'pip.ini' : 'pip.conf';
  const files = windows
    ? [
        ProgramData && join(ProgramData, 'pip', name),
        join(homedir(), 'pip', name),
        APPDATA && join(APPDATA, 'pip', name),
      ]
    : [
        '/etc/xdg/pip/pip.conf',
        '/etc/pip.conf',
        join(homedir(), '.pip', name),
        join(XDG_CONFIG_HOME || join(homedir(), '.config'), 'pip', name),
        ...(process.platform === 'darwin' ? [join(homedir(), 'Library/Application Support/pip', name)] : []),
      ];
  return [...files, VIRTUAL_ENV && join(VIRTUAL_ENV, name), PIP_CONFIG_FILE].filter(
    (file) => file !== undefined && file !== '',
  ) as string[];
}

/** Keys of `[global]` and `[install]`; indented lines continue the value before them. */
function parseConfiguration(text: string): Map<string, string> {
  const values = new Map<string, string>();
  let section = '';
  let key = '';
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const header = /^\[(.+?)\]/.exec(line);
    const pair = /^([\w-]+)\s*[=:]\s*(.*)$/.exec(line);
    if (header) section = header[1] ?? '';
    else if (section !== 'global' && section !== 'install') continue;
    else if (/^\s/.test(line) && key) values.set(key, `${values.get(key) ?? ''} ${line.trim()}`.trim());
    else if (pair) {
      key = (pair[1] ?? '').replaceAll('_', '-');
      values.set(key, pair[2]?.trim() ?? '');
    }
  }
  return values;
}
