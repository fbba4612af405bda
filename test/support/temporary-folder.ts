import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A fresh folder that is removed when the test ends. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dogbreeds-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A fresh folder that is the cache until the test ends. */
export async function temporaryCache(t: TestContext): Promise<string> {
  const before = process.env.DOGBREEDS_CACHE;
  const folder = await temporaryFolder(t);
  process.env.DOGBREEDS_CACHE = folder;
  t.after(() => {
    if (before === undefined) delete process.env.DOGBREEDS_CACHE;
    else process.env.DOGBREEDS_CACHE = before;
  });
  return folder;
}
