import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dogbreeds } from './run-command';

/** `dogbreeds serve` in a process of its own. */
export interface ServeProcess {
  url: string;
  child: ChildProcess;
  output(): string;
  /** Resolves to its exit code, or the signal that ended it. */
  ended: Promise<number | string>;
}

/**
 * Starts `dogbreeds serve` on a free port; resolves when it is ready.
 *
 * @param fileBlocks largest file that it may write, in blocks of 512 bytes (`ulimit -f`)
 */
export async function startServe(args: string[], fileBlocks?: number): Promise<ServeProcess> {
  const words = [process.execPath, ...dogbreeds(), 'serve', '--port', '0', ...args];
  const limited = ['sh', '-c', `ulimit -f ${fileBlocks}; exec "$@"`, 'sh', ...words];
  const [program = '', ...rest] = fileBlocks === undefined ? words : limited;
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      text += chunk;
      if (/^ready:/m.test(text)) resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('exit', (code) => reject(new Error(`dogbreeds serve ended with ${code}: ${text}`)));
  });
  return { url: /listening on (\S+)/.exec(text)?.[1] ?? '', child, output: () => text, ended };
}
