import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The code below a folder as one text, for the key of a cache: who edits it must not get what older code made. Other
 * systems' line ends and path separators make no difference.
 *
 * @throws Error of `fs` when the folder is not there
 * @example hash.update(codeOf(fromRoot('lib', 'image')))
 */
export function codeOf(folder: string): string {
  const names = readdirSync(folder, { recursive: true }).map(String);
  return names
    .filter((name) => /\.(ts|mjs|cjs)$/.test(name) && !/\b(node_modules|dist)\b/.test(name))
    .map((name) => [name.replaceAll('\\', '/'), name] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([shown, name]) => `${shown}\n${readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')}`)
    .join('\n');
}
