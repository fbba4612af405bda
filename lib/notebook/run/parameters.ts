import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type TS from 'typescript-for-cells';
import { parse as parseYaml } from 'yaml';
import type { Cell, CodeCell, Notebook } from '../notebook-file';

/** A value that a parameter can have. */
export type ParameterValue = string | number | boolean | null | (string | number | boolean)[];

/** A parameter as the notebook's `parameters` cell declares it. */
export interface Parameter {
  name: string;
  /** What values must be: of this kind, or, for `choice`, one of `choices`. */
  kind: 'number' | 'string' | 'boolean' | 'choice' | 'numbers' | 'strings' | 'booleans' | 'any';
  choices?: string[];
  /** The type as written in the cell, '' if none is. */
  annotation: string;
  value: ParameterValue | undefined;
  /** The comment that stands on the declaration's line, '' if none does. */
  help: string;
}

/** TypeScript 6, loaded when it is needed: the package of TypeScript 7 has no parser that JavaScript can call. */
const loadCompiler = (): typeof TS => createRequire(__filename)('typescript-for-cells');

const isParametersCell = (cell: Cell): cell is CodeCell =>
  cell.cell_type === 'code' && (cell.metadata.tags ?? []).includes('parameters');

/** The value of a literal, negative numbers and flat lists included; undefined for any other expression. */
function literalValue(ts: typeof TS, node: TS.Expression | undefined): ParameterValue | undefined {
  if (!node) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isAsExpression(node) || ts.isParenthesizedExpression(node)) return literalValue(ts, node.expression);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    const value = literalValue(ts, node.operand);
    return typeof value === 'number' ? -value : undefined;
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (node.kind === ts.SyntaxKind.NullKeyword) return null;
  if (ts.isArrayLiteralExpression(node)) {
    const items = node.elements.map((element) => literalValue(ts, element));
    const flat = items.every((item) => item !== undefined && item !== null && !Array.isArray(item));
    return flat ? (items as (string | number | boolean)[]) : undefined;
  }
  return undefined;
}

