import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { fromRoot } from '../../lib/base/index';
import { temporaryFolder } from '../support/temporary-folder';

/** By then SQLite's cache of 32 MiB is full. */
const FEW = 30_000;
const MANY = 80_000;
/** What more files may cost, MiB: a kilobyte kept of each would be 49. */
const SLACK_MIB = 40;

test('memory does not grow with the files: new, known, moved, planned, found, measured', async (t) => {
  const peaks = await Promise.all([FEW, MANY].map(async (files) => peakOf(await temporaryFolder(t), files)));
  const [few = {}, many = {}] = peaks;
  t.diagnostic(`MiB at most so far, with ${FEW} and ${MANY} files:`);
  for (const step of Object.keys(many)) t.diagnostic(`${step}: ${few[step]}, ${many[step]}`);
  assert.equal(Object.keys(many).length, 9, 'all steps were taken');
  for (const step of Object.keys(many)) {
    const more = (many[step] ?? 0) - (few[step] ?? 0);
    assert.ok(more < SLACK_MIB, `expected at most ${SLACK_MIB} MiB more until "${step}", took ${more}`);
  }
});

async function peakOf(folder: string, files: number): Promise<Record<string, number>> {
  const child = fromRoot('test', 'catalogue', 'support', 'memory-child.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    // a small heap: garbage that V8 has not yet looked at says nothing
    ['--max-semi-space-size=2', '--max-old-space-size=96', '--import', 'tsx', child, folder, `${files}`],
    { cwd: fromRoot() },
  );
  return JSON.parse(stdout) as Record<string, number>;
}
