import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { RestartDelay } from '../../lib/app/inference/restart-delay';
import { createRandom } from '../../lib/base/index';
import { plain, post, RED, saveColourModel, startTestApp, type TestApp } from './support/fixture';
import { dogbreeds } from './support/run-command';

/** Kills; DOGBREEDS_TEST_LONG=1 asks for 200. */
const KILLS = process.env.DOGBREEDS_TEST_LONG ? 200 : 20;
const CLIENTS = 8;
const LONGEST_PAUSE_MS = 300;

let app: TestApp;
let photo: Uint8Array<ArrayBuffer>;
before(async () => {
  app = await startTestApp();
  photo = new Uint8Array(await plain(RED, 300, 200).png().toBuffer());
});
after(() => app.stop());

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
test(`${KILLS} kills of the process that computes, at random moments: each request is answered or refused with 503`, {
  timeout: 60 * 60_000,
}, async () => {
  const { inference } = app.context;
  const random = createRandom(15);
  const statuses = new Map<number, number>();
  let over = false;
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    while (!over) {
      const path = client === 0 ? '/api/interpret' : '/api/predict';
      const response = await post(app, path, photo);
      const body = (await response.json()) as {
        error?: { code: string };
        results?: unknown[];
        breed?: string;
      };
      if (response.status === 200) assert.ok(body.breed ?? body.results?.length === 1);
      else assert.ok(['busy', 'loading'].includes(body.error?.code ?? ''), JSON.stringify(body));
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      if (response.status !== 200) await wait(100);
    }
  });
  let whileReady = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    // Most hit a process that computes, one in four hits it wherever it is: starting, loading, warming up.
    if (random.next() < 0.75) await inference.ready();
    await wait(LONGEST_PAUSE_MS * random.next());
    while (inference.pid === undefined || inference.restarts < kill) await wait(10);
    if (inference.info) whileReady++;
    process.kill(inference.pid, 'SIGKILL');
    while (inference.restarts === kill) await wait(1);
    if (kill % 20 === 19) console.log(`# ${kill + 1} kills, ${whileReady} of a ready process`);
  }
  await inference.ready();
  over = true;
  await Promise.all(clients);
  assert.deepEqual([...statuses.keys()].sort(), [200, 503]);
  assert.ok(whileReady >= KILLS / 2, `${whileReady} of ${KILLS} kills hit a process that was ready`);
  assert.equal(inference.restarts, KILLS);
  console.log(
    `# ${KILLS} kills, ${whileReady} of a ready process; answers by status: ${JSON.stringify([...statuses])}`,
  );
  assert.equal(app.context.queue.pending, 0);
  assert.equal((await post(app, '/api/predict', photo)).status, 200);
});

test('a process that dies is started again at once, later and later while it computes nothing, and never given up', () => {
  const restart = new RestartDelay();
  restart.ready();
  const delays = Array.from({ length: 12 }, () => restart.afterDeath());
  assert.deepEqual(delays.slice(0, 4), [0, 250, 500, 1000]);
  assert.equal(delays.at(-1), 30_000);
  restart.computed();
  assert.equal(restart.afterDeath(), 0);
});

test('a process that was never once ready is given up at its third end', () => {
  const restart = new RestartDelay();
  assert.deepEqual([restart.afterDeath(), restart.afterDeath(), restart.afterDeath()], [250, 250, null]);
});

/** Whether all processes of a group end; the last may still be ending when the first has. */
async function groupEnds(group: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(-group, 0);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ESRCH';
    }
    await wait(100);
  }
  return false;
}

test('Ctrl-C at any moment of the start ends the server and the process that computes', {
  skip: process.platform === 'win32' && 'no process groups on Windows',
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dogbreeds-stop-'));
  try {
    await saveColourModel(join(folder, 'model'));
    for (const [sign, pauseMs, engine] of [
      ['loading the model', 50], // the first starts make the graph that later ones read
      ['loading the model', 300],
      ['listening on', 0],
      ['listening on', 100],
      ['listening on', 400],
      ['loading the model', 0],
      ['warming up', 0, 'wasm'], // without a graph
      ['warming up', 20, 'wasm'],
      ['ready:', 0],
    ] as const) {
      // A group of its own, as a terminal makes it: Ctrl-C signals all processes of it.
      const child = spawn(
        process.execPath,
        [...dogbreeds(), 'serve', '--port', '0', '--model', join(folder, 'model')],
        {
          detached: true,
          stdio: ['ignore', 'pipe', 'pipe'],
          env: {
            ...process.env,
            DOGBREEDS_CACHE: join(folder, 'cache'),
            ...(engine && { DOGBREEDS_ENGINE: engine }),
          },
        },
      );
      let text = '';
      const seen = new Promise<void>((resolve) => {
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk) => {
            text += chunk;
            if (text.includes(sign)) resolve();
          });
      });
      const ended = once(child, 'exit');
      await Promise.race([seen, ended]);
      await wait(pauseMs);
      assert.ok(child.pid);
      process.kill(-child.pid, 'SIGINT');
      const [code, signal] = await ended;
      assert.deepEqual([code, signal], [0, null], `${sign} + ${pauseMs} ms: ${text}`);
      assert.match(text, /stopped\s*$/);
      assert.ok(await groupEnds(child.pid), `a process is left: ${sign} + ${pauseMs} ms`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
