import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The project's root folder: the nearest folder at or above this file that holds package.json.
 * Works under tsx and inside the tslab kernel, which both give modules their source's `__dirname`.
 *
 * @throws Error when no package.json is found up to the file system's root.
 */
export function projectRoot(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder))
      throw new Error(`expected package.json at or above ${__dirname}, found none`);
  }
}

/** A path below the project's root, e.g. `fromRoot('data', 'cache')`. */
export const fromRoot = (...parts: string[]): string => join(projectRoot(), ...parts);
