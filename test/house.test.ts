import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { test } from 'node:test';
import { fromRoot, projectRoot } from '../lib/base/index';

/** The rooms in the order in which data flows; a room imports only from rooms before it, through their index.ts. */
const ROOMS =
  'base queue dataset image engine models training evaluation figures experiments catalogue app notebook commands'.split(
    ' ',
  );
/** What has no index.ts: the command line loads each command by itself. */
const WITHOUT_INDEX = ['commands'];
const TOP_LEVEL = [
  ...'package.json package-lock.json tsconfig.json biome.json README.md LICENSE'.split(' '),
  ...'notebooks lib data reports test'.split(' '),
];
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;
const MOST_LINES = 400;
const MOST_FILES = 20;

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
  const entries = [...new Set(files.map((file) => file.replace(/\/.*/, '')))].filter(
    (name) => !name.startsWith('.'),
  );
  assert.deepEqual(
    entries.filter((name) => !TOP_LEVEL.includes(name)),
    [],
  );
});

test('file names are kebab-case', () => {
  // Python names its modules with underscores; a README is a README, and a package brings its licence and changelog
  const named = ['lib', 'test']
    .flatMap(filesBelow)
    .filter((file) => !/\.py$|\/(README\.md|CHANGELOG\.md|LICENSE)$|^test\/golden\//.test(file));
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
  return [...specifiers].map(([, specifier = '']) => posix.join(posix.dirname(file), specifier));
}

test('rooms of lib import only from rooms on their left, through index.ts', () => {
  const faults: string[] = [];
  for (const file of code.filter((name) => name.startsWith('lib/')))
    for (const target of importsOf(file)) {
      const [from, to] = [file, target].map((path) => path.split('/')) as [string[], string[]];
      if (to[0] !== 'lib') faults.push(`${file} imports ${target}: outside of lib`);
      const [, room = ''] = from;
      const [, other = '', entry = ''] = to;
      if (from.length === 2 || room === other) continue; // lib/cli.ts, or the same room
      if (to.length !== 3 || !/^index(\.ts)?$/.test(entry))
        faults.push(`${file} imports ${target}: not the room's index (write ../${other}/index)`);
      if (ROOMS.indexOf(other) >= ROOMS.indexOf(room))
        faults.push(`${file} imports ${target}: ${other} is not on the left of ${room}`);
    }
  assert.deepEqual(faults, []);
});

test('each folder of lib is a known room with an index.ts', () => {
  const folders = readdirSync(fromRoot('lib')).filter((name) =>
    statSync(fromRoot('lib', name)).isDirectory(),
  );
  assert.deepEqual(
    folders.filter((name) => !ROOMS.includes(name)),
    [],
  );
  for (const folder of folders.filter((name) => !WITHOUT_INDEX.includes(name)))
    assert.ok(existsSync(fromRoot('lib', folder, 'index.ts')), `lib/${folder}/index.ts`);
});

test(`a folder of lib holds at most ${MOST_FILES} files beside index.ts, rooms at most one level of folders`, () => {
  const counts = new Map<string, number>();
  for (const file of filesBelow('lib').filter((name) => isCode(name) && basename(name) !== 'index.ts'))
    counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  assert.deepEqual(
    [...counts].filter(([, count]) => count > MOST_FILES),
    [],
  );
  const deep = [...counts.keys()].filter((folder) => folder.split('/').length > 3);
  assert.deepEqual(
    deep.filter((folder) => !folder.startsWith('lib/engine/onnxruntime/')), // a package of its own
    [],
  );
});

/** The circles among files that import each other: the strongly connected parts of more than one file (Tarjan). */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const at = index.size;
    index.set(file, at);
    stack.push(file);
    let lowest = at;
    for (const next of graph.get(file) ?? [])
      if (!index.has(next)) lowest = Math.min(lowest, visit(next));
      else if (stack.includes(next)) lowest = Math.min(lowest, index.get(next) ?? at);
    if (lowest === at) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1) found.push(circle.sort());
    }
    return lowest;
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return found;
}

test('a circle of imports is found', () => {
  const graph = new Map([
    ['a', ['b', 'd']],
    ['b', ['c']],
    ['c', ['a']],
    ['d', ['d']],
  ]);
  assert.deepEqual(circles(graph), [['a', 'b', 'c']]);
});

