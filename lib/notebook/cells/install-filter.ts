import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { projectRoot } from '../../base/index';

/** git's name of the filter, as .gitattributes has it. */
const FILTER = 'filter.dogbreeds-outputs';

const SETTINGS: readonly (readonly [string, string])[] = [
  [`${FILTER}.clean`, 'node --import tsx lib/notebook/cells/strip-outputs.ts'],
  [`${FILTER}.smudge`, 'cat'],
  // where packages are missing the file is taken as it is: a filter must not stop a commit
  [`${FILTER}.required`, 'false'],
];

/**
 * Tells git, in this clone only, to leave outputs, execution counts and what runs note out of committed notebooks; the
 * files on disk keep them. `.gitattributes` names the filter, and git asks that a person sets up what it runs.
 *
 * @param root of the clone; default: the project's
 * @returns whether it is set up: not where there is no git or no clone
 */
export function installOutputFilter(root: string = projectRoot()): boolean {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  const { status, stdout } = git('rev-parse', '--show-toplevel');
  if (status !== 0 || realpathSync(stdout.trim()) !== realpathSync(root)) return false;
  return SETTINGS.every(([key, value]) => git('config', '--local', key, value).status === 0);
}
