import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { fromRoot } from '../../lib/base/index';

const child = [
  process.execPath,
  '--import',
  pathToFileURL(require.resolve('tsx')).href,
  fromRoot('test/catalogue/support/progress-child.ts'),
];
const inTerminal = (...args: string[]): [string, string[]] => [
  'script',
  ['-qec', [...child, ...args].map((word) => `'${word}'`).join(' '), '/dev/null'],
];
const skip =
  spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0
    ? false
    : 'expected script (util-linux) for a terminal, found none';

test('in a terminal the line is drawn again while one photo is computed, and not after the end', {
  skip,
  timeout: 60_000,
}, async () => {
  const run = spawn(...inTerminal(), { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  let told = false;
  const ended = once(run, 'exit');
  for await (const chunk of run.stdout) {
    output += chunk;
    if (told || lines(output).length < 5) continue;
    told = true;
    run.stdin.write('go on\n');
  }
  assert.deepEqual(await ended, [0, null]);
  const drawn = lines(output);
  const rates = drawn
    .flatMap((line) => /^1 of 3 photos, ([\d.]+) photos\/s/.exec(line)?.[1] ?? [])
    .map(Number);
  assert.ok(rates.length >= 3, output);
  assert.ok((rates.at(-1) ?? 0) < (rates[0] ?? 0), `the rate falls: ${rates}`);
  assert.match(output, / s left(go on\r\n)?\r\nafter the run\r\n$/, JSON.stringify(output));
});

const lines = (output: string) => output.split('\r\x1b[K').slice(1);

test('the timer keeps no process alive, and where there is no terminal nothing is drawn again', {
  skip,
  timeout: 60_000,
}, async () => {
  const [command, args] = inTerminal('forget');
  assert.equal(spawnSync(command, args, { timeout: 30_000 }).status, 0);
  const run = spawn(child[0] ?? '', child.slice(1), { stdio: ['pipe', 'ignore', 'pipe'] });
  let output = '';
  setTimeout(() => run.stdin.write('go on\n'), 4000); // time for lines that must not come
  for await (const chunk of run.stderr) output += chunk;
  assert.equal(output, '0 of 3 photos\nafter the run\n');
});
