import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { elementAt } from '../../lib/base/index';
import { temporaryFolder } from '../support/temporary-folder';
import { ANSWERS, askGraph } from './support/keep-graph';

const MADE = { answers: ANSWERS, facts: { name: 'Gemm' }, wasKept: false, made: 1 };
const KEPT = { ...MADE, wasKept: true, made: 0 };

const graphsIn = async (folder: string) => (await readdir(folder)).filter((name) => name.endsWith('.graph'));

async function onlyGraph(folder: string): Promise<string> {
  const names = await graphsIn(folder);
  assert.equal(names.length, 1);
  return join(folder, elementAt(names, 0));
}

/** Lines on stderr while the test runs. */
function errorLines(t: TestContext): string[] {
  const lines: string[] = [];
  t.mock.method(console, 'error', (line: string) => lines.push(line));
  return lines;
}

test('a graph is made once and then read from disk; another key is another graph', async (t) => {
  const folder = join(await temporaryFolder(t), 'graphs');
  assert.deepEqual(await askGraph(folder), MADE);
  assert.deepEqual(await askGraph(folder), KEPT);
  assert.deepEqual(await askGraph(folder, 'another key'), MADE);
  assert.equal((await readdir(folder)).length, 2);
});

test('a file that is damaged anywhere, or foreign, is made again', async (t) => {
  const folder = await temporaryFolder(t);
  const lines = errorLines(t);
  await askGraph(folder);
  const path = await onlyGraph(folder);
  const whole = await readFile(path);
  const changed = (at: number) => {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  };
  const rest = Buffer.concat([Buffer.from('{"name":"Gemm"}\n'), Buffer.from('no ONNX model')]);
  const digest = createHash('sha256').update(rest).digest('hex');
  const faults = {
    'a bit of the last weight': changed(whole.length - 200),
    'a bit in the middle': changed(whole.length >> 1),
    'a bit of the facts': changed(85),
    'a bit of the checksum': changed(30),
    'cut short': whole.subarray(0, whole.length - 1),
    empty: Buffer.of(),
    'no graph': Buffer.from('<html></html>\n'),
    'well packed, but refused by the runtime': Buffer.concat([
      Buffer.from(`dogbreeds-graph ${digest}\n`),
      rest,
    ]),
  };
  for (const [fault, bytes] of Object.entries(faults)) {
    await writeFile(path, bytes);
    assert.deepEqual(await askGraph(folder), MADE, fault);
    assert.match(lines.pop() ?? '', /^the graph .*\.graph is damaged: it is made again$/, fault);
    assert.deepEqual(await askGraph(folder), KEPT, fault);
  }
  assert.deepEqual(lines, []);
});

test('where nothing can be written, a graph is made at each start', async (t) => {
  const file = join(await temporaryFolder(t), 'a-file');
  await writeFile(file, '');
  const lines = errorLines(t);
  assert.deepEqual(await askGraph(join(file, 'graphs')), MADE);
  assert.deepEqual(await askGraph(join(file, 'graphs')), MADE);
  assert.deepEqual(lines, []);
});

test('the folder is bounded: what was used longest ago goes, and what killed processes left', async (t) => {
  const folder = await temporaryFolder(t);
  for (const key of ['a', 'b', 'c']) {
    await askGraph(folder, key);
    const hourAgo = new Date(Date.now() - 3_600_000);
    for (const name of await graphsIn(folder)) {
      const { mtime } = await stat(join(folder, name));
      await utimes(join(folder, name), mtime, new Date(Math.min(Number(mtime) - 60_000, Number(hourAgo))));
    }
  }
  const { size } = await stat(join(folder, elementAt(await graphsIn(folder), 0)));
  for (const [name, hours] of [
    ['old.graph.1.ab.tmp', 2],
    ['young.graph.1.ab.tmp', 0],
  ] as const) {
    await writeFile(join(folder, name), 'half');
    const then = new Date(Date.now() - hours * 3_600_000 - 1000);
    await utimes(join(folder, name), then, then);
  }
  assert.deepEqual(await askGraph(folder, 'a'), KEPT); // the oldest, used again now
  assert.deepEqual(await askGraph(folder, 'd', 3 * size + 1000), MADE);
  const names = await readdir(folder);
  assert.deepEqual(
    names.filter((name) => name.endsWith('.tmp')),
    ['young.graph.1.ab.tmp'],
  );
  assert.equal((await graphsIn(folder)).length, 3);
  for (const key of ['a', 'c', 'd']) assert.deepEqual(await askGraph(folder, key), KEPT, key);
  assert.deepEqual(await askGraph(folder, 'b', 3 * size + 1000), MADE);
});

const start = (folder: string) =>
  spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'support', 'keep-graph.ts'), folder]);

test('kill -9 while a graph is written leaves no half one', { timeout: 300_000 }, async (t) => {
  const folder = await temporaryFolder(t);
  const lines = errorLines(t);
  let halves = 0;
  for (let round = 0; halves < 4; round++) {
    const graphs = join(folder, String(round));
    await mkdir(graphs);
    const child = start(graphs);
    const ended = once(child, 'exit');
    // until enough were killed with a file half written: at once when it is there, or a little later
    while ((await readdir(graphs)).length === 0 && child.exitCode === null)
      await new Promise((go) => setTimeout(go, 1));
    await new Promise((go) => setTimeout(go, round % 8));
    child.kill('SIGKILL');
    await ended;
    halves += (await readdir(graphs)).filter((name) => name.endsWith('.tmp')).length;
    const { answers } = await askGraph(graphs);
    assert.deepEqual(answers, ANSWERS);
  }
  assert.deepEqual(lines, []);
});

test('processes that start at once get the same answers and leave one graph', async (t) => {
  const folder = await temporaryFolder(t);
  const said = await Promise.all(
    [1, 2, 3].map(async () => {
      const child = start(folder);
      let text = '';
      child.stdout.on('data', (data) => {
        text += data;
      });
      await once(child, 'close');
      return text.trim();
    }),
  );
  assert.deepEqual(said, Array(3).fill(JSON.stringify(ANSWERS)));
  assert.equal((await readdir(folder)).length, 1);
  assert.deepEqual(await askGraph(folder), KEPT);
});
