import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromRoot } from '../../lib/base/index';
import { readNotebook } from '../../lib/notebook/notebook-file';
import { runAll } from '../../lib/notebook/run/run-all';
import {
  type RunFailure,
  type RunOptions,
  type RunResult,
  runNotebook,
} from '../../lib/notebook/run/run-notebook';
import { planRun, runSlug } from '../../lib/notebook/run/run-plan';
import { code, makeNotebook, temporaryFolder } from './make-notebook';

const GOOD = "console.log('before');";

type Run = RunResult & { output: string };

/** Runs a notebook of a good cell, `bad`, and a cell that must not run. */
async function runBad(bad: string, options: Partial<RunOptions> = {}): Promise<Run> {
  const folder = temporaryFolder();
  const path = makeNotebook(folder, 'bad', [GOOD, bad, "console.log('after');"]);
  const output = join(folder, 'executed.ipynb');
  return { ...(await runNotebook(path, { output, ...options })), output };
}

/** What holds for every failure: the cell is named and marked, what came before is kept, nothing ran after. */
function assertFailed(
  result: Run,
  kind: string,
  pattern: RegExp,
): asserts result is Run & { failure: RunFailure } {
  assert.equal(result.failure?.kind, kind, result.failure?.message);
  assert.match(result.failure.message, pattern);
  assert.match(result.failure.message, /bad\.ipynb, cell 2 of 3 \(In\[2\]\)/);
  const [first, second, third] = readNotebook(result.output).cells;
  assert.ok(first?.cell_type === 'code' && second?.cell_type === 'code' && third?.cell_type === 'code');
  assert.deepEqual(first.outputs, [{ output_type: 'stream', name: 'stdout', text: 'before\n' }]);
  assert.equal(second.metadata.dogbreeds?.status, 'error');
  assert.equal(second.outputs.filter((output) => output.output_type === 'error').length, 1);
  assert.equal(third.metadata.dogbreeds?.status, 'not run');
  assert.deepEqual(third.outputs, []);
}

/** Whether a process runs; one that has ended but was not yet collected by its parent does not. */
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
  return !/^State:\s+Z/m.test(status);
};

