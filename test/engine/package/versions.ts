/**
 * Runs the engine's tests on other versions of TensorFlow.js and onnxruntime-node than the pinned ones: the previous and,
 * where there is one, the next minor version of each, release candidates included. Undocumented parts are used, so that
 * a version that passes can be added to those that the package calls tested.
 *
 * Usage: npm run test:versions -- [--only tfjs|onnxruntime] [--tfjs VERSION] [--onnxruntime VERSION]
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../../../lib/base/index';
import { argument, installed, npm } from './tools';

/** Packages that go together, by the name of the flag. */
const SETS = {
  tfjs: ['@tensorflow/tfjs'], // which asks for its own parts
  onnxruntime: ['onnxruntime-node', 'onnxruntime-common'],
};

/** What asks for pinned versions itself, or needs files that are not copied. */
const LEFT_OUT = ['versions.test.ts', 'export.test.ts', 'web.test.ts'];

const minorOf = (version: string) => Number(version.split('.')[1]);

/** The newest versions of the minors before and after the pinned one; nightly builds aside. */
function neighbours(name: string): string[] {
  const pinned = installed(name);
  const [major] = pinned.split('.');
  const all: string[] = JSON.parse(npm(['view', name, 'versions', '--json'], fromRoot()));
  const related = all.filter(
    (version) => version.startsWith(`${major}.`) && !/-(dev|alpha|beta)/.test(version),
  );
  const minors = [...new Set(related.map(minorOf))].sort((a, b) => a - b);
  const before = minors.filter((minor) => minor < minorOf(pinned)).at(-1);
  const after = minors.find((minor) => minor > minorOf(pinned));
  return [before, after].flatMap((minor) => {
    if (minor === undefined) return [];
    const its = related.filter((version) => minorOf(version) === minor);
    const stable = its.filter((version) => !version.includes('-'));
    return (stable.length > 0 ? stable : its).slice(-1);
  });
}

/** A copy of the engine and its tests, with other versions in a node_modules of its own, which comes first. */
function copyWith(name: string, packages: Record<string, string>): string {
  const folder = fromRoot('data', 'cache', 'engine-versions', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const skipped = /[\\/](dist|node_modules)$/;
  for (const part of ['lib', 'test/engine', 'test/support', 'tsconfig.json'])
    cpSync(fromRoot(part), join(folder, part), { recursive: true, filter: (path) => !skipped.test(path) });
  const manifest = { name: 'engine-versions', private: true, dependencies: packages };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-workspaces'], folder);
  return folder;
}

/** Tests of the package, those that can run in a copy. */
function testsIn(folder: string): string[] {
  const tests = join(folder, 'test', 'engine', 'onnxruntime');
  return readdirSync(tests)
    .filter((file) => file.endsWith('.test.ts') && !LEFT_OUT.includes(file))
    .map((file) => join(tests, file));
}

let failed = 0;
for (const [flag, names] of Object.entries(SETS)) {
  const only = argument('only');
  if (only && only !== flag) continue;
  const [first = ''] = names;
  const wanted = argument(flag);
  for (const version of wanted ? [wanted] : neighbours(first)) {
    const label = `${first} ${version} (pinned: ${installed(first)})`;
    const folder = copyWith(`${flag}-${version}`, Object.fromEntries(names.map((name) => [name, version])));
    const started = performance.now();
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--test', '--test-reporter=spec', ...testsIn(folder)],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, ONNXRUNTIME_BACKEND_UNDOCUMENTED: 'any' },
      },
    );
    const count = (what: string) => new RegExp(`^(?:ℹ|#) ${what} (\\d+)`, 'm').exec(stdout)?.[1] ?? '?';
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`${label}: ${count('pass')} passed, ${count('fail')} failed, ${seconds} s`);
    if (status === 0) rmSync(folder, { recursive: true, force: true });
    else {
      failed++;
      process.stdout.write(stdout.split('\n').slice(-120).join('\n'));
      console.log(`kept ${folder}`);
    }
  }
}
process.exit(failed === 0 ? 0 : 1);
