import { createRequire } from 'node:module';
import type { BuildFailure, TransformOptions } from 'esbuild';

/** A cell that is no TypeScript. `line` and `column` count from 1. */
export class CellSyntaxError extends Error {
  override name = 'SyntaxError';
  constructor(
    message: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(message);
  }
}

const load = createRequire(__filename);

/**
 * Runs a call of esbuild; if its service was ended (a Ctrl-C in a terminal reaches every process of the group), once
 * more with a new one.
 */
export function withEsbuild<T>(work: (esbuild: typeof import('esbuild')) => T): T {
  try {
    return work(load('esbuild'));
  } catch (error) {
    if (!/service|EPIPE|The worker/.test((error as Error).message) || (error as BuildFailure).errors)
      throw error;
    delete load.cache[load.resolve('esbuild')];
    return work(load('esbuild'));
  }
}

const OPTIONS: TransformOptions = {
  loader: 'ts',
  format: 'esm',
  target: `node${process.versions.node}`,
  sourcemap: 'external',
  sourcesContent: false,
  sourcefile: 'cell.ts',
  logLevel: 'silent',
  tsconfigRaw: {
    compilerOptions: {
      verbatimModuleSyntax: true,
      useDefineForClassFields: true,
    },
  },
};

function transform(source: string): { code: string; map: string } {
  const { code, map } = withEsbuild((esbuild) => esbuild.transformSync(source, OPTIONS));
  return { code, map };
}

/** What may begin an expression that is always the same: `-5`, `NaN`, `'a' + 'b'`. */
const CONSTANT = /^[\s(]*(?:[-+!'"`\d]|(?:NaN|Infinity|typeof|void|true|false|null)\b)/;

/**
 * The code with the constant that the source ends with; null when there is none, or esbuild kept it. esbuild drops
 * statements that only name a constant, which as the end of a cell are its result.
 */
function keepConstant(source: string, code: string): { code: string; map: string } | null {
  const [, head = '', last = ''] = /^(.*[;\n])?([^;\n]+?)\s*;?\s*$/s.exec(source) ?? [];
  if (!CONSTANT.test(last)) return null;
  try {
    return transform(head).code === code ? transform(`${head};[${last}\n][0]`) : null;
  } catch {
    return null; // the line goes on with what stands before it, or is the end of a comment
  }
}

/**
 * TypeScript without its types; imports stay, used or not.
 *
 * @throws CellSyntaxError
 */
export function stripTypes(source: string): { code: string; map: string } {
  try {
    const { code, map } = transform(source);
    return keepConstant(source, code) ?? { code, map };
  } catch (error) {
    const [first] = (error as BuildFailure).errors ?? [];
    if (!first) throw error;
    throw new CellSyntaxError(first.text, first.location?.line ?? 1, (first.location?.column ?? 0) + 1);
  }
}

/** Whether a person would go on typing: `incomplete` when only the end is missing. */
export function completeness(source: string): 'complete' | 'incomplete' | 'invalid' {
  try {
    stripTypes(source);
    return 'complete';
  } catch (error) {
    if (!(error instanceof CellSyntaxError)) throw error;
    // A template or a comment may go on in the next line, a string in quotes may not.
    const open = /`[^`]*$/.test(source) && /Unterminated string/.test(error.message);
    return open || /end of file|terminate multi-line/.test(error.message) ? 'incomplete' : 'invalid';
  }
}
