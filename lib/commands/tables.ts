import type { Command } from 'commander';
import { makeTables } from '../dataset/index';

/** `dogbreeds tables <path>`: makes the tables that ship in data/. */
export async function tablesCommand(path: string): Promise<void> {
  const facts = await makeTables(path);
  console.log(`data/photos.arrow and data/breeds.csv: ${facts.length} photos`);
}

/** Adds `dogbreeds tables` to the command line. */
export function register(program: Command): void {
  program
    .command('tables')
    .description(
      'makes data/photos.arrow and data/breeds.csv from the annotations and lists of Stanford Dogs',
    )
    .argument('<path>', 'folder with annotation.tar or Annotation/, and the lists')
    .action((path) => tablesCommand(path));
}
