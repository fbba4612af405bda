// tslab's TypeScript with a few changes: only Node's types are loaded unasked (2 of 3 seconds of the start), the
// diagnostics of unchanged lib files are kept from cell to cell, source maps for stack traces, shorthand properties
// from earlier cells, timers that do not collide. Must be required before tslab.
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { SourceMap } = require('node:module');
const { join, relative } = require('node:path');
const { buildSync } = require('esbuild');

const CELL = '__tslab__.ts';
const MAP_COMMENT = /\n?\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;
const decodeMap = (base64) => new SourceMap(JSON.parse(Buffer.from(base64, 'base64').toString('utf8')));

const isCell = (file) => file.fileName.endsWith(CELL);

/** Remembers on disk which states of lib/ were found free of errors; checking all of it takes seconds. */
function createCheckedStates(ts, root) {
  const folder = join(root, 'data', 'cache', 'checked');
  const base = createHash('sha256')
    .update(ts.version)
    .update(readFileSync(join(root, 'package-lock.json')));
  const pathOf = (files) => {
    const hash = base.copy();
    const sorted = [...files].sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
    for (const { fileName, text } of sorted) hash.update(`${fileName} ${text.length} ${text}`);
    return join(folder, hash.digest('hex'));
  };
  return {
    has: (files) => existsSync(pathOf(files)),
    add(files) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(pathOf(files), '');
    },
  };
}

/**
 * Checks each lib file once for as long as it and every other lib file stay the same; tslab checks all of them,
 * at each cell, with a new type checker. The cell itself is always checked.
 */
function keepDiagnostics(ts, root) {
  const kept = new Map();
  const states = createCheckedStates(ts, root);
  return (program, files, token) => {
    const library = files.filter((file) => !isCell(file));
    if (library.some((file) => kept.has(file.fileName) && kept.get(file.fileName).file !== file))
      kept.clear();
    const fresh = library.filter((file) => !kept.has(file.fileName));
    const isKnown = fresh.length > 0 && states.has(library);
    const checked = [...files.filter(isCell), ...(isKnown ? [] : fresh)];
    const found = ts.getPreEmitDiagnosticsOfFiles(program, checked, token).map((diagnostic) => ({
      ...diagnostic,
      // As one text: of a chain of messages tslab forgets which file it is about.
      messageText: ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
    }));
    const old = library.filter((file) => !fresh.includes(file));
    const before = old.flatMap((file) => kept.get(file.fileName).diagnostics);
    for (const file of fresh)
      kept.set(file.fileName, { file, diagnostics: found.filter((d) => d.file?.fileName === file.fileName) });
    const clean = library.every((file) => kept.get(file.fileName).diagnostics.length === 0);
    if (fresh.length > 0 && !isKnown && clean) states.add(library);
    return [...found, ...before];
  };
}

/**
 * Compiles lib files as tsx does, without types, all that a cell needs at once: TypeScript 5.0 takes some 100 ms a
 * file, even to transpile only.
 *
 * @returns a function from a lib file of a program to its CommonJS code and source map
 */
function createLibraryCompiler(root) {
  const compiled = new Map();
  const isStale = (file) => compiled.get(file.fileName)?.text !== file.text;
  const isLibrary = (file) => !file.isDeclarationFile && !isCell(file) && /\.tsx?$/.test(file.fileName);
  return (file, program) => {
    if (isStale(file)) {
      const files = program.getSourceFiles().filter((other) => isLibrary(other) && isStale(other));
      const { outputFiles } = buildSync({
        entryPoints: files.map(({ fileName }) => fileName),
        bundle: false,
        write: false,
        format: 'cjs',
        platform: 'node',
        target: 'es2022',
        supported: { 'dynamic-import': false },
        sourcemap: 'external',
        outbase: root,
        outdir: root,
        logLevel: 'silent',
      });
      const outputs = new Map(outputFiles.map(({ path, text }) => [path, text]));
      for (const { fileName, text } of files) {
        const path = fileName.replace(/\.tsx?$/, '.js');
        compiled.set(fileName, { text, path, code: outputs.get(path), map: outputs.get(`${path}.map`) });
      }
    }
    return compiled.get(file.fileName);
  };
}

