import { join } from 'node:path';
import type { Command } from 'commander';
import { DEFAULT_PORT, finalModelFolder, startApp } from '../app/index';
import { fromRoot, wholeNumber } from '../base/index';

/** Options of `dogbreeds serve`, as the command line gives them. */
export interface ServeOptions {
  host?: string;
  port?: string;
  model?: string;
  flags?: string;
  keepPhotos?: boolean;
  allowHost?: string[];
  maxPending?: string;
}

/** Longest wait for what was taken, when the server is told to stop. */
const SHUTDOWN_MS = 20_000;

/**
 * `dogbreeds serve`: runs the demo app until SIGINT or SIGTERM, then finishes what it took and ends; a second signal
 * ends it at once.
 *
 * @throws Error for a bad option, a taken port, or when no model can be served
 */
export async function serveCommand(options: ServeOptions): Promise<void> {
  const port = wholeNumber('--port', options.port ?? String(DEFAULT_PORT), 0, 65535);
  const flagFile = options.flags ?? fromRoot('data', 'runs', 'flags.csv');
  const app = await startApp({
    host: options.host,
    port,
    modelFolder: options.model ?? finalModelFolder(),
    flagFile,
    photoFolder: options.keepPhotos ? join(flagFile, '..', 'flagged-photos') : undefined,
    allowedHosts: options.allowHost?.map((name) => name.toLowerCase()),
    limits: options.maxPending
      ? { maxPending: wholeNumber('--max-pending', options.maxPending, 1, 10_000) }
      : {},
    onProgress: (message) => console.log(message),
  });
  console.log(`listening on ${app.url}`);
  let stopping = false;
  const stopped = untilSignal(async () => {
    stopping = true;
    console.log('stopping: answering what was taken ...');
    await app.close();
    console.log('stopped');
  });
  try {
    const model = await app.context.inference.ready();
    console.log(`engine: ${model.engine}`);
    console.log(
      `model: ${model.classNames.length} breeds, ${model.backbone ?? 'own network'}, ${model.source}`,
    );
    console.log(`ready: open ${app.url} (Ctrl+C stops)`);
  } catch (error) {
    if (!stopping) {
      await app.close();
      throw error;
    }
  }
  await stopped;
}

function untilSignal(stop: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const onSignal = () => {
      if (stopping) process.exit(130);
      stopping = true;
      setTimeout(() => {
        console.error(`not finished within ${SHUTDOWN_MS / 1000} s: stopping anyway`);
        process.exit(1);
      }, SHUTDOWN_MS).unref();
      stop().then(resolve, reject);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}

/** Adds `dogbreeds serve` to the command line. */
export function register(program: Command): void {
  program
    .command('serve')
    .description('the demo app: a page and an HTTP API that name the breed of a photo')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1, this machine only)')
    .option('--port <number>', 'port to listen on, 0 for a free one (default: 7860)')
    .option('--model <folder>', 'folder of the saved model (default: data/models/final)')
    .option('--flags <file>', 'CSV that flagged pictures are appended to (default: data/runs/flags.csv)')
    .option('--keep-photos', 'keep flagged photos beside the CSV (default: no photo is ever written)')
    .option('--allow-host <name...>', 'further host names to answer for, e.g. behind a proxy')
    .option('--max-pending <number>', 'photos that may wait before new ones are refused (default: 64)')
    .action((options) => serveCommand(options));
}
