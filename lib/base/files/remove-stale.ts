import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const HOUR_MS = 3_600_000;

/**
 * Removes what killed runs left half done: entries of a folder whose names start with `prefix` and that nothing has
 * changed for an hour. Younger ones may belong to a run that is at work.
 */
export async function removeStale(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(folder, name);
    const changedMs = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - changedMs > HOUR_MS) await rm(path, { recursive: true, force: true });
  }
}
