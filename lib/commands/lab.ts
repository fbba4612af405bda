import { spawn, spawnSync } from 'node:child_process';
import type { Command } from 'commander';
import { projectRoot } from '../base/index';
import { installKernel, installOutputFilter } from '../notebook/index';

const HOW_TO_GET_JUPYTER = `JupyterLab is not installed (looked for "jupyter" and for the Python module "jupyterlab").
Get it with one of
  pip install jupyterlab
  pipx install jupyterlab
  conda install -c conda-forge jupyterlab
and run "npm run lab" again. Without it: "npm start" runs the notebooks and writes reports/, and VS Code with its
Jupyter extension opens notebooks/ after "npx dogbreeds kernel install" (choose "Dog breeds (TypeScript)").`;

/** How JupyterLab can be started here; null when it is not installed. */
function findLab(): [program: string, ...args: string[]] | null {
  const commands: [program: string, ...args: string[]][] = [
    ['jupyter', 'lab'],
    ['python3', '-m', 'jupyterlab'],
    ['python', '-m', 'jupyterlab'],
  ];
  for (const command of commands) {
    const [program, ...args] = command;
    const { status } = spawnSync(program, [...args, '--version'], {
      stdio: 'ignore',
      shell: process.platform === 'win32',
    });
    if (status === 0) return command;
  }
  return null;
}

/**
 * `npm run lab`: registers our kernel for this user and starts JupyterLab at the project's root, or says how to get
 * JupyterLab.
 *
 * @param args passed on to JupyterLab, e.g. `['--no-browser', '--port', '8889']`
 * @returns the exit code
 */
export async function labCommand(args: string[]): Promise<number> {
  const lab = findLab();
  if (!lab) {
    console.error(HOW_TO_GET_JUPYTER);
    return 1;
  }
  console.log(`kernel "Dog breeds (TypeScript)": ${await installKernel()}`);
  const [program = '', ...rest] = lab;
  if (installOutputFilter()) console.log('git leaves outputs of notebooks out of commits in this clone');
  console.log(`starting ${lab.join(' ')} ...`);
  const child = spawn(program, [...rest, ...args], {
    cwd: projectRoot(),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  // Ctrl-C reaches JupyterLab, which asks whether to stop; we wait for what it decides.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Adds `dogbreeds lab` to the command line. */
export function register(program: Command): void {
  program
    .command('lab')
    .description('starts JupyterLab here, with the kernel registered')
    .argument('[arguments...]', 'for JupyterLab; put -- before them')
    .action(async (args) => {
      process.exitCode = await labCommand(args);
    });
}
