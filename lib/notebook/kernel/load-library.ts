import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire, SourceMap } from 'node:module';
import { dirname, extname, join, relative } from 'node:path';
import { compileFunction } from 'node:vm';
import { withEsbuild } from './strip-types';

interface Transpiled {
  code: string;
  map: string;
}

interface Loaded {
  exports: unknown;
  stamp: string;
  /** Files of the project that it requires. */
  needs: Set<string>;
}

/** Loads the project's TypeScript for cells; see {@link createLibrary}. */
export interface Library {
  /** What `require(name)` gives in a cell or in a file of `folder`. */
  require(name: string, folder: string): unknown;
  /** Forgets files that were edited, and all that reach them. */
  refresh(): void;
  /** The source map of a loaded file, for stacks. */
  mapOf(path: string): SourceMap | null;
}

const SUFFIXES = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'];
const IMPORT = /(?:\bfrom|\bimport|\brequire\()\s*["'](\.{1,2}\/[^"'\n]+)["']/g;

const stampOf = (path: string): string => {
  try {
    const { mtimeMs, size } = statSync(path);
    return `${mtimeMs}:${size}`;
  } catch {
    return 'missing';
  }
};

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/** The TypeScript file that a relative import names; null when it is none (a package, JavaScript, JSON). */
function resolveSource(name: string, folder: string): string | null {
  const path = join(folder, name);
  const found = SUFFIXES.map((suffix) => path + suffix).find(isFile) ?? null;
  if (found) return /\.tsx?$/.test(found) ? found : null;
  const source = path.replace(/\.(c|m)?js(x?)$/, '.$1ts$2');
  return source !== path && isFile(source) ? source : null;
}

/**
 * Transpiles files without their types, all that are new in one go, and keeps the results on disk under the hash of
 * what they were made from.
 */
function createTranspiler(root: string): (path: string) => Transpiled {
  const folder = join(root, 'data', 'cache', 'transpiled');
  const version = `${process.version} ${withEsbuild(({ version }) => version)}`;
  const kept = new Map<string, { key: string; result: Transpiled }>();
  const keyOf = (path: string, text: string) =>
    createHash('sha256')
      .update(`${version}\n${relative(root, path)}\n${text}`)
      .digest('hex');
  const fromDisk = (key: string): Transpiled | null => {
    try {
      const [code = '', map = '', end] = readFileSync(join(folder, key), 'utf8').split('\u0000');
      return end === 'end' ? { code, map } : null;
    } catch {
      return null;
    }
  };
  const toDisk = (key: string, { code, map }: Transpiled) => {
    mkdirSync(folder, { recursive: true });
    const partial = join(folder, `${key}.${process.pid}`);
    writeFileSync(partial, `${code}\u0000${map}\u0000end`);
    renameSync(partial, join(folder, key));
  };
  /** What is not known yet of a file and of all that it imports. */
  const gather = (path: string, missing: Map<string, string>, visited: Set<string>) => {
    if (visited.has(path)) return;
    visited.add(path);
    const text = readFileSync(path, 'utf8');
    const key = keyOf(path, text);
    if (kept.get(path)?.key !== key) {
      const result = fromDisk(key);
      if (result) kept.set(path, { key, result });
      else missing.set(path, key);
    }
    for (const [, name = ''] of text.matchAll(IMPORT)) {
      const needed = resolveSource(name, dirname(path));
      if (needed) gather(needed, missing, visited);
    }
  };
  const visited = new Set<string>();
  return (path) => {
    const known = kept.get(path);
    if (known && visited.has(path)) return known.result;
    const missing = new Map<string, string>();
    visited.delete(path);
    gather(path, missing, visited);
    if (missing.size > 0) {
      const { outputFiles } = withEsbuild((esbuild) =>
        esbuild.buildSync({
          entryPoints: [...missing.keys()],
          bundle: false,
          write: false,
          format: 'cjs',
          platform: 'node',
          target: `node${process.versions.node}`,
          supported: { 'dynamic-import': false },
          sourcemap: 'external',
          sourcesContent: false,
          outbase: root,
          outdir: root,
          logLevel: 'silent',
          tsconfigRaw: {},
        }),
      );
      const outputs = new Map(outputFiles.map(({ path: name, text }) => [name, text]));
      for (const [source, key] of missing) {
        const name = source.replace(/\.tsx?$/, '.js');
        const result = { code: outputs.get(name) ?? '', map: outputs.get(`${name}.map`) ?? '' };
        kept.set(source, { key, result });
        toDisk(key, result);
      }
    }
    return kept.get(path)?.result ?? { code: '', map: '' };
  };
}

/**
 * Loads files of the project for cells as CommonJS, each once, until it or what it imports is edited.
 *
 * @param root the project root
 * @param replaced modules that a name stands for instead, e.g. `tslab`
 * @param onPackage called with the name and the exports of each package when it is required
 */
export function createLibrary(
  root: string,
  replaced: Record<string, () => unknown>,
  onPackage: (name: string, exports: unknown) => void,
): Library {
  let transpile: ((path: string) => Transpiled) | null = null;
  const loaded = new Map<string, Loaded>();
  const maps = new Map<string, string>();
  const plain = new Map<string, string>();

  const requireFrom = (name: string, folder: string, needs: Set<string> | null): unknown => {
    if (replaced[name]) return replaced[name]();
    const source = /^\.{0,2}\//.test(name) ? resolveSource(name, name.startsWith('/') ? '/' : folder) : null;
    if (source) {
      needs?.add(source);
      return loadSource(source);
    }
    const load = createRequire(join(folder, 'cell.js'));
    const path = load.resolve(name);
    if (path.startsWith(root) && !path.includes('node_modules')) {
      needs?.add(path);
      plain.set(path, stampOf(path));
    }
    const exports = load(name);
    if (!/^\.{0,2}\//.test(name)) onPackage(name, exports);
    return exports;
  };

  const loadSource = (path: string): unknown => {
    const known = loaded.get(path);
    if (known) return known.exports;
    transpile ??= createTranspiler(root);
    const module = { exports: {} as unknown, filename: path, id: path, loaded: false };
    const entry: Loaded = { exports: module.exports, stamp: stampOf(path), needs: new Set() };
    loaded.set(path, entry);
    try {
      const { code, map } = transpile(path);
      maps.set(path, map);
      const folder = dirname(path);
      const native = createRequire(path);
      const require = Object.assign((name: string) => requireFrom(name, folder, entry.needs), {
        resolve: native.resolve,
        cache: native.cache,
      });
      const run = compileFunction(code, ['exports', 'require', 'module', '__filename', '__dirname'], {
        filename: path,
      });
      run.call(module.exports, module.exports, require, module, path, folder);
    } catch (error) {
      loaded.delete(path);
      throw error;
    }
    entry.exports = module.exports;
    return module.exports;
  };

  return {
    require: (name, folder) => requireFrom(name, folder, null),
    refresh() {
      const stale = new Set<string>();
      for (const [path, { stamp }] of loaded) if (stampOf(path) !== stamp) stale.add(path);
      for (const [path, stamp] of plain) {
        if (stampOf(path) === stamp) continue;
        stale.add(path);
        plain.delete(path);
        delete createRequire(join(root, 'cell.js')).cache[path];
      }
      if (stale.size === 0) return;
      for (let size = 0; size !== stale.size; ) {
        size = stale.size;
        for (const [path, { needs }] of loaded)
          if ([...needs].some((file) => stale.has(file))) stale.add(path);
      }
      for (const path of stale) loaded.delete(path);
      transpile = createTranspiler(root);
    },
    mapOf(path) {
      const map = maps.get(path);
      return map && extname(path) !== '' ? new SourceMap(JSON.parse(map)) : null;
    },
  };
}