describe('a notebook that fails', { concurrency: 2 }, () => {
  it('compile error: message, line and column of the cell', async () => {
    const result = await runBad("const a = 1;\nconst b: number = 'text';");
    assertFailed(
      result,
      'error',
      /CompileError: In\[2\]:2:7 - Type 'string' is not assignable to type 'number'/,
    );
    assert.match(result.failure.message, />\s+2 \| const b: number = 'text';/);
  });

  it('throw: error, stack with the lines of the cell', async () => {
    const result = await runBad(
      "function inner(): void {\n  throw new RangeError('too far');\n}\n\ninner();",
    );
    assertFailed(result, 'error', /RangeError: too far/);
    assert.match(result.failure.message, /at inner \(In\[2\]:2:9\)\n\s+at In\[2\]:5:1/);
    assert.match(result.failure.message, />\s+2 \|\s+throw new RangeError/);
  });

  it('throw in lib/: stack with the file and line of the TypeScript', async () => {
    const result = await runBad(
      "import { showTable } from './lib/figures/display/show-table';\nshowTable([]);",
    );
    assertFailed(result, 'error', /expected a table with at least one row/);
    const source = readFileSync(fromRoot('lib/figures/display/show-table.ts'), 'utf8').split('\n');
    const line = source.findIndex((text) => text.includes('expected a table with at least one row')) + 1;
    const told = Number(/lib\/figures\/display\/show-table\.ts:(\d+):/.exec(result.failure.message)?.[1]);
    assert.ok(Math.abs(told - line) <= 1, `told line ${told}, is line ${line}`);
    assert.match(result.failure.message, />\s+2 \| showTable\(\[\]\);/);
  });

  it('awaited rejection', async () => {
    const result = await runBad("const wait = 1;\nawait Promise.reject(new TypeError('no answer'));");
    assertFailed(result, 'error', /TypeError: no answer/);
    assert.match(result.failure.message, />\s+2 \| await Promise\.reject/);
  });

  it('rejection that nothing awaits', async () => {
    const result = await runBad("Promise.reject(new Error('nobody looked'));\nconst rest = 1;");
    assertFailed(result, 'error', /UnhandledRejection: Error: nobody looked/);
  });

  it('rejection that nothing awaits, while a later part of the cell works on', async () => {
    const result = await runBad(
      "setTimeout(() => { Promise.reject(new Error('late')); }, 20);\nawait new Promise((resolve) => setTimeout(resolve, 30000));",
    );
    assertFailed(result, 'error', /UnhandledRejection: Error: late/);
    assert.ok(result.seconds < 25, 'the cell was not waited for');
  });

  it('rejection after the last cell', async () => {
    const folder = temporaryFolder();
    const source = "setTimeout(() => { Promise.reject(new Error('at the end')); }, 50);";
    const path = makeNotebook(folder, 'end', [GOOD, `void ${source}`]);
    const { failure } = await runNotebook(path, { output: join(folder, 'executed.ipynb') });
    assert.match(failure?.message ?? '', /end\.ipynb, cell 2 of 2.*UnhandledRejection: Error: at the end/);
  });

  it('error thrown by a callback', async () => {
    const result = await runBad(
      "setTimeout(() => { throw new Error('in a timer'); }, 10);\nawait new Promise((resolve) => setTimeout(resolve, 30000));",
    );
    assertFailed(result, 'error', /Uncaught: Error: in a timer/);
  });

  it('kernel death: exit code and the cell', async () => {
    const result = await runBad('process.exit(7);');
    assertFailed(result, 'kernel died', /KernelDied: the kernel process ended with exit code 7/);
    assert.match(result.failure.message, /1 \| process\.exit\(7\);/);
  });

  it('killed for memory, as Linux does it: says so and how much was used', async () => {
    const result = await runBad("process.kill(process.pid, 'SIGKILL');\nawait new Promise(() => {});");
    assertFailed(
      result,
      'kernel died',
      /was killed \(SIGKILL\), which is what Linux does when memory runs out/,
    );
  });

  it('out of JavaScript heap: says so and how to raise it', async () => {
    const result = await runBad(
      'const kept: number[][] = [];\nwhile (true) kept.push(new Array(100000).fill(kept.length));',
      {
        nodeOptions: ['--max-old-space-size=256'],
      },
    );
    assertFailed(result, 'kernel died', /ran out of JavaScript heap/);
    assert.match(result.failure.message, /--max-old-space-size/);
  });

  it('cell timeout, in a cell that never yields', async () => {
    const result = await runBad('while (true) {}', { cellTimeoutMs: 8000 });
    assertFailed(result, 'cell timeout', /CellTimeout: the cell did not end within 8 s/);
  });

  it('stop from outside: the reason is told', async () => {
    const controller = new AbortController();
    const reason = Object.assign(new Error('enough'), { name: 'RunTimeout' });
    const result = await runBad('await new Promise(() => {});', {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'cell' && event.cell === 2) setTimeout(() => controller.abort(reason), 300);
      },
    });
    assertFailed(result, 'stopped', /RunTimeout: enough/);
  });

  it('a cell that prints without end is cut, and the rest of the notebook kept', async () => {
    const folder = temporaryFolder();
    const path = makeNotebook(folder, 'loud', [
      "for (let i = 0; i < 200000; i++) console.log('line', i);",
      GOOD,
    ]);
    const { failure, notebook } = await runNotebook(path, { output: join(folder, 'executed.ipynb') });
    assert.equal(failure, null);
    const [loud, after] = notebook.cells;
    assert.ok(loud?.cell_type === 'code' && after?.cell_type === 'code');
    const text = loud.outputs.map((output) => (output.output_type === 'stream' ? output.text : '')).join('');
    assert.ok(text.startsWith('line 0\nline 1\n') && text.length < 1_001_000);
    assert.match(text, /the cell printed more/);
    assert.deepEqual(after.outputs, [{ output_type: 'stream', name: 'stdout', text: 'before\n' }]);
  });
});

