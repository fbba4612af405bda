import type { Command } from 'commander';
import { checkCells, formatCells, listNotebooks } from '../notebook/index';

/** Adds `dogbreeds cells` to the command line. */
export function register(program: Command): void {
  const cells = program
    .command('cells')
    .description("the notebooks' code cells, held to the library's rules");
  cells
    .command('format')
    .description('formats the cells in place, at most 100 columns wide')
    .action(async () => {
      for (const path of await formatCells(listNotebooks())) console.log(`formatted ${path}`);
    });
  cells
    .command('check')
    .description('format, lint and types of the cells; exit status 1 when something is wrong')
    .action(() => {
      const faults = checkCells(listNotebooks());
      for (const fault of faults) console.error(fault);
      process.exitCode = faults.length > 0 ? 1 : 0;
    });
}
