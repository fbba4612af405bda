import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';

/** The commands, each a file of lib/commands that registers itself; the help lists them in this order. */
const COMMANDS = [
  'run',
  'kernel',
  'lab',
  'serve',
  'predict',
  'index',
  'export',
  'quantize',
  'features',
  'search',
  'dataset',
  'download',
  'tables',
  'ablation',
  'weights',
  'publish',
  'deck',
  'cells',
  'docs',
  'pack',
];

/** Commands whose file has another name than they have. */
const FILES: Record<string, string> = { index: 'catalogue/index-command' };

const fileOf = (name: string): string => join(__dirname, 'commands', `${FILES[name] ?? name}.ts`);

const program = new Command('dogbreeds').description('Stanford Dogs, from raw photos to a served classifier');

/** Loads only the command that was asked for: each loads the rooms that it needs, and TensorFlow.js takes a second. */
async function main(): Promise<void> {
  const there = COMMANDS.filter((name) => existsSync(fileOf(name))); // the package has fewer than a clone
  const asked = there.filter((name) => name === process.argv[2]);
  for (const name of asked.length > 0 ? asked : there) {
    const { register } = (await import(fileOf(name))) as {
      register(program: Command): void;
    };
    register(program);
  }
  await program.parseAsync();
}

// A reader that has seen enough, as in `dogbreeds index find --paths | head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
