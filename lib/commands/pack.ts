import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { build } from 'esbuild';
import { fromRoot } from '../base/index';
import { imagenetPriorPath, shippedBackbones, shippedFeaturesPath } from '../training/index';

/** Commands that only make sense in a clone, whatever they import. */
const ONLY_IN_A_CLONE = ['docs', 'pack', 'publish', 'tables'];
/**
 * Packages that stay out: danfojs-node asks for a package from a server other than npm's, which only the overrides of a
 * project replace, and a global install has none. It is loaded when a notebook describes sizes; no packed command does.
 */
const ONLY_IN_A_PROJECT = ['danfojs-node'];
/** Facts that ship, of `data`. */
const FACTS = ['breeds.csv', 'photos.arrow'];

/** What a package needs of the project. */
interface Needed {
  /** Files of `lib/commands`, relative to it. */
  commands: string[];
  rooms: string[];
  packages: string[];
}

/**
 * `dogbreeds pack`: the commands that work outside of a clone (index, serve, predict and their like) as one tarball for
 * `npm install --global --ignore-scripts FILE`. Which commands, rooms and packages go in follows from what imports what:
 * those that lead to the notebooks' machinery stay out.
 *
 * @param folder where the tarball is written
 * @returns path of the tarball
 */
export async function packCommand(folder: string): Promise<string> {
  const needed = await findNeeded();
  const stage = mkdtempSync(join(tmpdir(), 'dogbreeds-pack-'));
  try {
    copyFiles(needed, stage);
    writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest(needed, stage), null, 2)}\n`);
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const flags = ['pack', '--json', '--ignore-scripts', '--pack-destination', resolve(folder)];
    const { stdout, stderr, status } = spawnSync(npm, flags, {
      cwd: stage,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    if (status !== 0) throw new Error(`expected npm pack to make a tarball, it said: ${stderr}`);
    const [made] = JSON.parse(stdout) as { filename: string; size: number; files: unknown[] }[];
    if (!made) throw new Error('expected npm pack to make a tarball, it made none');
    const file = join(resolve(folder), made.filename);
    console.log(
      `${file}: ${made.files.length} files, ${(made.size / 1e6).toFixed(1)} MB, ${needed.packages.length} packages; ` +
        `npm install --global --ignore-scripts ${made.filename}`,
    );
    return file;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Commands whose imports stay outside of `lib/notebook`, the rooms they reach, and the packages of those. */
async function findNeeded(): Promise<Needed> {
  const files = readdirSync(fromRoot('lib', 'commands'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !ONLY_IN_A_CLONE.includes(name.replace(/\.ts$/, '')),
  );
  const commands: string[] = [];
  const rooms = new Set<string>();
  const packages = new Set<string>();
  for (const file of files) {
    const { inputs, external } = await importsOf(join('lib', 'commands', file));
    if (inputs.some((path) => path.startsWith('lib/notebook/'))) continue;
    commands.push(file);
    for (const path of inputs) rooms.add(path.split('/')[1] ?? '');
    for (const name of external) packages.add(name);
  }
  rooms.delete('commands');
  return { commands, rooms: [...rooms], packages: [...packages] };
}

async function importsOf(entry: string): Promise<{ inputs: string[]; external: string[] }> {
  const { metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: fromRoot(),
    bundle: true,
    packages: 'external',
    platform: 'node',
    outdir: 'nowhere',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const imports = Object.values(metafile.inputs).flatMap(({ imports }) => imports);
  return {
    inputs: Object.keys(metafile.inputs),
    external: imports.filter(({ external }) => external).map(({ path }) => packageOf(path)),
  };
}

const packageOf = (path: string): string => path.split('/', path.startsWith('@') ? 2 : 1).join('/');

function copyFiles({ commands, rooms }: Needed, stage: string): void {
  const generated = `${sep}onnxruntime${sep}dist`;
  const copy = (...parts: string[]) =>
    cpSync(fromRoot(...parts), join(stage, ...parts), {
      recursive: true,
      filter: (path) => !path.endsWith(generated) && !path.endsWith(`${sep}node_modules`),
    });
  for (const name of ['README.md', 'LICENSE', 'tsconfig.json']) copy(name);
  for (const name of ['start.mjs', 'trim-packages.mjs', 'cli.ts', ...rooms]) copy('lib', name);
  for (const name of commands) copy('lib', 'commands', name);
  for (const name of FACTS) copy('data', name);
  for (const backbone of shippedBackbones())
    for (const path of [shippedFeaturesPath(backbone), imagenetPriorPath(backbone)])
      copy(...path.slice(fromRoot().length + 1).split(sep));
}

/** The package's own manifest: what is installed is what was tested here, to the version. */
function manifest({ packages }: Needed, stage: string): Record<string, unknown> {
  const own = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')) as Manifest;
  const sources = readdirSync(stage, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs|cjs)$/.test(name))
    .map((name) => readFileSync(join(stage, name), 'utf8'))
    .join('\n');
  // some are only named: what worker threads register, what the page's files are read from
  const named = (name: string) =>
    !ONLY_IN_A_PROJECT.includes(name) &&
    (packages.includes(name) || new RegExp(`['"\`]${name}['"\`/]`).test(sources));
  const pinned = (names: Record<string, string>) =>
    Object.fromEntries(
      Object.keys(names)
        .filter(named)
        .map((name) => [name, versionOf(name)]),
    );
  const { version, description, license, engines, bin } = own;
  return {
    name: 'dogbreeds',
    ...{ version, description, license, engines, bin },
    dependencies: pinned(own.dependencies),
    optionalDependencies: pinned(own.optionalDependencies),
  };
}

interface Manifest extends Record<string, unknown> {
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}

const versionOf = (name: string): string =>
  (JSON.parse(readFileSync(fromRoot('node_modules', name, 'package.json'), 'utf8')) as { version: string })
    .version;

/** Adds `dogbreeds pack` to the command line. */
export function register(program: Command): void {
  program
    .command('pack')
    .description('index, serve, predict as a package that installs outside of a clone')
    .argument('[folder]', 'where to write it', '.')
    .action(async (folder: string) => void (await packCommand(folder)));
}
