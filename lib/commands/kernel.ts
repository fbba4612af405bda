import type { Command } from 'commander';
import { installKernel } from '../notebook/index';

/** Adds `dogbreeds kernel` to the command line. */
export function register(program: Command): void {
  program
    .command('kernel')
    .description('the Jupyter kernel of the notebooks')
    .command('install')
    .description('registers it with Jupyter, for JupyterLab and VS Code')
    .option('--user', 'for this user (default)')
    .option('--prefix <folder>', 'below a folder, e.g. a virtual environment')
    .action(async (options) => console.log(`installed: ${await installKernel(options)}`));
}
