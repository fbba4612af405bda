import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import ts from 'typescript-for-cells';
import { fromRoot } from '../../lib/base';
import { createCellProgram } from '../../lib/notebook/kernel/cell-program';

const program = createCellProgram(fromRoot());
const said = (diagnostics: readonly ts.Diagnostic[]) =>
  diagnostics.map(({ file, start = 0, messageText }) => {
    const { line = 0 } = file?.getLineAndCharacterOfPosition(start) ?? {};
    return `${file?.fileName}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });

test('what npm run check finds right in the library, cells find right', () => {
  const rooms = readdirSync(fromRoot('lib'), { recursive: true, encoding: 'utf8' })
    .map((file) => `lib/${file}`)
    .filter((file) => /(?<!\.d)\.ts$/.test(file));
  assert.ok(rooms.length > 100);
  program.set('all', rooms.map((file) => `import './${file.replace(/\.ts$/, '')}';`).join('\n'));
  assert.deepEqual(
    program.libraryFiles().flatMap(({ fileName }) => said(program.errors(fileName))),
    [],
  );
});

for (const [what, source] of Object.entries({
  'a list that is filled later': 'const all = []; for (const x of [1, 2]) all.push(x); all[0] + 1',
  'a variable that is set later': 'let best; for (const x of [1, 2]) best = x; best',
  'a function without types':
    'function twice(x) { return 2 * x } const [a, b] = [1, 2].map((x) => twice(x)); a + b',
  'a key of an object': 'const counts = {}; for (const k of ["a"]) counts[k] = (counts[k] ?? 0) + 1; counts',
}))
  test(`${what} needs no types`, () => {
    const { file, offset } = program.set('plain', source);
    assert.deepEqual(said(program.errors(file, offset)), []);
  });

test("decorators are the standard's", () => {
  const { file, offset } = program.set(
    'decorated',
    'const kind = <T extends Function>(value: T, context: ClassMethodDecoratorContext) => void context.name;\n' +
      'class Dog { @kind bark() { return 1; } }\nnew Dog().bark()',
  );
  assert.deepEqual(said(program.errors(file, offset)), []);
});

test('what has the wrong type is an error', () => {
  const { file, offset } = program.set('wrong', 'const all: string[] = []; all.push(1)');
  assert.equal(program.errors(file, offset).length, 1);
});
