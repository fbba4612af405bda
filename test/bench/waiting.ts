import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromRoot } from '../../lib/base/index';
import { startKernel } from '../../lib/notebook/kernel/kernel';
import { startServe } from '../app/support/serve-process';
import { flagValue } from './support/flag-value';
import { examplePhotos, median, post } from './support/load-server';
import { thisMachine } from './support/machine';

/** Rooms that a cell imports, each in a fresh kernel. */
const ROOMS = ['base', 'image', 'engine', 'models', 'training', 'figures'];
/** Seconds that each wait should not exceed when warm. */
const MOST = 3;

/** Seconds of each part of a wait. */
type Wait = Record<string, number>;

/** What a person waits for, by name. */
const WAITS: Record<string, (photos: Buffer[]) => Promise<Wait>> = {
  'first cell of a notebook': () => inKernel(['console.log(1 + 1)']),
  ...Object.fromEntries(
    ROOMS.map((room) => [
      `import of lib/${room} in a cell`,
      () => inKernel([`import * as m from './lib/${room}'`]),
    ]),
  ),
  'first training step': () => child('first-step.ts'),
  'first prediction of serve': firstPrediction,
};

const seconds = (from: number): number => Number(((performance.now() - from) / 1000).toFixed(2));

/**
 * What a person waits for, cold (an empty cache folder) and warm (the same again, median): the first cell of a notebook,
 * imports of the library in a cell, the first training step, `serve` until it is ready and until its first answer. What
 * the system keeps of files in memory is not dropped: cold means our caches. Flags: `--rounds 3`, `--only WORD`,
 * `--model DIR` for serve, `--start` (also `npm start` until its first report, which takes minutes).
 */
export default async function waiting(flags: string[]): Promise<Record<string, unknown>> {
  const rounds = Number(flagValue(flags, '--rounds') ?? 3);
  const only = flagValue(flags, '--only');
  const model = flagValue(flags, '--model');
  if (model) serveArguments = ['--model', model];
  const photos = await examplePhotos();
  const waits = Object.entries(WAITS).filter(([name]) => !only || name.includes(only));
  if (flags.includes('--start')) waits.push(['npm start to its first report', firstReport]);
  const found: Record<string, unknown> = {};
  const slow: string[] = [];
  const kept = process.env.DOGBREEDS_CACHE;
  for (const [name, wait] of waits) {
    const cache = await mkdtemp(join(tmpdir(), 'dogbreeds-waiting-'));
    process.env.DOGBREEDS_CACHE = cache;
    try {
      const cold = await wait(photos);
      const warm: Wait[] = [];
      for (let round = 0; round < rounds; round++) warm.push(await wait(photos));
      const middle = Object.fromEntries(
        Object.keys(cold).map((part) => [part, median(warm.map((each) => each[part] ?? Number.NaN))]),
      );
      found[name] = { cold, warm: middle };
      if (Math.max(...Object.values(middle)) > MOST && !name.startsWith('npm')) slow.push(name);
      console.error(`${name}: cold ${JSON.stringify(cold)}, warm ${JSON.stringify(middle)}`);
    } finally {
      await rm(cache, { recursive: true, force: true });
    }
  }
  if (kept === undefined) delete process.env.DOGBREEDS_CACHE;
  else process.env.DOGBREEDS_CACHE = kept;
  return { bench: 'waiting', machine: thisMachine(), rounds, seconds: found, above3SecondsWarm: slow };
}

/**
 * Starts a kernel and runs cells: seconds until it is up, and until the last one is done. As in JupyterLab, a cell starts
 * before its types are checked (`npx dogbreeds run` waits for them).
 */
async function inKernel(cells: readonly string[]): Promise<Wait> {
  const start = performance.now();
  const kernel = await startKernel({
    onMessage: () => undefined,
    env: { DOGBREEDS_TYPES: 'background' },
  });
  const started = seconds(start);
  const asked = performance.now();
  for (const cell of cells) {
    const { status, evalue } = await kernel.execute(cell).done;
    if (status !== 'ok') throw new Error(`expected the cell "${cell}" to run: ${evalue}`);
  }
  const wait = { kernel: started, cell: seconds(asked) };
  await kernel.shutdown();
  return wait;
}

/** Runs a script of test/bench/support in a process of its own. */
async function child(script: string): Promise<Wait> {
  const start = performance.now();
  await finished(
    spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'support', script)], { stdio: 'inherit' }),
  );
  return { done: seconds(start) };
}

let serveArguments: string[] = [];

async function firstPrediction([photo = Buffer.alloc(0)]: Buffer[]): Promise<Wait> {
  const start = performance.now();
  const server = await startServe(serveArguments);
  const ready = seconds(start);
  try {
    const status = await post(`${server.url}/api/predict`, photo, new Agent());
    if (status !== 200) throw new Error(`expected an answer, received status ${status}`);
    return { ready, answered: seconds(start) };
  } finally {
    server.child.kill('SIGTERM');
    await server.ended;
  }
}

async function firstReport(): Promise<Wait> {
  const output = await mkdtemp(join(tmpdir(), 'dogbreeds-reports-'));
  const start = performance.now();
  const run = spawn(process.execPath, [fromRoot('lib', 'start.mjs'), 'run', '--output', output], {
    stdio: 'ignore',
  });
  try {
    const ended = finished(run).then(() => true);
    for (;;) {
      if ((await readdir(output)).some((name) => name.endsWith('.html'))) return { report: seconds(start) };
      const isOver = await Promise.race([
        ended,
        new Promise<false>((go) => setTimeout(() => go(false), 200)),
      ]);
      if (isOver) throw new Error('expected npm start to write a report, it ended without one');
    }
  } finally {
    run.kill('SIGTERM');
    await rm(output, { recursive: true, force: true });
  }
}

function finished(process: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve, reject) => {
    process.on('error', reject);
    process.on('exit', (code, signal) =>
      code === 0 || signal === 'SIGTERM'
        ? resolve()
        : reject(new Error(`a process ended with ${code ?? signal}`)),
    );
  });
}
