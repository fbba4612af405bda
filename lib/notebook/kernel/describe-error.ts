import { readFileSync } from 'node:fs';
import type { SourceMap } from 'node:module';
import { relative } from 'node:path';
import { inspect } from 'node:util';
import { SCOPE } from './compile-cell';
import type { CellSyntaxError } from './strip-types';

/** An error as Jupyter's messages have it; `traceback` may hold ANSI colours. */
export interface CellError {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** A finding of the type checker; lines and columns count from 1. `file` is absent for the cell itself. */
export interface Diagnostic {
  file?: string;
  line: number;
  column: number;
  code: number;
  message: string;
}

/** Where stacks lead: maps (last step first) and sources of `In[n]` and of files below the root. */
export interface Places {
  mapsOf(file: string): SourceMap[] | null;
  sourceOf(file: string): string;
}

const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;

/** Three lines of source around `line` with a marker under `column`. */
function excerpt(source: string, line: number, column: number): string[] {
  const lines = source.split('\n');
  const from = Math.max(1, line - 1);
  return lines.slice(from - 1, line + 1).flatMap((text, index) => {
    const number = from + index;
    const row = `${number === line ? '>' : ' '} ${String(number).padStart(4)} | ${text}`;
    return number === line ? [row, `       | ${' '.repeat(Math.max(0, column - 1))}${red('^')}`] : [row];
  });
}

/** What the type checker found, as an error of the cell. */
export function describeDiagnostics(
  diagnostics: readonly Diagnostic[],
  cell: { name: string; source: string },
  root: string,
): CellError {
  const lines = diagnostics.flatMap(({ file, line, column, code, message }) => [
    `${file ?? cell.name}:${line}:${column} - ${red(`error TS${code}`)}: ${message}`,
    ...excerpt(file ? readFileSync(`${root}/${file}`, 'utf8') : cell.source, line, column),
  ]);
  const [first] = diagnostics;
  const evalue = first ? `${first.file ?? cell.name}:${first.line}:${first.column} - ${first.message}` : '';
  // Paths below the project only: messages end up in reports.
  const inside = (text: string) => text.replaceAll(`${root}/`, '');
  return { ename: 'CompileError', evalue: inside(evalue), traceback: lines.map(inside) };
}

/** A cell that is no TypeScript. */
export function describeSyntax(error: CellSyntaxError, cell: { name: string; source: string }): CellError {
  const where = `${cell.name}:${error.line}:${error.column}`;
  return {
    ename: 'CompileError',
    evalue: `${where} - ${error.message}`,
    traceback: [
      `${where} - ${red('syntax error')}: ${error.message}`,
      ...excerpt(cell.source, error.line, error.column),
    ],
  };
}

/** Follows a position in compiled code back through its maps (last step first); 1-based, or null. */
export function originalPosition(
  maps: readonly SourceMap[],
  line: number,
  column: number,
): { line: number; column: number } | null {
  let at = { line: line - 1, column: column - 1 };
  for (const map of maps) {
    const entry = map.findEntry(at.line, at.column);
    if (!('originalLine' in entry) || entry.originalLine === undefined) return null;
    at = { line: entry.originalLine, column: entry.originalColumn };
  }
  return { line: at.line + 1, column: at.column + 1 };
}

const cellLine = (row: string | undefined): string | null => /In\[\d+\]:\d+/.exec(row ?? '')?.[0] ?? null;

/** Frames of Node's and the kernel's own code, which say nothing to the reader of a notebook. */
const FOREIGN = /^\s+at .*(node:|\/data\/cache\/kernel\/|kernel-launcher\.cjs|\/notebook\/kernel\/)/;

/** Rows of a stack without some; what opens an error's own fields there (`{`) moves to the row before. */
function without(
  rows: readonly string[],
  isDropped: (row: string, before: string | undefined) => boolean,
): string[] {
  const kept: string[] = [];
  for (const [index, row] of rows.entries())
    if (!isDropped(row, rows[index - 1])) kept.push(row);
    else if (row.endsWith(' {') && kept.length > 0) kept.push(`${kept.pop()} {`);
  return kept;
}

/** Node says of a missing module which files asked for it: here always the cell. */
const withoutRequires = (text: string): string => text.replace(/\nRequire stack:(\n- .*)+/, '');

/** Names as the person wrote them: `$cell.a.w is not a function` -> `a.w is not a function`. */
const asWritten = (text: string): string =>
  text
    .replaceAll(`${SCOPE}.`, '')
    .replace(/\bObject\.(?=[\w$]+ \(In\[)/g, '')
    .replaceAll('$stop(...)', 'await');

interface Place {
  file: string;
  line: number;
  column: number;
}

/** Rows of a stack with places of the source as it was written, without rows that say nothing; `first`: of a cell. */
function mapStack(
  lines: readonly string[],
  places: Places,
  root: string,
): { rows: string[]; first: Place | null } {
  const found: Place[] = [];
  const rows = without(lines, (line) => FOREIGN.test(line)).map((row) =>
    row.replace(/(In\[\d+\]|\/[^\s():]+\.tsx?):(\d+):(\d+)/, (whole, file: string, line, column) => {
      const maps = places.mapsOf(file);
      const name = file.startsWith('In[') ? file : relative(root, file);
      if (!maps) return whole.replace(file, name);
      const at = originalPosition(maps, Number(line), Number(column));
      if (!at) return name;
      if (file.startsWith('In[')) found.push({ file, ...at });
      return `${name}:${at.line}:${at.column}`;
    }),
  );
  // A cell is an async function: the second frame of the same line says nothing.
  const isTwice = (row: string, before: string | undefined) =>
    cellLine(row) !== null && cellLine(row) === cellLine(before);
  return { rows: without(rows, isTwice).map(asWritten), first: found[0] ?? null };
}

const FRAME = /^\s+at .+:\d+:\d+/;

/**
 * A text in which values are shown, errors among them (also inside of others): the frames of their stacks lead to the
 * cells' own lines, as those of tracebacks do. Nothing else is changed.
 */
function mapFrames(text: string, places: Places, root: string): string {
  const kept: string[] = [];
  let stack: string[] = [];
  const endStack = () => {
    // the row before belongs to it for what opens an error's own fields
    if (stack.length > 0) kept.push(...mapStack([kept.pop() ?? '', ...stack], places, root).rows);
    stack = [];
  };
  for (const line of text.split('\n'))
    if (FRAME.test(line)) stack.push(line);
    else {
      endStack();
      kept.push(line);
    }
  endStack();
  return kept.join('\n');
}

/**
 * @param error what was thrown: an Error, or any value
 * @param root the project root; paths are shown relative to it
 */
export function describeThrown(error: unknown, places: Places, root: string): CellError {
  const isError =
    error instanceof Error ||
    (typeof error === 'object' && error !== null && typeof (error as Error).message === 'string');
  const text = withoutRequires(
    typeof error === 'string' ? error : inspect(error, { depth: 4, maxStringLength: 2000 }),
  );
  const { rows: stack, first: at } = mapStack(text.split('\n'), places, root);
  const shown = at ? [`${at.file}:`, ...excerpt(places.sourceOf(at.file), at.line, at.column), ''] : [];
  const [head = '', ...frames] = stack;
  const inside = (line: string) => line.replaceAll(`${root}/`, '');
  return {
    ename: isError ? String((error as Error).name ?? 'Error') : typeof error,
    evalue: asWritten(inside(isError ? withoutRequires(String((error as Error).message)) : text)),
    traceback: [...shown, red(head), ...frames].map(inside),
  };
}

/** What a cell prints: {@link mapFrames} where the stack of an error leads through a cell, else the text as it is. */
export const mapPrinted = (text: string, places: Places, root: string): string =>
  /^[ \t]+at .*In\[\d+\]:\d+:\d+/m.test(text) ? mapFrames(text, places, root) : text;

/** {@link mapFrames} in the texts of an output, by their MIME types. */
export function mapTexts(
  data: Record<string, unknown>,
  places: Places,
  root: string,
): Record<string, unknown> {
  const mapped = Object.entries(data).map(([type, content]) => {
    const isText = type.startsWith('text/') && typeof content === 'string';
    return [type, isText ? mapFrames(content, places, root) : content];
  });
  return Object.fromEntries(mapped);
}
