import { Command } from 'commander';

const program = new Command('dogbreeds').description('Stanford Dogs, from raw photos to a served classifier');
program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