/** Starts `dogbreeds run` and gathers what it prints. */
function startCommand(args: string[]): {
  child: ChildProcess;
  text: () => string;
  ended: Promise<number | null>;
} {
  const child = spawn(process.execPath, [fromRoot('lib', 'start.mjs'), 'run', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  return { child, text: () => text, ended: new Promise((resolve) => child.once('close', resolve)) };
}

describe('dogbreeds run, when a notebook fails', { concurrency: 2 }, () => {
  // Runs of notebooks elsewhere have folders of their own below data/runs.
  const paths: string[] = [];
  after(() => {
    for (const path of paths) {
      const slug = runSlug({ notebooks: path, size: String(process.pid) });
      rmSync(fromRoot('data', 'runs', slug), { recursive: true, force: true });
    }
  });

  it('exits with 1, names the cell, writes the report with the failing cell marked', async () => {
    const folder = temporaryFolder();
    const path = makeNotebook(folder, 'broken', [
      code('let size = 1;', ['parameters']),
      "throw new Error('broken on purpose');",
    ]);
    paths.push(path);
    const { ended, text } = startCommand([
      path,
      '--output',
      join(folder, 'reports'),
      '-p',
      'size',
      String(process.pid),
    ]);
    assert.equal(await ended, 1);
    assert.match(text(), /cell 3 of 3 \(In\[3\]\): Error: broken on purpose/);
    assert.match(text(), /FAILED after/);
    const report = readFileSync(join(folder, 'reports', 'broken.html'), 'utf8');
    assert.match(report, /This run failed in <a href="#cell-3">cell 3<\/a> of 3/);
    assert.match(report, /<section class="cell code failed-cell" id="cell-3">/);
    assert.match(readFileSync(join(folder, 'reports', 'index.html'), 'utf8'), /failed in cell 3/);
  });

  it('whole-run timeout: exits with 1 and says so', async () => {
    const folder = temporaryFolder();
    const path = makeNotebook(folder, 'endless', [
      code('let size = 1;', ['parameters']),
      'await new Promise(() => {});',
    ]);
    paths.push(path);
    const args = [
      path,
      '--output',
      join(folder, 'reports'),
      '--timeout',
      '8',
      '-p',
      'size',
      String(process.pid),
    ];
    const { ended, text } = startCommand(args);
    assert.equal(await ended, 1);
    assert.match(text(), /RunTimeout: the run did not end within 8 s/);
  });

  it('Ctrl-C: exits with 130, leaves no kernel and no child of a cell, writes what there is', async () => {
    const folder = temporaryFolder();
    const pids = join(folder, 'pids');
    const path = makeNotebook(folder, 'waiting', [
      code('let size = 1;', ['parameters']),
      `import { spawn } from 'node:child_process';\nimport { writeFileSync } from 'node:fs';\nconst sleeper = spawn('sleep', ['600']);\nwriteFileSync(${JSON.stringify(pids)}, process.pid + ' ' + sleeper.pid);\nawait new Promise((resolve) => setTimeout(resolve, 600000));`,
    ]);
    paths.push(path);
    const { child, ended, text } = startCommand([
      path,
      '--output',
      join(folder, 'reports'),
      '-p',
      'size',
      String(process.pid),
    ]);
    for (let tries = 0; !existsSync(pids) && tries < 600; tries++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(existsSync(pids), text());
    child.kill('SIGINT');
    assert.equal(await ended, 130, text());
    assert.match(text(), /Interrupted: the run was stopped by SIGINT/);
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const pid of readFileSync(pids, 'utf8').split(' '))
      assert.equal(isAlive(Number(pid)), false, `process ${pid} lives on`);
    assert.match(readFileSync(join(folder, 'reports', 'waiting.html'), 'utf8'), /This run failed/);
  });

  it('a run that is stopped leaves the earlier one that ended well, its report and its record', async () => {
    const folder = temporaryFolder();
    const path = makeNotebook(folder, 'kept', [
      code('let wait = 0;', ['parameters']),
      "console.log(wait ? 'second' : 'first');\nawait new Promise((resolve) => setTimeout(resolve, wait));",
    ]);
    const run = (wait: number, signal?: AbortSignal) => {
      const plan = planRun([path], new Map([['wait', { value: wait, text: false }]]));
      return runAll(plan, { folder, signal });
    };
    const executed = join(folder, 'kept.ipynb');
    assert.equal((await run(0))[0]?.status, 'ok');
    const before = [executed, join(folder, 'kept.json')].map((file) => readFileSync(file, 'utf8'));
    const [stopped] = await run(600000, AbortSignal.timeout(5000));
    assert.equal(stopped?.status, 'failed');
    assert.match(stopped?.message ?? '', /kept: the run of .*; what this one reached is in .*unfinished/);
    assert.deepEqual(
      [executed, join(folder, 'kept.json')].map((file) => readFileSync(file, 'utf8')),
      before,
    );
    assert.match(readFileSync(join(folder, 'unfinished', 'kept.ipynb'), 'utf8'), /second/);
    assert.equal((await run(1))[0]?.status, 'ok');
    assert.equal(existsSync(join(folder, 'unfinished', 'kept.ipynb')), false);
    assert.match(readFileSync(executed, 'utf8'), /second/);
  });
});

it('a kernel whose client was killed ends, even amid a cell that computes without a pause', async () => {
  const client = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'fixtures', 'orphan.ts')], {
    cwd: fromRoot(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [text] = (await once(client.stdout, 'data')) as [Buffer];
  const kernel = Number(text.toString());
  assert.ok(isAlive(kernel));
  await sleep(500); // the cell runs
  client.kill('SIGKILL');
  await once(client, 'close');
  for (let waited = 0; isAlive(kernel) && waited < 60_000; waited += 100) await sleep(100);
  const left = isAlive(kernel);
  if (left) process.kill(kernel, 'SIGKILL');
  assert.equal(left, false);
});
