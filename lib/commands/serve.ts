import { join } from 'node:path';
import type { Command } from 'commander';
import { DEFAULT_PORT, finalModelFolder, startApp, untilSignal } from '../app/index';
import { wholeNumber, writableData } from '../base/index';

/** Options of `dogbreeds serve`, as the command line gives them. */
export interface ServeOptions {
  host?: string;
  port?: string;
  model?: string;
  flags?: string;
  keepPhotos?: boolean;
  allowHost?: string[];
  maxPending?: string;
  catalogue?: string;
  redis?: string;
  queue?: string;
}

/**
 * `dogbreeds serve`: runs the demo app until SIGINT or SIGTERM, then finishes what it took and ends; a second signal
 * ends it at once.
 *
 * @throws Error for a bad option, a taken port, or when no model can be served
 */
export async function serveCommand(options: ServeOptions): Promise<void> {
  const port = wholeNumber('--port', options.port ?? String(DEFAULT_PORT), 0, 65535);
  const flagFile = options.flags ?? writableData('runs', 'flags.csv');
  const starting = startApp({
    host: options.host,
    port,
    modelFolder: options.model ?? finalModelFolder(),
    flagFile,
    photoFolder: options.keepPhotos ? join(flagFile, '..', 'flagged-photos') : undefined,
    catalogueFile: options.catalogue,
    redis: options.redis,
    queue: options.queue,
    allowedHosts: options.allowHost?.map((name) => name.toLowerCase()),
    limits: options.maxPending
      ? { maxPending: wholeNumber('--max-pending', options.maxPending, 1, 10_000) }
      : {},
    onProgress: (message) => console.log(message),
  });
  let stopping = false;
  // before the first line is printed: whoever reads it may signal at once
  const stopped = untilSignal(async () => {
    stopping = true;
    console.log('stopping: answering what was taken ...');
    await (await starting).close();
    console.log('stopped');
  });
  stopped.catch(() => undefined); // a start that fails is told below
  const app = await starting;
  console.log(`listening on ${app.url}`);
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
    .option('--catalogue <file>', 'also show this catalogue for review under /review (default: none)')
    .option('--redis <url>', 'with --catalogue: show how its queue of workers goes, under /board')
    .option('--queue <name>', 'name of that queue (default: dogbreeds)')
    .action((options) => serveCommand(options));
}
