// Starts the project's kernel: `node kernel-launcher.cjs CONNECTION_FILE`. Used by our kernelspec and by the headless
// runner alike. The project root becomes the working directory, wherever the notebook lies, so cells import
// './lib/...'. The kernel's own TypeScript is bundled once and kept in data/cache until it changes.
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const [, , configPath] = process.argv;
if (!configPath) {
  console.error(
    'expected a Jupyter connection file, received none: node kernel-launcher.cjs CONNECTION_FILE',
  );
  process.exit(2);
}
const root = join(__dirname, '..', '..', '..');
process.chdir(root);
process.env.DOGBREEDS_ROOT = root;
// The runner holds our stdin: when it is gone, however it went, the kernel ends too.
if (process.env.DOGBREEDS_HEADLESS === '1') process.stdin.resume().on('close', () => process.exit(1));

const ENTRIES = ['kernel-main', 'control-worker', 'types-worker'];
/** Loads its packages itself, when the first figure is shown. */
const LATE = 'figure-worker';
const cache = join(root, 'data', 'cache', 'kernel');
const stampOf = (/** @type {string} */ path) => {
  const { mtimeMs, size } = statSync(path);
  return `${mtimeMs}:${size}`;
};

/** The folder of the bundled kernel: the last one if none of its files has changed. */
function bundle() {
  const record = join(cache, 'current.json');
  try {
    const { folder, stamps } = JSON.parse(readFileSync(record, 'utf8'));
    const fresh = Object.entries(stamps).every(([path, stamp]) => stampOf(path) === stamp);
    if (fresh && [...ENTRIES, LATE].every((name) => existsSync(join(folder, `${name}.cjs`)))) return folder;
  } catch {
    // none yet, or a file is gone: bundle anew
  }
  const { buildSync, version } = require('esbuild');
  /** @type {import('esbuild').BuildOptions & { write: false, metafile: true }} */
  const options = {
    bundle: true,
    write: false,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    outdir: cache,
    outExtension: { '.js': '.cjs' },
    absWorkingDir: root,
    logLevel: 'silent',
    tsconfigRaw: {},
  };
  const files = (/** @type {string[]} */ names) => names.map((name) => join(__dirname, `${name}.ts`));
  const own = ['zeromq', 'esbuild', 'typescript-for-cells', 'tslab', 'sharp'];
  const built = [
    buildSync({ ...options, entryPoints: files(ENTRIES), external: own }),
    buildSync({ ...options, entryPoints: files([LATE]), packages: 'external' }),
  ];
  const outputFiles = built.flatMap((result) => result.outputFiles);
  const hash = createHash('sha256').update(`${root} ${version}`);
  for (const { contents } of outputFiles) hash.update(contents);
  const folder = join(cache, hash.digest('hex').slice(0, 16));
  mkdirSync(folder, { recursive: true });
  const write = (/** @type {string} */ path, /** @type {string | Uint8Array} */ content) => {
    writeFileSync(`${path}.${process.pid}`, content);
    renameSync(`${path}.${process.pid}`, path);
  };
  for (const { path, contents } of outputFiles) write(join(folder, path.slice(cache.length + 1)), contents);
  const inputs = built.flatMap(({ metafile }) =>
    Object.keys(metafile.inputs).map((path) => join(root, path)),
  );
  const stamps = Object.fromEntries(inputs.map((path) => [path, stampOf(path)]));
  write(record, JSON.stringify({ folder, stamps }));
  return folder;
}

const folder = bundle();
const { main } = require(join(folder, 'kernel-main.cjs'));
main(configPath, {
  root,
  control: join(folder, 'control-worker.cjs'),
  types: join(folder, 'types-worker.cjs'),
  figures: join(folder, `${LATE}.cjs`),
}).catch((/** @type {Error} */ error) => {
  console.error(error);
  process.exit(1);
});