test('no files of lib import each other in a circle', () => {
  const known = new Set(code);
  const graph = new Map(
    code
      .filter((file) => file.startsWith('lib/'))
      .map((file) => {
        const targets = importsOf(file).map((target) =>
          [target, `${target}.ts`, `${target}/index.ts`].find((path) => known.has(path)),
        );
        return [file, targets.filter((target) => target !== undefined)] as const;
      }),
  );
  assert.deepEqual(
    circles(graph).filter((circle) => !circle.every((file) => file.startsWith('lib/engine/onnxruntime/'))),
    [],
  );
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

/** What cells import. The app, the runner and the commands are never compiled by the kernel. */
const IN_CELLS = ROOMS.slice(0, ROOMS.indexOf('app')).filter((room) => existsSync(fromRoot('lib', room)));

test("lib compiles under tslab's own TypeScript, as the kernel compiles it", { timeout: 300_000 }, () => {
  const tsc = join(dirname(require.resolve('@tslab/typescript-for-tslab/package.json')), 'lib', 'tsc.js');
  const rooms = IN_CELLS.map((room) => fromRoot('lib', room, 'index.ts'));
  const flags =
    '--noEmit --skipLibCheck --target es2022 --module commonjs --moduleResolution node --esModuleInterop --resolveJsonModule --types node';
  const { stdout, status } = spawnSync(process.execPath, [tsc, ...flags.split(' '), ...rooms], {
    cwd: projectRoot(),
    encoding: 'utf8',
  });
  assert.equal(stdout, '');
  assert.equal(status, 0);
});

test('what documentation links to, and each path of lib and test that it names, exists', () => {
  const pages = files.filter((file) => file.endsWith('.md'));
  const missing = pages.flatMap((page) => {
    const text = read(page);
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, path = '']) =>
      posix.join(posix.dirname(page), path),
    );
    const named = [...text.matchAll(/`((?:lib|test|notebooks)\/[\w./-]+)`/g)].map(([, path = '']) => path);
    return [...links, ...named]
      .filter(
        (path) =>
          !/NAME|NN-/.test(path) && !existsSync(fromRoot(path)) && !existsSync(fromRoot(`${path}.ts`)),
      )
      .map((path) => `${page}: ${path}`);
  });
  assert.deepEqual(missing, []);
});

/** Large packages that a room must not load before somebody uses what they are for: a person waits for each import. */
const LATER: Record<string, string[]> = {
  base: ['undici', 'heic-decode', 'sharp'],
  models: ['ajv', 'typebox', 'onnxruntime-node'],
  figures: ['undici', 'pacote', 'typebox', 'arquero', 'danfojs-node', 'onnxruntime-node'],
  app: ['@tensorflow/tfjs', 'onnxruntime-node', 'arquero', 'fastify', 'libsql', 'sharp', 'typebox'],
};

/** The same of the server: it listens before what computes or shows a catalogue is there. */
const SERVER = {
  files: ['app/server/build-server', ...filesBelow('lib/app/routes').map((file) => file.slice(4, -3))],
  packages: ['@tensorflow/tfjs', 'onnxruntime-node', 'libsql'],
};

const later = [
  ...Object.entries(LATER).map(([room, packages]) => ({ files: [`${room}/index`], packages })),
  SERVER,
];

for (const { files, packages } of later)
  test(`importing lib/${files[0]} does not load ${packages.join(', ')}`, () => {
    const requires = files.map((file) => `require('./lib/${file}');`).join(' ');
    const program = `${requires} console.log(JSON.stringify(Object.keys(require.cache)))`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '-e', program], {
      cwd: projectRoot(),
      encoding: 'utf8',
    });
    assert.ok(stdout.startsWith('['), stderr);
    const loaded = (JSON.parse(stdout) as string[]).map((path) => path.replaceAll('\\', '/'));
    for (const file of files) assert.ok(loaded.some((path) => path.endsWith(`/lib/${file}.ts`)));
    for (const name of packages)
      assert.deepEqual(
        loaded.filter((path) => path.includes(`/node_modules/${name}/`)).slice(0, 1),
        [],
        name,
      );
  });
