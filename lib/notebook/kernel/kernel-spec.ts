import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fromRoot, writeFileAtomic } from '../../base/index';

/** The name by which notebooks ask for our kernel (`metadata.kernelspec.name`). */
export const KERNEL_NAME = 'dogbreeds';

/** What Jupyter needs to know to start our kernel, as in its `kernel.json`. */
export function kernelSpec() {
  return {
    argv: [
      process.execPath,
      fromRoot('lib', 'notebook', 'kernel', 'kernel-launcher.cjs'),
      '{connection_file}',
    ],
    display_name: 'Dog breeds (TypeScript)',
    language: 'typescript',
    interrupt_mode: 'message',
  };
}

/** Jupyter's data folder of this user (https://docs.jupyter.org/en/latest/use/jupyter-directories.html). */
function userDataFolder(): string {
  const { env, platform } = process;
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Jupyter');
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'jupyter');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'jupyter');
}

/**
 * Registers the kernel with Jupyter, for this user or below a prefix (a virtual environment); no Python is needed.
 *
 * @returns the folder of the kernelspec
 * @example await installKernel({ prefix: '.venv' })
 */
export async function installKernel(options: { prefix?: string } = {}): Promise<string> {
  const data = options.prefix ? join(resolve(options.prefix), 'share', 'jupyter') : userDataFolder();
  const folder = join(data, 'kernels', KERNEL_NAME);
  await writeFileAtomic(join(folder, 'kernel.json'), `${JSON.stringify(kernelSpec(), null, 2)}\n`);
  return folder;
}
