import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../../support/temporary-folder';

const installed = spawnSync('redis-server', ['--version']).status === 0;
if (!installed && process.env.DOGBREEDS_NEED_REDIS)
  throw new Error('expected redis-server, found none: DOGBREEDS_NEED_REDIS asks for the tests of the queue');

/** For tests that need a real Redis: they run, or say loudly that they do not. */
export const needsRedis = {
  skip: !installed && 'SKIPPED: redis-server is not installed (apt install redis-server)',
};

/** A free port of this machine. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/** A redis-server of this test's own. */
export interface TestRedis {
  url: string;
  port: number;
  /** kill -9. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with what it wrote. */
  start(): Promise<void>;
}

/** Starts redis-server on a free port; `args` are its options. */
export async function startRedis(t: TestContext, ...args: string[]): Promise<TestRedis> {
  const folder = await temporaryFolder(t);
  const port = await freePort();
  let child: ChildProcess | null = null;
  const start = async () => {
    const started = spawn(
      'redis-server',
      [
        '--port',
        `${port}`,
        '--bind',
        '0.0.0.0',
        '--protected-mode',
        'no',
        '--dir',
        folder,
        '--save',
        '',
        ...args,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    child = started;
    let text = '';
    await new Promise<void>((resolve, reject) => {
      started.stdout.on('data', (chunk) => {
        text += chunk;
        if (/Ready to accept connections/.test(text)) resolve();
      });
      started.on('exit', () => reject(new Error(`redis-server ended: ${text}`)));
    });
  };
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  await start();
  t.after(kill);
  return { url: `redis://127.0.0.1:${port}`, port, kill, start };
}
