import ts from 'typescript-for-cells';

/** What a cell declares, for the cells after it. */
interface Declared {
  name: string;
  /** `let` and `const` are declared anew in later cells, so that they can be assigned; the rest is imported. */
  how: 'let' | 'const' | 'import';
  exported: boolean;
}

const SHARED = `
declare global {
  /** Value of the last cell that had one. */
  var _: any;
  /** Values of cells by their number. */
  var Out: Record<number, any>;
  /** Sources of cells by their number. */
  var In: string[];
  /** Asks the person who runs the cell. */
  function input(prompt?: string, options?: { password?: boolean }): Promise<string>;
  /** Empties the cell's output; with \`wait\` only when the next output comes. */
  function clearOutput(wait?: boolean): void;
  /** Shows a value under the cell as the last expression is shown; with an id, \`update\` overwrites it. */
  function display(value: unknown, options?: { id?: string; update?: boolean }): Promise<void>;
}
export {};
`;

function bindingNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : bindingNames(element.name),
  );
}

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** What the statements of a cell declare, `var` in blocks included. */
function declaredBy(file: ts.SourceFile): Declared[] {
  const found: Declared[] = [];
  const addVariables = (list: ts.VariableDeclarationList, exported: boolean) => {
    const how = list.flags & ts.NodeFlags.Const ? 'const' : 'let';
    for (const { name } of list.declarations)
      for (const each of bindingNames(name)) found.push({ name: each, how, exported });
  };
  const visitBlocks = (node: ts.Node) => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped))
      addVariables(node, false);
    ts.forEachChild(node, visitBlocks);
  };
  for (const statement of file.statements) {
    const exported = isExported(statement);
    if (ts.isVariableStatement(statement)) addVariables(statement.declarationList, exported);
    else if (
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isEnumDeclaration(statement) ||
      ts.isModuleDeclaration(statement)
    ) {
      if (statement.name && ts.isIdentifier(statement.name))
        found.push({ name: statement.name.text, how: 'import', exported });
    } else if (ts.isImportDeclaration(statement)) {
      const clause = statement.importClause;
      if (clause?.name) found.push({ name: clause.name.text, how: 'import', exported });
      const bindings = clause?.namedBindings;
      if (bindings && ts.isNamespaceImport(bindings))
        found.push({ name: bindings.name.text, how: 'import', exported });
      else if (bindings)
        for (const { name } of bindings.elements) found.push({ name: name.text, how: 'import', exported });
    } else if (ts.isImportEqualsDeclaration(statement))
      found.push({ name: statement.name.text, how: 'import', exported });
    else visitBlocks(statement);
  }
  return found;
}

/** Node's own library by its version (what runs here is what checks here), and `dom`, as TensorFlow.js's types need. */
function libraries(): string[] {
  const major = Number(process.versions.node.split('.')[0]);
  const between = ['es2024', 'esnext.iterator', 'esnext.collection', 'esnext.array'];
  const newer = major >= 24 ? ['esnext'] : major >= 22 ? between : ['es2023'];
  return [...newer, 'dom', 'dom.iterable'].map((name) => `lib.${name}.d.ts`);
}

/**
 * Errors of TypeScript that do not stop a file here: an assignment to what an earlier cell imported or declared as a
 * function (allowed in a notebook), and what only says that a name has no type.
 */
const ALLOWED = new Set([
  2630, 2632, 7005, 7006, 7008, 7009, 7010, 7011, 7013, 7014, 7015, 7016, 7017, 7018, 7019, 7020, 7022, 7023,
  7024, 7025, 7031, 7032, 7033, 7034, 7041, 7051, 7052, 7053, 7055, 7057,
]);

/** Cells as files of a TypeScript program, each a module that imports what it uses from the cells before it. */
export interface CellProgram {
  service: ts.LanguageService;
  /** Puts a cell's text where the program sees it; `offset`: where the text begins in its file. */
  set(id: string, source: string): { file: string; offset: number };
  /** From now on later cells see what this one declares. */
  commit(id: string, source: string): void;
  /** Files of the project (no declarations) that a cell reaches. */
  libraryFiles(): ts.SourceFile[];
  /** What stops a file from running; in a cell's own file only from `offset` on. */
  errors(file: string, offset?: number): ts.Diagnostic[];
}

/**
 * @param root the project root; cells lie there
 */
export function createCellProgram(root: string): CellProgram {
  const texts = new Map<string, { text: string; version: number }>();
  const owners = new Map<string, { file: string; how: Declared['how'] }>();
  const shared = `${root}/__kernel__.d.ts`;
  const write = (file: string, text: string) => {
    const version = (texts.get(file)?.version ?? 0) + 1;
    texts.set(file, { text, version });
  };
  write(shared, SHARED);
  let current = shared;
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: libraries(),
    types: ['node'],
    strict: true,
    noImplicitAny: true, // without it `const all = []` stays never[]; its errors are ALLOWED
    skipLibCheck: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    allowJs: true,
    checkJs: false,
    noEmit: true,
  };
  const stamp = (file: string) => ts.sys.getModifiedTime?.(file)?.getTime() ?? 0;
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [shared, current],
    getScriptVersion: (file) =>
      texts.has(file)
        ? String(texts.get(file)?.version)
        : file.includes('/node_modules/')
          ? '1'
          : String(stamp(file)),
    getScriptSnapshot(file) {
      const text = texts.get(file)?.text ?? ts.sys.readFile(file);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: (file) => texts.has(file) || ts.sys.fileExists(file),
    readFile: (file) => texts.get(file)?.text ?? ts.sys.readFile(file),
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    realpath: ts.sys.realpath,
    useCaseSensitiveFileNames: () => true,
  };
  const service = ts.createLanguageService(host);
  const fileOf = (id: string) => `${root}/__cell_${id}__.ts`;
  const parse = (source: string) =>
    ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ESNext, false, ts.ScriptKind.TS);

  return {
    service,
    set(id, source) {
      const file = fileOf(id);
      const declared = declaredBy(parse(source));
      const own = new Set(declared.map(({ name }) => name));
      const words = new Set(source.match(/[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu));
      const header = [...owners].flatMap(([name, { file: owner, how }]) => {
        if (own.has(name) || !words.has(name) || owner === file) return [];
        const from = JSON.stringify(owner.replace(/\.ts$/, ''));
        return how === 'import'
          ? `import { ${name} } from ${from};`
          : `declare ${how} ${name}: typeof import(${from}).${name};`;
      });
      const exported = [...own].filter(
        (name) => !declared.some((each) => each.name === name && each.exported),
      );
      const prefix = `${header.join(' ')}\n`;
      write(file, `${prefix}${source}\nexport { ${exported.join(', ')} };\n`);
      current = file;
      return { file, offset: prefix.length };
    },
    commit(id, source) {
      for (const { name, how } of declaredBy(parse(source))) owners.set(name, { file: fileOf(id), how });
    },
    libraryFiles: () =>
      (service.getProgram()?.getSourceFiles() ?? []).filter(
        ({ fileName, isDeclarationFile }) =>
          !isDeclarationFile &&
          !texts.has(fileName) &&
          !fileName.includes('/node_modules/') &&
          /\.tsx?$/.test(fileName),
      ),
    errors: (file, offset = 0) =>
      [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)].filter(
        ({ file: source, start = 0, code, category }) =>
          source && category === ts.DiagnosticCategory.Error && !ALLOWED.has(code) && start >= offset,
      ),
  };
}
