import { type AnyNode, type Program, parse } from 'acorn';
import { analyze, type Variable } from 'eslint-scope';
import MagicString from 'magic-string';
import { stripTypes } from './strip-types';

/** A cell as JavaScript: an async function whose variables are properties of `$cell`, so that later cells see them. */
export interface CompiledCell {
  code: string;
  /** Source maps (JSON), last step first. */
  maps: string[];
  /** What the cell declares. */
  names: string[];
}

/** What stands for the variables of all cells in compiled code; messages and stacks leave it out. */
export const SCOPE = '$cell';

interface Walked {
  /** Starts of identifiers that stand for `name: name` in an object. */
  shorthand: Set<number>;
  /** Declarations whose variables belong to the cell, with the statement kind that they stand in. */
  declarations: { node: AnyNode & { type: 'VariableDeclaration' }; inFor: boolean }[];
  /** `await` in a loop of the cell itself, outside of functions: where an interrupt can end the loop. */
  awaits: AnyNode[];
  imports: (AnyNode & { type: 'ImportExpression' })[];
  metas: AnyNode[];
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const LOOPS = new Set([
  'ForStatement',
  'ForOfStatement',
  'ForInStatement',
  'WhileStatement',
  'DoWhileStatement',
]);

function walkProgram(program: Program): Walked {
  const found: Walked = { shorthand: new Set(), declarations: [], awaits: [], imports: [], metas: [] };
  const top = new Set<AnyNode>(
    program.body.map((statement) =>
      statement.type === 'ExportNamedDeclaration' && statement.declaration
        ? statement.declaration
        : statement,
    ),
  );
  const visit = (node: AnyNode, inFunction: boolean, inLoop: boolean, parent: AnyNode | null) => {
    if (node.type === 'Property' && node.shorthand)
      found.shorthand.add(node.value.type === 'AssignmentPattern' ? node.value.left.start : node.value.start);
    if (node.type === 'VariableDeclaration' && (top.has(node) || (node.kind === 'var' && !inFunction)))
      found.declarations.push({ node, inFor: parent !== null && /^For/.test(parent.type) });
    if (node.type === 'AwaitExpression' && inLoop && !inFunction) found.awaits.push(node);
    if (node.type === 'ImportExpression') found.imports.push(node);
    if (node.type === 'MetaProperty' && node.meta.name === 'import') found.metas.push(node);
    const inner = inFunction || FUNCTIONS.has(node.type) || node.type === 'StaticBlock';
    const looped = inLoop || LOOPS.has(node.type);
    for (const value of Object.values(node)) {
      if (Array.isArray(value)) {
        for (const child of value) if (isNode(child)) visit(child, inner, looped, node);
      } else if (isNode(value)) visit(value, inner, looped, node);
    }
  };
  visit(program, false, false, null);
  return found;
}

const isNamable = (node: AnyNode | null | undefined): boolean =>
  node?.type === 'ArrowFunctionExpression' ||
  ((node?.type === 'FunctionExpression' || node?.type === 'ClassExpression') && !node.id);

/** `import a, { b as c } from 'm'` as assignments to the cells' variables. */
function rewriteImport(node: AnyNode & { type: 'ImportDeclaration' }, index: number): string {
  const from = JSON.stringify(node.source.value);
  if (node.specifiers.length === 0) return `await $import(${from});`;
  const module = `$module${index}`;
  const lines = node.specifiers.map((specifier) => {
    const local = `${SCOPE}.${specifier.local.name}`;
    if (specifier.type === 'ImportNamespaceSpecifier') return `${local} = $import.all(${module});`;
    if (specifier.type === 'ImportDefaultSpecifier') return `${local} = $import.default(${module});`;
    const { imported } = specifier;
    const name = imported.type === 'Identifier' ? imported.name : String(imported.value);
    if (name === 'default') return `${local} = $import.default(${module});`;
    // A name that is only a type is not there: it must not hide a variable.
    return `if (${JSON.stringify(name)} in ${module}) ${local} = ${module}[${JSON.stringify(name)}];`;
  });
  return `const ${module} = await $import(${from}); ${lines.join(' ')}`;
}

/**
 * Compiles a cell: types go, every variable of the cell and of earlier cells becomes a property of one object, the
 * value of the last expression is returned.
 *
 * @param known names that earlier cells have declared
 * @throws CellSyntaxError with line and column of the cell
 */
export function compileCell(source: string, known: ReadonlySet<string>): CompiledCell {
  const { code: stripped, map } = stripTypes(source);
  const program = parse(stripped, {
    ecmaVersion: 'latest',
    sourceType: 'module',
    allowAwaitOutsideFunction: true,
    ranges: true,
  });
  const text = new MagicString(stripped);
  const manager = analyze(program as never, { ecmaVersion: 2024 as never, sourceType: 'module' });
  const [moduleScope] = manager.globalScope?.childScopes ?? [];
  const variables: Variable[] = (moduleScope?.variables ?? []).filter(({ name }) => name !== 'arguments');
  const names = variables.map(({ name }) => name);
  const { shorthand, declarations, awaits, imports, metas } = walkProgram(program);

  const seen = new Set<number>();
  const refer = (start: number, end: number, name: string) => {
    if (seen.has(start)) return;
    seen.add(start);
    text.update(start, end, shorthand.has(start) ? `${name}: ${SCOPE}.${name}` : `${SCOPE}.${name}`);
  };
  const references = [
    ...variables.flatMap((variable) => variable.references),
    ...(moduleScope?.through ?? []).filter(({ identifier }) => known.has(identifier.name)),
  ];
  for (const { identifier } of references) {
    const [start, end] = identifier.range as [number, number];
    refer(start, end, identifier.name);
  }
  for (const { node, inFor } of declarations) {
    const [first] = node.declarations;
    if (!first) continue;
    text.remove(node.start, first.start);
    for (const { id, init } of node.declarations) {
      if (id.type === 'Identifier') {
        refer(id.start, id.end, id.name);
        if (!init && !inFor) text.appendRight(id.end, ' = void 0');
        if (init && isNamable(init)) {
          text.appendLeft(init.start, `{ ${id.name}: `);
          text.appendRight(init.end, ` }.${id.name}`);
        }
      } else if (init) {
        text.appendLeft(id.start, '(');
        text.appendRight(init.end, ')');
      }
    }
  }
  for (const node of awaits) {
    text.appendLeft(node.start, '$stop(');
    text.appendRight(node.end, ')');
  }
  for (const node of imports) text.update(node.start, node.start + 'import'.length, '$import.dynamic');
  for (const node of metas) text.update(node.start, node.end, '$import.meta');

  const hoisted: string[] = [];
  let modules = 0;
  for (const [index, statement] of program.body.entries()) {
    if (statement.type === 'ImportDeclaration') {
      text.update(statement.start, statement.end, rewriteImport(statement, modules++));
      continue;
    }
    const isExport = statement.type === 'ExportNamedDeclaration';
    const inner = isExport ? statement.declaration : statement;
    if (!inner || statement.type === 'ExportAllDeclaration') {
      text.remove(statement.start, statement.end);
      continue;
    }
    if (isExport) text.remove(statement.start, inner.start);
    if (inner.type === 'FunctionDeclaration' && inner.id)
      hoisted.push(`${SCOPE}.${inner.id.name} = ${inner.id.name};`);
    if (inner.type === 'ClassDeclaration' && inner.id)
      text.appendRight(inner.end, ` ${SCOPE}.${inner.id.name} = ${inner.id.name};`);
    if (inner.type === 'ExpressionStatement' && index === program.body.length - 1) {
      text.appendLeft(inner.start, 'return [');
      // Not behind the expression itself, which may stand in parentheses.
      const closed = stripped[inner.end - 1] === ';' ? inner.end - 1 : inner.end;
      text.appendRight(closed, ']');
    }
    if (index > 0) text.prependLeft(inner.start, '$stop(); ');
  }
  text.prepend(`(async function (${SCOPE}, $import, $stop, require) { "use strict"; ${hoisted.join(' ')}`);
  text.append('\n})');
  const second = text.generateMap({ hires: 'boundary', source: 'cell.js' }).toString();
  return { code: text.toString(), maps: [second, map], names };
}
