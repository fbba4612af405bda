import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The TypeScript below a folder as one text, for the key of a cache: who edits it must not get what older code made.
 *
 * @throws Error of `fs` when the folder is not there
 * @example hash.update(codeOf(fromRoot('lib', 'image')))
 */
export function codeOf(folder: string): string {
  const names = readdirSync(folder, { recursive: true }).map(String);
  const code = names.filter((name) => name.endsWith('.ts') && !/\b(node_modules|dist)\b/.test(name)).sort();
  return code.map((name) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`).join('\n');
}
