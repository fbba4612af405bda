import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import ts from 'typescript-for-cells';
import { createCellProgram } from './cell-program';
import type { Diagnostic } from './describe-error';

/** What the main thread asks of the type checker. */
export type TypesRequest =
  | { kind: 'check'; id: string; source: string }
  | { kind: 'complete' | 'inspect'; id: string; source: string; offset: number };

/** Completions at a place; offsets in UTF-16 units. */
export interface Completions {
  matches: { text: string; kind: string }[];
  start: number;
  end: number;
}

const { root } = workerData as { root: string };
const program = createCellProgram(root);
const { service } = program;

/** States of the library that were found free of errors, on disk: checking all of it takes seconds. */
function createCheckedStates() {
  const folder = join(root, 'data', 'cache', 'checked');
  const lock = join(root, 'package-lock.json');
  const base = createHash('sha256').update(`strict any dom ${ts.version}`);
  if (existsSync(lock)) base.update(readFileSync(lock));
  const pathOf = (files: readonly ts.SourceFile[]) => {
    const hash = base.copy();
    for (const { fileName, text } of [...files].sort((a, b) => (a.fileName < b.fileName ? -1 : 1)))
      hash.update(`${fileName} ${text.length} ${text}`);
    return join(folder, hash.digest('hex'));
  };
  return {
    has: (files: readonly ts.SourceFile[]) => existsSync(pathOf(files)),
    add(files: readonly ts.SourceFile[]) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(pathOf(files), '');
    },
  };
}
const states = createCheckedStates();

function diagnose(file: string, offset: number | null): Diagnostic[] {
  return program.errors(file, offset ?? 0).flatMap(({ file: source, start = 0, code, messageText }) => {
    if (!source) return [];
    const { line, character } = source.getLineAndCharacterOfPosition(start);
    return {
      ...(offset === null ? { file: relative(root, file), line: line + 1 } : { line }),
      column: character + 1,
      code,
      message: ts.flattenDiagnosticMessageText(messageText, '\n'),
    };
  });
}

function check({ id, source }: { id: string; source: string }): Diagnostic[] {
  const { file, offset } = program.set(id, source);
  const own = diagnose(file, offset);
  const library = program.libraryFiles();
  if (library.length === 0 || states.has(library)) {
    if (own.length === 0) program.commit(id, source);
    return own;
  }
  const found = library.flatMap(({ fileName }) => diagnose(fileName, null));
  if (found.length === 0) states.add(library);
  if (own.length + found.length === 0) program.commit(id, source);
  return [...own, ...found];
}

function complete(source: string, cursor: number): Completions {
  const { file, offset } = program.set('edit', source);
  const info = service.getCompletionsAtPosition(file, offset + cursor, {
    includeCompletionsWithInsertText: false,
    includeExternalModuleExports: false,
  });
  const word = /[\p{ID_Continue}$]*$/u.exec(source.slice(0, cursor))?.[0] ?? '';
  const entries = info?.entries ?? [];
  const [first] = entries;
  const span = first?.replacementSpan ?? info?.optionalReplacementSpan;
  const start = span ? span.start - offset : cursor - word.length;
  const typed = source.slice(start, cursor).toLowerCase();
  const rank = (name: string) => {
    const lower = name.toLowerCase();
    return name.startsWith(source.slice(start, cursor))
      ? 0
      : lower.startsWith(typed)
        ? 1
        : lower.includes(typed)
          ? 2
          : 3;
  };
  const matches = entries
    .filter(({ name }) => rank(name) < 3 && !name.startsWith('__cell_') && name !== '__kernel__')
    .sort(
      (a, b) =>
        rank(a.name) - rank(b.name) ||
        (a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : a.name < b.name ? -1 : 1),
    )
    .slice(0, 300)
    .map(({ name, kind }) => ({ text: name, kind }));
  return { matches, start, end: span ? Math.max(cursor, start + span.length) : cursor };
}

const text = (parts: readonly ts.SymbolDisplayPart[] | undefined): string =>
  ts.displayPartsToString([...(parts ?? [])]);

/** The call around the cursor: its signature, the parameter that is being typed, what its author says of both. */
function describeCall(file: string, position: number): string | null {
  const help = service.getSignatureHelpItems(file, position, {});
  const item = help?.items[help.selectedItemIndex];
  if (!help || !item) return null;
  const parameters = item.parameters.map(({ displayParts }) => text(displayParts));
  const signature = `${text(item.prefixDisplayParts)}${parameters.join(text(item.separatorDisplayParts))}${text(item.suffixDisplayParts)}`;
  const parameter = item.parameters[help.argumentIndex];
  const typed = parameter
    ? `\n\nparameter ${help.argumentIndex + 1} of ${item.parameters.length}: ${text(parameter.displayParts)}${parameter.documentation.length > 0 ? `\n  ${text(parameter.documentation)}` : ''}`
    : '';
  const more =
    help.items.length > 1 ? `\n(${help.selectedItemIndex + 1} of ${help.items.length} overloads)` : '';
  return `${signature}${typed}${more}${item.documentation.length > 0 ? `\n\n${text(item.documentation)}` : ''}`;
}

function inspectAt(source: string, cursor: number): string | null {
  const { file, offset } = program.set('edit', source);
  const info =
    service.getQuickInfoAtPosition(file, offset + cursor) ??
    service.getQuickInfoAtPosition(file, Math.max(offset, offset + cursor - 1));
  // On a name the name; between the parentheses of a call the call.
  const onName = /[\p{ID_Continue}$]/u.test(source.slice(Math.max(0, cursor - 1), cursor + 1));
  const call = describeCall(file, offset + cursor);
  if (call && !(info && onName)) return call;
  if (!info) return call;
  const tags = (info.tags ?? []).map(({ name, text: parts }) => `@${name} ${text(parts)}`);
  const quick = [text(info.displayParts), text(info.documentation), tags.join('\n')].filter(
    (part) => part !== '',
  );
  return quick.join('\n\n');
}

parentPort?.on('message', ({ number, request }: { number: number; request: TypesRequest }) => {
  try {
    const result =
      request.kind === 'check'
        ? check(request)
        : request.kind === 'complete'
          ? complete(request.source, request.offset)
          : inspectAt(request.source, request.offset);
    parentPort?.postMessage({ number, result });
  } catch (error) {
    parentPort?.postMessage({ number, failure: (error as Error).stack ?? String(error) });
  }
});
// What every cell needs is read before the first one asks.
program.set('edit', '');
service.getProgram();
