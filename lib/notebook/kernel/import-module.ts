import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Library } from './load-library';

/** What compiled cells call for `import`. */
export interface Importer {
  (name: string): Promise<object>;
  /** What `await import('x')` gives. */
  dynamic(name: string): Promise<object>;
  /** What `import * as x` gives. */
  all(module: object): object;
  /** What `import x` gives. */
  default(module: object): unknown;
  meta: { url: string; dirname: string; filename: string };
}

type Module = Record<string, unknown> & { __esModule?: boolean };

const namespaces = new WeakMap<object, object>();

/** `import` for cells, with `esModuleInterop`; packages that only `import` can load are loaded so. */
export function createImporter(root: string, library: Library): Importer {
  const load = async (name: string): Promise<object> => {
    try {
      return library.require(name, root) as object;
    } catch (error) {
      if (!['ERR_REQUIRE_ESM', 'ERR_REQUIRE_ASYNC_MODULE'].includes((error as { code?: string }).code ?? ''))
        throw error;
      const { default: value, ...rest } = (await import(name)) as Module;
      return { ...rest, default: value, __esModule: true };
    }
  };
  const isModule = (module: Module) =>
    module?.__esModule === true || Object.prototype.toString.call(module) === '[object Module]';
  const filename = join(root, 'cell.ts');
  const all = (module: object): object => {
    if (isModule(module as Module) || (typeof module !== 'object' && typeof module !== 'function'))
      return module;
    const known = namespaces.get(module);
    if (known) return known;
    const namespace = { ...module, default: module };
    namespaces.set(module, namespace);
    return namespace;
  };
  return Object.assign(load, {
    dynamic: async (name: string) => all(await load(name)),
    all,
    default: (module: object): unknown => (isModule(module as Module) ? (module as Module).default : module),
    meta: { url: pathToFileURL(filename).href, dirname: root, filename },
  });
}
