// Makes "edit lib/, run the cell again" reliable. tslab by itself relies on file-system events, which may come
// after the cell, and forgets only the edited module: a door (lib/x/index.ts) would go on serving the old one.
const { readdirSync, statSync } = require('node:fs');
const { dirname, extname, join } = require('node:path');

/** Folders below the project root that hold no sources and are not walked. */
const SKIPPED = new Set(['node_modules', 'data', 'reports', 'notebooks']);

const stamp = (path) => {
  try {
    const { mtimeMs, size } = statSync(path);
    return `${mtimeMs}:${size}`;
  } catch {
    return 'missing';
  }
};

/** Paths of all folders and files below `folder`, without the skipped ones. */
function walk(folder, found = new Set()) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (SKIPPED.has(entry.name) || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    found.add(path);
    if (entry.isDirectory()) walk(path, found);
  }
  return found;
}

/**
 * Replaces TypeScript's watchers by one look at the files, taken before each cell.
 *
 * @param ts the TypeScript module that tslab compiles with
 * @param root the project root
 * @returns a function that tells TypeScript about every change since its last call
 */
function pollChanges(ts, root) {
  const { Created, Changed, Deleted } = ts.FileWatcherEventKind;
  const files = new Set();
  const folders = new Set();
  let tree = walk(root);
  ts.sys.watchFile = (path, callback) => {
    const watched = { path, callback, stamp: stamp(path) };
    files.add(watched);
    return { close: () => files.delete(watched) };
  };
  ts.sys.watchDirectory = (path, callback, recursive) => {
    const watched = { path, callback, recursive };
    folders.add(watched);
    return { close: () => folders.delete(watched) };
  };
  const tellFolders = (path) => {
    for (const { path: folder, callback, recursive } of [...folders]) {
      if (dirname(path) === folder || (recursive && path.startsWith(`${folder}/`))) callback(path);
    }
  };
  return () => {
    for (const watched of [...files]) {
      const now = stamp(watched.path);
      if (now === watched.stamp) continue;
      const kind = now === 'missing' ? Deleted : watched.stamp === 'missing' ? Created : Changed;
      watched.stamp = now;
      watched.callback(watched.path, kind);
    }
    const before = tree;
    tree = walk(root);
    for (const path of tree) if (!before.has(path)) tellFolders(path);
    for (const path of before) if (!tree.has(path)) tellFolders(path);
  };
}

/** The compiled files that `code`, compiled to `path`, requires by a relative name. */
function requiredFiles(path, code) {
  return [...code.matchAll(/\brequire\("(\.{1,2}\/[^"]+)"\)/g)].map(([, name]) => {
    const file = join(dirname(path), name);
    return extname(file) === '' ? `${file}.js` : file;
  });
}

/**
 * Keeps what was compiled, and names again every module that reaches an edited one, so that tslab loads all of
 * them anew. Modules that do not depend on the edit keep their state, as do npm packages (TensorFlow.js).
 *
 * @returns a function from the freshly compiled files ({path, data}[]) to these and their dependants
 */
function createDependants() {
  const compiled = new Map();
  return (outputs) => {
    const changed = new Set();
    for (const { path, data } of outputs) {
      if (compiled.has(path)) changed.add(path);
      compiled.set(path, data);
    }
    if (changed.size === 0) return outputs;
    for (let size = 0; size !== changed.size; ) {
      size = changed.size;
      for (const [path, data] of compiled) {
        if (requiredFiles(path, data).some((file) => changed.has(file))) changed.add(path);
      }
    }
    const fresh = new Set(outputs.map(({ path }) => path));
    const again = [...changed].filter((path) => !fresh.has(path));
    return [...outputs, ...again.map((path) => ({ path, data: compiled.get(path) }))];
  };
}

module.exports = { pollChanges, createDependants };
