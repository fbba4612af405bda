import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import type { Command } from 'commander';
import { fromRoot, writeFileAtomic } from '../base/index';

/** The guide that this command keeps true. */
const GUIDE = ['.github', 'CONTRIBUTING.md'] as const;

/** What environment variables mean; the table says beside it which files read them. */
const VARIABLES: Record<string, string> = {
  CHROMIUM_PATH:
    'Chromium or Chrome for the tests and for `dogbreeds deck --pdf` (default: where systems put it)',
  DOGBREEDS_CACHE: 'folder of caches (default `data/cache`); may be deleted at any time',
  DOGBREEDS_DATA: "folder of the user's data when the package is installed outside of a clone",
  DOGBREEDS_DATASET_URL: 'mirror of the archives of Stanford Dogs',
  DOGBREEDS_ENGINE: '`auto` (default), `tensorflow`, `onnxruntime`, `wasm` or `cpu`',
  DOGBREEDS_EDITION: '`1` in a run for the committed edition: outlines instead of photos',
  DOGBREEDS_HEADLESS: '`1` in the kernel that `dogbreeds run` starts: no live output',
  DOGBREEDS_JUPYTER: 'folder of `jupyter`, `papermill` and their like for the tests with real clients',
  DOGBREEDS_KEEP_TENSORS: '`1`: a cell that runs again does not dispose of the tensors that it overwrites',
  DOGBREEDS_MIRROR: "mirror of the weights' servers",
  DOGBREEDS_NEED_REDIS: '`1`: tests of the queue fail where Redis is missing, instead of being skipped',
  DOGBREEDS_NEED_S3: '`1`: tests of buckets fail where an S3 server is missing, instead of being skipped',
  DOGBREEDS_PHOTOS: 'Stanford Dogs for tests and benchmarks (default `../shared/stanford-dogs`)',
  DOGBREEDS_REDIS_PASSWORD: 'password of Redis for addresses without one',
  DOGBREEDS_ROOT: "the project's folder, set for child processes",
  DOGBREEDS_S3_SERVER: 'Python with `moto[s3]`, `flask` and `flask-cors` for the tests of buckets',
  DOGBREEDS_SCREENSHOTS: 'folder for the pictures that browser tests take',
  DOGBREEDS_TEST_LONG: '`1`: the long forms of tests that have one',
  DOGBREEDS_THREADS: 'threads of the engine (default: all cores)',
  DOGBREEDS_TYPES:
    "when the kernel checks a cell's types: `wait` (headless), `background` (default) or `off`",
  DOGBREEDS_WEIGHTS: 'folder of downloaded weights (default `data/weights`)',
  ONNXRUNTIME_BACKEND_UNDOCUMENTED:
    'whether the engine uses what TensorFlow.js and onnxruntime-node do not document: `tested` versions (default), `any`, `never`',
  PYTHON:
    'Python with Keras, torch, torchvision, OpenCV, onnxruntime or scikit-learn for comparisons; without it they are skipped',
};

/** Rooms in the order in which data flows. */
const ROOMS =
  'base queue dataset image engine models training evaluation figures experiments catalogue app notebook commands'.split(
    ' ',
  );

const CODE = /\.(ts|mjs|cjs)$/;

/** The files of code below a folder, `/`-separated from the project's root. */
function codeBelow(folder: string): string[] {
  return readdirSync(fromRoot(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory())
      return entry.name === 'node_modules' || entry.name === 'dist' ? [] : codeBelow(path);
    return CODE.test(entry.name) ? [path] : [];
  });
}

const read = (file: string): string => readFileSync(fromRoot(file), 'utf8');
const roomOf = (file: string): string => file.split('/')[1] ?? '';

