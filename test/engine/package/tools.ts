import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fromRoot } from '../../../lib/base/index';

/** Runs a program and returns its output. @throws with all that it said, if it fails */
export function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const { stdout, stderr, status, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${status} in ${cwd}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** Runs npm, without the settings of an npm that runs this. */
export function npm(args: readonly string[], cwd: string): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  return run('npm', args, cwd, env);
}

/** Value of a flag of the command line. */
export function argument(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

/** Version of a package that this project has installed. */
export function installed(name: string): string {
  const manifest: { version: string } = createRequire(fromRoot('package.json'))(`${name}/package.json`);
  return manifest.version;
}
