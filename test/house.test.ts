import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { test } from 'node:test';
import { fromRoot, projectRoot } from '../lib/root';

/** The stages in the order in which data flows; a folder imports only from folders before it. */
const STAGES = 'dataset image engine models training evaluation figures notebook app'.split(' ');
const TOP_LEVEL = [
  ...'package.json package-lock.json tsconfig.json biome.json README.md LICENSE'.split(' '),
  ...'notebooks lib data reports test'.split(' '),
];
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;
const MOST_LINES = 400;

/**
 * The project's files, `/`-separated from its root: what git knows, because other tests put files beside them for a
 * moment; everything on disk where there is no git.
 */
const files = (() => {
  const { stdout, status } = spawnSync('git', ['ls-files', '-z'], { cwd: projectRoot(), encoding: 'utf8' });
  const tracked = status === 0 ? stdout.split('\0').filter((file) => file && existsSync(fromRoot(file))) : [];
  return tracked.length > 0
    ? tracked
    : [...readdirSync(projectRoot()).filter((name) => name !== 'node_modules')].flatMap(walk);
})();

function walk(path: string): string[] {
  if (!statSync(fromRoot(path)).isDirectory()) return [path];
  return readdirSync(fromRoot(path)).flatMap((name) => walk(posix.join(path, name)));
}

const filesBelow = (folder: string) => files.filter((file) => file.startsWith(`${folder}/`));
const isCode = (file: string) => /\.(ts|mts|cts|js|mjs|cjs)$/.test(file);
const code = ['lib', 'test'].flatMap(filesBelow).filter(isCode);
const read = (file: string) => readFileSync(fromRoot(file), 'utf8');

test('only known entries at the top', () => {
  const entries = [...new Set(files.map((file) => file.split('/')[0]))].filter(
    (name) => !name.startsWith('.'),
  );
  assert.deepEqual(
    entries.filter((name) => !TOP_LEVEL.includes(name)),
    [],
  );
});

test('file names are kebab-case', () => {
  // Python names its modules with underscores; a README is a README
  const named = ['lib', 'test']
    .flatMap(filesBelow)
    .filter((file) => !/\.py$|\/README\.md$|^test\/golden\//.test(file));
  assert.deepEqual(
    named.filter((file) => !file.split('/').every((part) => KEBAB_CASE.test(part))),
    [],
  );
});

test(`no file of code is longer than ${MOST_LINES} lines`, () => {
  const long = code.map((file) => [file, read(file).trimEnd().split('\n').length] as const);
  assert.deepEqual(
    long.filter(([, lines]) => lines > MOST_LINES),
    [],
  );
});

/** Relative modules that a file imports, as files of the project. */
function importsOf(file: string): string[] {
  const specifiers = read(file).matchAll(
    /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*['"](\.{1,2}\/[^'"]+)['"]/g,
  );
  return [...specifiers].map(([, specifier]) => posix.join(posix.dirname(file), specifier));
}

test('folders of lib import only from folders on their left, and through doors', () => {
  const faults: string[] = [];
  for (const file of code.filter((name) => name.startsWith('lib/')))
    for (const target of importsOf(file)) {
      const [from, to] = [file, target].map((path) => path.split('/'));
      if (to[0] !== 'lib') faults.push(`${file} imports ${target}: outside of lib`);
      const [stage, other] = [from[1], to[1]];
      const isTop = from.length === 2; // lib/cli.ts: through doors, from anywhere
      if (to.length === 2 || stage === other) continue; // lib/root, or the same folder
      const isDoor = to.length === 3 && /^index(\.ts)?$/.test(to[2]);
      if (!isDoor) faults.push(`${file} imports ${target}: not a door (write ../${other}/index)`);
      if (!isTop && STAGES.indexOf(other) >= STAGES.indexOf(stage))
        faults.push(`${file} imports ${target}: ${other} is not on the left of ${stage}`);
    }
  assert.deepEqual(faults, []);
});

test('each folder of lib is a known stage with a door', () => {
  const folders = readdirSync(fromRoot('lib')).filter((name) =>
    statSync(fromRoot('lib', name)).isDirectory(),
  );
  assert.deepEqual([...folders].sort(), [...STAGES].sort());
  for (const folder of folders)
    assert.ok(existsSync(fromRoot('lib', folder, 'index.ts')), `lib/${folder}/index.ts`);
});

test('randomness comes from the one seeded generator', () => {
  const users = code.filter((file) => file.startsWith('lib/') && /\bMath\.random\(/.test(read(file)));
  assert.deepEqual(users, []);
});

test('notebooks carry no outputs and no counts', () => {
  for (const file of filesBelow('notebooks').filter((name) => name.endsWith('.ipynb'))) {
    const { cells } = JSON.parse(read(file)) as {
      cells: { outputs?: unknown[]; execution_count?: unknown }[];
    };
    cells.forEach((cell, i) => {
      assert.deepEqual(cell.outputs ?? [], [], `outputs in cell ${i + 1} of ${file}`);
      assert.equal(cell.execution_count ?? null, null, `a count in cell ${i + 1} of ${file}`);
    });
  }
});

test('no photo of Stanford Dogs is in the repository', () => {
  assert.deepEqual(
    files.filter((file) => /n0\d{7}_\d+\.\w+$/.test(basename(file))),
    [],
  );
});

/** What cells import: the doors up to figures. The runner and the app are never compiled by the kernel. */
const IN_CELLS = STAGES.slice(0, STAGES.indexOf('notebook'));

test("lib compiles under tslab's own TypeScript, as the kernel compiles it", { timeout: 300_000 }, () => {
  const tsc = join(dirname(require.resolve('@tslab/typescript-for-tslab/package.json')), 'lib', 'tsc.js');
  const doors = IN_CELLS.map((stage) => fromRoot('lib', stage, 'index.ts'));
  const flags =
    '--noEmit --skipLibCheck --target es2022 --module commonjs --moduleResolution node --esModuleInterop --resolveJsonModule --types node';
  const { stdout, status } = spawnSync(process.execPath, [tsc, ...flags.split(' '), ...doors], {
    cwd: projectRoot(),
    encoding: 'utf8',
  });
  assert.equal(stdout, '');
  assert.equal(status, 0);
});
