import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { fromRoot } from '../../../lib/base/index';

/** What Node needs to run `dogbreeds`, before the command's own words. */
export const dogbreeds = (): string[] => [
  '--import',
  pathToFileURL(require.resolve('tsx')).href,
  fromRoot('lib', 'cli.ts'),
];

/** Runs `dogbreeds <args>` in `folder` to its end, as people do. */
export function runCommand(
  folder: string,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...dogbreeds(), ...args], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
