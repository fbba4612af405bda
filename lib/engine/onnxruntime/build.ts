/**
 * Builds what the package ships: `dist/index.js` (CommonJS, with nothing of other packages in it), the worker beside it,
 * and the type declarations. `npm run build` in this folder; needs esbuild and TypeScript, which the workspace has.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';

const here = (...path: string[]) => join(__dirname, ...path);

rmSync(here('dist'), { recursive: true, force: true });
buildSync({
  entryPoints: [here('index.ts')],
  outfile: here('dist', 'index.js'),
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'cjs',
  target: 'node20',
});
copyFileSync(here('run', 'session-worker.cjs'), here('dist', 'session-worker.cjs'));

const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '--project', here('tsconfig.json')], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
