// tslab's TypeScript with four changes: source maps for stack traces, diagnostics of unchanged lib files kept
// from cell to cell, shorthand properties from earlier cells, timers that do not collide. Required before tslab.
const { SourceMap } = require('node:module');

const CELL = '__tslab__.ts';
const MAP_COMMENT = /\n?\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;
const decodeMap = (base64) => new SourceMap(JSON.parse(Buffer.from(base64, 'base64').toString('utf8')));

/**
 * Checks each lib file once for as long as it and every other lib file stay the same; tslab checks all of them,
 * at each cell, with a new type checker.
 */
function keepDiagnostics(ts) {
  const kept = new Map();
  return (program, files, token) => {
    const isCell = (file) => file.fileName.endsWith(CELL);
    if (files.some((file) => kept.has(file.fileName) && kept.get(file.fileName).file !== file)) kept.clear();
    const fresh = files.filter((file) => isCell(file) || !kept.has(file.fileName));
    const found = ts.getPreEmitDiagnosticsOfFiles(program, fresh, token);
    for (const file of fresh) {
      if (!isCell(file))
        kept.set(file.fileName, {
          file,
          diagnostics: found.filter((d) => d.file?.fileName === file.fileName),
        });
    }
    const old = files.filter((file) => !fresh.includes(file));
    return [...found, ...old.flatMap((file) => kept.get(file.fileName).diagnostics)];
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
 * @returns the compiler, and `mapOf(code)`: the maps of compiled code, last step first
 */
function installCompiler(tslabRequire) {
  const path = tslabRequire.resolve('@tslab/typescript-for-tslab');
  const ts = tslabRequire(path);
  const maps = new Map();
  const compiler = {
    ...ts,
    getPreEmitDiagnosticsOfFiles: keepDiagnostics(ts),
    createWatchCompilerHost(files, options, ...rest) {
      const host = ts.createWatchCompilerHost(files, { ...options, inlineSourceMap: true }, ...rest);
      const setTimeout = host.setTimeout;
      // tslab keeps a single timer, for the rebuild; what follows a new or deleted file runs at once instead.
      host.setTimeout = (callback, ...args) =>
        callback.name === 'updateProgramWithWatchStatus' ? setTimeout(callback, ...args) : callback();
      const createProgram = host.createProgram;
      host.createProgram = (...args) => {
        const builder = createProgram(...args);
        const emit = builder.emit;
        builder.emit = (file, write, token, onlyTypes, transformers) => {
          const before = [expandShorthand(ts, builder.getProgram().getTypeChecker())];
          return emit.call(builder, file, write, token, onlyTypes, { ...transformers, before });
        };
        return builder;
      };
      return host;
    },
    transpileModule(code, settings) {
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
