import { hostname } from 'node:os';
import type { Command } from 'commander';
import { startShardClient } from '../../app/index';
import { DEFAULT_QUEUE, rootFolder, startShardWorker } from '../../catalogue/index';
import { showUrl } from '../../queue/index';

/** Options of `dogbreeds index worker`, as the command line gives them. */
export interface WorkerCommandOptions {
  redis?: string;
  root: string[];
  queue?: string;
  model?: string;
  keepFeatures?: boolean;
}

/**
 * `dogbreeds index worker`: computes for a coordinator (`index --redis`) until Ctrl-C, which lets it finish its shard. The
 * exit status is 1 when it cannot work: another model is wanted, a root is not there, Redis is gone.
 *
 * @throws Error without an address of Redis, for a root that is not `NAME=DIR`
 */
export async function workerCommand(options: WorkerCommandOptions): Promise<void> {
  const { redis } = options;
  if (!redis) throw new Error('expected --redis URL, received none: redis://host:6379');
  const roots = new Map(options.root.map(parseRoot));
  const say = (message: string) => console.error(message);
  const client = await startShardClient(
    { model: options.model, keepFeatures: options.keepFeatures ?? false },
    say,
  );
  try {
    let photos = 0;
    let since = Date.now();
    const worker = await startShardWorker({
      url: redis,
      queue: options.queue,
      model: client.model,
      roots,
      name: `${hostname()}:${process.pid}`,
      classify: client.classify,
      say,
      onDone(count) {
        photos += count;
        const seconds = (Date.now() - since) / 1000;
        since = Date.now();
        console.error(
          `${photos.toLocaleString('en')} photos, ${(count / Math.max(seconds, 0.001)).toFixed(1)} photos/s`,
        );
      },
    });
    console.error(
      `ready: waiting for shards on ${showUrl(redis)}, queue ${options.queue ?? DEFAULT_QUEUE} (Ctrl+C stops)`,
    );
    const stop = () => void worker.close();
    process.once('SIGINT', stop).once('SIGTERM', stop);
    await worker.ended;
  } finally {
    await client.close();
  }
}

function parseRoot(text: string): [string, string] {
  const [, name, folder] = /^([\w.-]+)=(.+)$/.exec(text) ?? [];
  if (!name || !folder) throw new Error(`expected --root NAME=DIR, received "${text}"`);
  return [name, rootFolder(folder)];
}

/** Adds `worker` to `dogbreeds index`. */
export function registerWorker(index: Command): void {
  index
    .command('worker')
    .description('computes for "dogbreeds index --redis" on another machine')
    // required, but `index` has it too and takes it before this command sees it
    .option('--redis <url>', 'redis://:password@host:6379, or rediss:// with TLS')
    .requiredOption(
      '--root <name=dir...>',
      'where the roots lie for this machine: DIR, or s3://bucket/prefix',
    )
    .option('--queue <name>', 'name of the queue (default: dogbreeds)')
    .option('--model <folder>', "folder of the saved model: the same as the coordinator's")
    .option('--keep-features', "keep the network's own features too")
    .action((options, command: Command) => workerCommand({ ...command.optsWithGlobals(), ...options }));
}
