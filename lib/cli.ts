import { Command } from 'commander';

const program = new Command('dogbreeds').description('Stanford Dogs, from raw photos to a served classifier');

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
  .action(async (options) => (await import('./app/index')).serveCommand(options));

program
  .command('predict')
  .description('breeds of photos, without a server')
  .argument('<photos...>', 'photos, or folders that are searched for them')
  .option('--csv', 'print CSV')
  .option('--model <folder>', 'folder of the saved model (default: data/models/final)')
  .action(async (photos, options) => (await import('./app/index')).predictCommand(photos, options));

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
