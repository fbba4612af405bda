import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { codeOf } from '../../lib/base/index';
import { temporaryFolder } from '../support/temporary-folder';

test('the code below a folder changes with any of its files, and with nothing else', async (t) => {
  const folder = await temporaryFolder(t);
  const write = async (path: string, text: string) => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await write('b.ts', 'const b = 1;\n');
  await write('a/c.cjs', 'module.exports = 2;\n');
  const first = codeOf(folder);
  assert.ok(first.indexOf('a/c.cjs') < first.indexOf('b.ts'));
  for (const path of ['README.md', 'node_modules/x/index.ts', 'a/dist/c.mjs']) {
    await write(path, 'export {}');
    assert.equal(codeOf(folder), first, path);
  }
  await write('b.ts', 'const b = 1;\r\n');
  assert.equal(codeOf(folder), first, 'other line ends');
  for (const path of ['b.ts', 'a/c.cjs', 'a/worker.mjs']) {
    const before = codeOf(folder);
    await write(path, '// another\n');
    assert.notEqual(codeOf(folder), before, path);
  }
});
