#!/usr/bin/env node
// Entry point of `npm start`, `npm test` and `npx dogbreeds`. Plain JavaScript without dependencies, so that
// it runs on a fresh clone: it installs what is missing, then hands over to the TypeScript command line.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { trimPackages } from './trim-packages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `expected Node.js 20.19 or newer, found ${process.versions.node}: install a current LTS from https://nodejs.org and try again`,
  );
  process.exit(1);
}

/** Packages of package.json (without optional peers) that node_modules lacks, or a lock file newer than the install. */
function missingPackages() {
  const marker = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(marker)) return ['node_modules'];
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.keys({ ...dependencies, ...devDependencies }).filter(
    (name) => !existsSync(join(root, 'node_modules', name, 'package.json')),
  );
}

// the package that `npm run pack` makes has been installed whole by npm
const missing = existsSync(join(root, 'notebooks')) ? missingPackages() : [];
if (missing.length > 0) {
  console.log(`installing packages from the npm registry (missing: ${missing.slice(0, 4).join(', ')}) ...`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const install = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (install.status !== 0) {
    console.error(
      'npm ci failed: see its message above. It needs the npm registry; set a mirror with "npm config set registry URL".',
    );
    process.exit(1);
  }
  trimPackages(root);
}

/**
 * Files below `folder` that end in .test.ts (node --test takes no globs before Node 21).
 *
 * @param {string} folder
 * @returns {string[]}
 */
function testFiles(folder) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return testFiles(path);
      return name.endsWith('.test.ts') ? [path] : [];
    });
}

const [command, ...rest] = process.argv.slice(2);
const tsx = ['--import', import.meta.resolve('tsx')];
let args;
if (command === 'test') {
  const paths = rest.filter((arg) => !arg.startsWith('-'));
  const flags = rest.filter((arg) => arg.startsWith('-'));
  const all = testFiles(join(root, 'test'));
  const wanted = (/** @type {string} */ file) =>
    paths.some((path) => resolve(path) === file || file.slice(root.length).includes(path));
  const files = paths.length > 0 ? all.filter(wanted) : all;
  if (files.length === 0) {
    console.error(`expected the name of a test file or a part of it, none matches ${paths.join(', ')}`);
    process.exit(1);
  }
  console.log(`running ${files.length} test files with node:test ...`);
  args = [...tsx, '--test', '--test-reporter=spec', '--test-concurrency=3', ...flags, ...files];
} else {
  args = [...tsx, join(root, 'lib', 'cli.ts'), ...process.argv.slice(2)];
}
const child = spawn(process.execPath, args, {
  stdio: 'inherit',
  cwd: command === 'test' ? root : process.cwd(),
  env: { ...process.env, DOGBREEDS_ROOT: root },
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