/**
 * tslab rewrites variables of earlier cells to properties of its `exports`, but forgets those in shorthand:
 * `{ seed }` would end in "seed is not defined". A transformer that writes `{ seed: exports.seed }`.
 */
function expandShorthand(ts, checker) {
  const isEarlier = (declaration) => declaration.getSourceFile().fileName.endsWith('__prev__.d.ts');
  return (context) => (file) => {
    if (!file.fileName.endsWith(CELL)) return file;
    const visit = (node) => {
      if (ts.isShorthandPropertyAssignment(node)) {
        const symbol = checker.getShorthandAssignmentValueSymbol(node);
        if (symbol?.declarations?.some(isEarlier)) {
          const { factory } = context;
          const value = factory.createPropertyAccessExpression(
            factory.createIdentifier('exports'),
            node.name.text,
          );
          const assigned = node.objectAssignmentInitializer
            ? factory.createAssignment(value, ts.visitNode(node.objectAssignmentInitializer, visit))
            : value;
          return ts.setTextRange(factory.createPropertyAssignment(node.name.text, assigned), node);
        }
      }
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitNode(file, visit);
  };
}

/**
 * Puts the changed compiler where tslab's `require` finds it.
 *
 * @param tslabRequire a `require` that resolves from tslab's folder
 * @param root the project root
 * @returns the compiler, and `mapOf(code)`: the maps of compiled code, last step first
 */
function installCompiler(tslabRequire, root) {
  const path = tslabRequire.resolve('@tslab/typescript-for-tslab');
  const ts = tslabRequire(path);
  const maps = new Map();
  const ready = new Map();
  const compileLibrary = createLibraryCompiler(root);
  const compiler = {
    ...ts,
    getPreEmitDiagnosticsOfFiles: keepDiagnostics(ts, root),
    createWatchCompilerHost(files, options, ...rest) {
      const host = ts.createWatchCompilerHost(
        files,
        { ...options, inlineSourceMap: true, types: ['node'] },
        ...rest,
      );
      const setTimeout = host.setTimeout;
      // tslab keeps a single timer, for the rebuild; what follows a new or deleted file runs at once instead.
      host.setTimeout = (callback, ...args) =>
        callback.name === 'updateProgramWithWatchStatus' ? setTimeout(callback, ...args) : callback();
      const createProgram = host.createProgram;
      host.createProgram = (...args) => {
        const builder = createProgram(...args);
        const emit = builder.emit;
        builder.emit = (file, write, token, onlyTypes, transformers) => {
          if (!isCell(file) && /\.tsx?$/.test(file.fileName)) {
            const { path, code, map } = compileLibrary(file, builder.getProgram());
            ready.set(code, map);
            return write(join(builder.getCompilerOptions().outDir, relative(root, path)), code);
          }
          const before = [expandShorthand(ts, builder.getProgram().getTypeChecker())];
          return emit.call(builder, file, write, token, onlyTypes, { ...transformers, before });
        };
        return builder;
      };
      return host;
    },
    transpileModule(code, settings) {
      if (ready.has(code)) {
        maps.set(code.trim(), [Buffer.from(ready.get(code)).toString('base64')]);
        return { outputText: code, diagnostics: [] };
      }
      if (settings.fileName !== 'custom.js') return ts.transpileModule(code, settings);
      const compilerOptions = { ...settings.compilerOptions, sourceMap: true };
      const found = MAP_COMMENT.exec(code);
      const result = ts.transpileModule(code.replace(MAP_COMMENT, ''), { ...settings, compilerOptions });
      const outputText = result.outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n');
      const second = Buffer.from(result.sourceMapText).toString('base64');
      if (found) maps.set(outputText.trim(), [second, found[1]]);
      return { ...result, outputText };
    },
  };
  tslabRequire.cache[path].exports = compiler;
  const mapOf = (code) => maps.get(code.trim())?.map((map) => decodeMap(map));
  return { ts: compiler, mapOf };
}

module.exports = { installCompiler };