/** What values fit: from the annotation when there is one, else from the declared value. */
function kindOf(annotation: string, value: ParameterValue | undefined): Pick<Parameter, 'kind' | 'choices'> {
  const type = annotation.replace(/\s+/g, '');
  const lists: Record<string, Parameter['kind']> = {
    'number[]': 'numbers',
    'string[]': 'strings',
    'boolean[]': 'booleans',
  };
  if (lists[type]) return { kind: lists[type] };
  if (type === 'number' || type === 'string' || type === 'boolean') return { kind: type };
  const members = annotation.split('|').map((member) => member.trim());
  if (annotation && members.every((member) => /^(['"]).*\1$/.test(member)))
    return { kind: 'choice', choices: members.map((member) => member.slice(1, -1)) };
  if (Array.isArray(value)) {
    const kind = value.length > 0 ? lists[`${typeof value[0]}[]`] : undefined;
    return { kind: kind ?? 'any' };
  }
  const simple = typeof value;
  return { kind: simple === 'number' || simple === 'string' || simple === 'boolean' ? simple : 'any' };
}

/**
 * The parameters that a notebook declares: the variables of its code cell tagged `parameters`.
 *
 * @returns in order of declaration; empty when no cell has the tag
 * @example listParameters(readNotebook('notebooks/01-eda.ipynb')).map(({ name }) => name)
 */
export function listParameters(notebook: Notebook): Parameter[] {
  const cell = notebook.cells.find(isParametersCell);
  if (!cell) return [];
  const ts = loadCompiler();
  const file = ts.createSourceFile('parameters.ts', cell.source, ts.ScriptTarget.ES2022, true);
  return file.statements.flatMap((statement) => {
    if (!ts.isVariableStatement(statement)) return [];
    const [line = ''] = cell.source.slice(statement.getStart()).split('\n');
    const help = /\/\/\s*(.*)$/.exec(line)?.[1] ?? '';
    return statement.declarationList.declarations.map((declaration): Parameter => {
      const annotation = declaration.type?.getText() ?? '';
      const value = literalValue(ts, declaration.initializer);
      return { name: declaration.name.getText(), ...kindOf(annotation, value), annotation, value, help };
    });
  });
}

const describeKind = ({ kind, choices, annotation }: Parameter): string =>
  kind === 'choice' ? `one of ${choices?.join(', ')}` : kind === 'any' ? annotation || 'any value' : kind;

/** One line per known parameter: name, kind, default, help. */
export function describeParameters(parameters: Parameter[]): string {
  if (parameters.length === 0) return '  (none: the notebook has no cell tagged "parameters")';
  return parameters
    .map((known) => {
      const help = known.help ? `  ${known.help}` : '';
      return `  ${known.name}: ${describeKind(known)}, default ${JSON.stringify(known.value) ?? 'computed'}${help}`;
    })
    .join('\n');
}

/** Whether a value is what the parameter takes. */
function fits(value: unknown, { kind, choices }: Parameter): boolean {
  const isNumber = (item: unknown) => typeof item === 'number' && Number.isFinite(item);
  switch (kind) {
    case 'number':
      return isNumber(value);
    case 'string':
    case 'boolean':
      return typeof value === kind;
    case 'choice':
      return typeof value === 'string' && (choices ?? []).includes(value);
    case 'numbers':
      return Array.isArray(value) && value.every(isNumber);
    case 'strings':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'booleans':
      return Array.isArray(value) && value.every((item) => typeof item === 'boolean');
    case 'any':
      return true;
  }
}

/** A value from the command line, where all is text: YAML, unless the parameter takes text. */
function fromText(text: string, { kind }: Parameter): unknown {
  if (kind === 'string' || kind === 'choice') return text;
  const value = parseYaml(text);
  const isList = kind === 'numbers' || kind === 'strings' || kind === 'booleans';
  return isList && !Array.isArray(value) ? parseYaml(`[${text}]`) : value;
}

/**
 * Checks given values against what a notebook declares.
 *
 * @param given values by name; `text: true` marks those from the command line, which are read by the declared kind
 * @throws Error naming each unknown or ill-typed one, with the list of known ones
 */
export function checkParameters(
  name: string,
  known: Parameter[],
  given: Map<string, { value: unknown; text: boolean }>,
): Record<string, ParameterValue> {
  const problems: string[] = [];
  const checked: Record<string, ParameterValue> = {};
  for (const [key, { value, text }] of given) {
    const parameter = known.find((candidate) => candidate.name === key);
    if (!parameter) {
      problems.push(`unknown parameter "${key}"`);
      continue;
    }
    const read = text ? fromText(String(value), parameter) : value;
    if (typeof read === 'string' && /^\w+:\/\/[^/\s]*:[^/\s]*@/.test(read))
      problems.push(`parameter "${key}": expected no password, values stand in notebooks and their reports`);
    else if (fits(read, parameter)) checked[key] = read as ParameterValue;
    else
      problems.push(
        `parameter "${key}": expected ${describeKind(parameter)}, received ${JSON.stringify(value)}`,
      );
  }
  if (problems.length > 0)
    throw new Error(`${name}: ${problems.join('; ')}\nIts parameters are:\n${describeParameters(known)}`);
  return checked;
}

/**
 * Values from a YAML or JSON file: a mapping from names to values.
 *
 * @throws Error when the file is missing or holds no mapping
 */
export function readParameterFile(path: string): Record<string, unknown> {
  const text = readFileSync(path, 'utf8');
  let values: unknown;
  try {
    values = parseYaml(text, { prettyErrors: false });
  } catch (error) {
    // where, and not what: a file that was named by mistake may hold anything
    const at = (error as { pos?: [number, number] }).pos?.[0] ?? 0;
    throw new Error(`expected YAML in ${path}, received something else from line ${lineAt(text, at)} on`);
  }
  if (values === null || typeof values !== 'object' || Array.isArray(values))
    throw new Error(
      `expected "name: value" lines in ${path}, received ${Array.isArray(values) ? 'a list' : values === null ? 'nothing' : 'a single value'}`,
    );
  return values as Record<string, unknown>;
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;

/**
 * The notebook with a code cell tagged `injected-parameters` after its `parameters` cell (at the top if there is
 * none), as papermill does. An injected cell of an earlier run is replaced.
 */
export function injectParameters(notebook: Notebook, values: Record<string, ParameterValue>): Notebook {
  const cells = notebook.cells.filter((cell) => !cell.metadata.tags?.includes('injected-parameters'));
  if (Object.keys(values).length === 0) return { ...notebook, cells };
  const known = listParameters(notebook);
  const lines = Object.entries(values).map(([name, value]) => {
    const annotation = known.find((parameter) => parameter.name === name)?.annotation;
    return `let ${name}${annotation ? `: ${annotation}` : ''} = ${JSON.stringify(value)};`;
  });
  const injected: CodeCell = {
    cell_type: 'code',
    id: 'injected-parameters',
    metadata: { tags: ['injected-parameters'] },
    source: ['// Parameters given to this run', ...lines].join('\n'),
    outputs: [],
    execution_count: null,
  };
  const after = cells.findIndex(isParametersCell) + 1;
  return { ...notebook, cells: [...cells.slice(0, after), injected, ...cells.slice(after)] };
}