/** Which rooms each room imports. */
function roomImports(): Map<string, Set<string>> {
  const imports = new Map(ROOMS.map((room) => [room, new Set<string>()]));
  for (const file of codeBelow('lib'))
    for (const [, path = ''] of read(file).matchAll(
      /(?:\bfrom|\bimport\(|\brequire\()\s*['"](\.[^'"]+)['"]/g,
    )) {
      const target = roomOf(posix.join(dirname(file), path));
      if (target !== roomOf(file) && imports.has(target)) imports.get(roomOf(file))?.add(target);
    }
  return imports;
}

/** Whether values flow from one room to another through at least one other. */
function flowsThrough(imports: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const reaches = (room: string): boolean =>
    [...(imports.get(room) ?? [])].some((next) => next === from || reaches(next));
  return [...(imports.get(to) ?? [])].some((between) => between !== from && reaches(between));
}

/** The map of the house: rooms, and arrows along which values flow, without those that others imply (Mermaid). */
function houseMap(): string {
  const imports = roomImports();
  const rooms = ROOMS.filter((room) => codeBelow('lib').some((file) => roomOf(file) === room));
  const arrows = rooms.flatMap((to) =>
    rooms
      .filter((from) => imports.get(to)?.has(from) && !flowsThrough(imports, from, to))
      .map((from) => `  ${from} --> ${to}`),
  );
  return ['```mermaid', 'flowchart LR', ...arrows, '```'].join('\n');
}

/** Names of the environment variables that a file reads: as members of `env`, or taken out of it. */
function variablesOf(code: string): string[] {
  const members = [...code.matchAll(/\b(?:process\.)?env\.([A-Z][A-Z0-9_]+)/g)].map(([, name = '']) => name);
  const taken = [...code.matchAll(/\{([^{}]*)\}\s*=\s*process\.env\b/g)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.replace(/[:=].*/s, '').trim()),
  );
  return [...members, ...taken].filter(Boolean);
}

/** Environment variables that the code reads, what they mean, and where they are read. */
function environmentTable(): string {
  const readers = new Map<string, Set<string>>();
  for (const file of [...codeBelow('lib'), ...codeBelow('test')])
    for (const name of variablesOf(read(file))) readers.set(name, (readers.get(name) ?? new Set()).add(file));
  const rows = Object.keys(VARIABLES)
    .sort()
    .map((name) => {
      const files = [...(readers.get(name) ?? [])].filter((file) => !file.endsWith('.test.ts'));
      const shown = (files.length > 0 ? files : [...(readers.get(name) ?? [])]).slice(0, 3);
      return `| \`${name}\` | ${VARIABLES[name]} | ${shown.map((file) => `\`${file}\``).join(', ')} |`;
    });
  return ['| variable | meaning | read in |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The first sentence of the documentation of a module's default export. */
function firstSentence(code: string): string {
  const before = code.slice(0, code.indexOf('export default'));
  const doc = before.slice(before.lastIndexOf('/**') + 3, before.lastIndexOf('*/'));
  const text = doc.replace(/\s*\n \* ?/g, ' ').trim();
  return (/^.*?[.:](?=\s|$)/.exec(text)?.[0] ?? text).replace(/[.:]$/, '').replace(/\|/g, '\\|');
}

/** Benchmarks by the first sentence of their documentation. */
function benchTable(): string {
  const names = readdirSync(fromRoot('test', 'bench')).filter(
    (name) => name.endsWith('.ts') && name !== 'run.ts',
  );
  const rows = names.map((name) => {
    return `| \`npm run bench -- ${basename(name, '.ts')}\` | ${firstSentence(read(join('test', 'bench', name)))} |`;
  });
  return ['| command | what it measures |', '| --- | --- |', ...rows].join('\n');
}

const SECTIONS: Record<string, () => string> = {
  map: houseMap,
  environment: environmentTable,
  benchmarks: benchTable,
};

/**
 * The guide with its generated sections made anew: the map of the house, the environment variables, the benchmarks.
 *
 * @param text the guide; a section stands between `<!-- NAME: generated by npm run docs -->` and `<!-- end NAME -->`
 * @throws Error when the guide lacks a section
 */
export function renderGuide(text: string): string {
  return Object.entries(SECTIONS).reduce((guide, [name, render]) => {
    const section = new RegExp(
      `(<!-- ${name}: generated by npm run docs -->\n)[\\s\\S]*?(<!-- end ${name} -->)`,
    );
    if (!section.test(guide))
      throw new Error(`expected a section "${name}" in ${GUIDE.join('/')}, found none`);
    return guide.replace(section, (_, start: string, end: string) => `${start}${render()}\n${end}`);
  }, text);
}

/**
 * Environment variables of the project's own that the code reads and {@link renderGuide} does not explain.
 */
export function unexplainedVariables(): string[] {
  const names = [...codeBelow('lib'), ...codeBelow('test')].flatMap((file) =>
    variablesOf(read(file)).filter((name) => /^(DOGBREEDS_[A-Z0-9_]+|PYTHON|CHROMIUM_PATH)$/.test(name)),
  );
  return [...new Set(names)].filter((name) => !(name in VARIABLES)).sort();
}

/** Adds `dogbreeds docs` to the command line. */
export function register(program: Command): void {
  program
    .command('docs')
    .description("writes what is generated in the developer's guide: map of the house, variables, benchmarks")
    .action(async () => {
      const path = fromRoot(...GUIDE);
      await writeFileAtomic(path, renderGuide(readFileSync(path, 'utf8')));
    });
}
