import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../app/support/run-command';
import { temporaryFolder } from '../support/temporary-folder';

test('index worker takes the address that index has too; without one it says so', async (t) => {
  const folder = await temporaryFolder(t);
  const work = (...flags: string[]) =>
    runCommand(
      folder,
      'index',
      'worker',
      ...flags,
      '--root',
      `photos=${folder}`,
      '--model',
      join(folder, 'none'),
    );
  const without = await work();
  assert.equal(without.code, 1);
  assert.match(without.stderr, /expected --redis URL, received none/);
  const given = await work('--redis', 'redis://127.0.0.1:1');
  assert.equal(given.code, 1);
  assert.doesNotMatch(given.stderr, /--redis/);
  assert.match(given.stderr, /model/, 'it came as far as its model, which is not there');
});
