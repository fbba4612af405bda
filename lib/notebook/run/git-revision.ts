import { execFileSync } from 'node:child_process';
import { projectRoot } from '../../base/index';

const git = (...args: string[]): string =>
  execFileSync('git', args, {
    cwd: projectRoot(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

/**
 * The commit of the project's working tree, with `+` where tracked files differ from it (reports apart, which a
 * run rewrites); '' without git.
 *
 * @example gitRevision() // '0f90343+'
 */
export function gitRevision(): string {
  try {
    const commit = git('rev-parse', '--short=7', 'HEAD');
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!reports');
    return changed ? `${commit}+` : commit;
  } catch {
    return '';
  }
}

/**
 * The day of the last commit that touched a file or folder, YYYY-MM-DD; today where git does not know.
 *
 * @param path relative to the project
 */
export function lastChanged(path: string): string {
  const today = new Date().toISOString().slice(0, 10);
  try {
    return git('log', '-1', '--format=%cs', '--', path) || today;
  } catch {
    return today;
  }
}
