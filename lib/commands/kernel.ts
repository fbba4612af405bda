import type { Command } from 'commander';
import { installKernel, installOutputFilter } from '../notebook/index';

/** Adds `dogbreeds kernel` to the command line. */
export function register(program: Command): void {
  program
    .command('kernel')
    .description('the Jupyter kernel of the notebooks')
    .command('install')
    .description(
      'registers it with Jupyter, for JupyterLab and VS Code; in a clone, git then leaves outputs out of commits',
    )
    .option('--user', 'for this user (default)')
    .option('--prefix <folder>', 'below a folder, e.g. a virtual environment')
    .action(async (options) => {
      console.log(`installed: ${await installKernel(options)}`);
      if (installOutputFilter()) console.log('git leaves outputs of notebooks out of commits in this clone');
    });
}
