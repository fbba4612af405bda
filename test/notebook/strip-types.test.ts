import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripTypes } from '../../lib/notebook/kernel/strip-types';
import { readNotebook } from '../../lib/notebook/notebook-file';
import { listNotebooks } from '../../lib/notebook/run/run-plan';

test('every cell of the notebooks is TypeScript for the kernel', () => {
  const cells = listNotebooks().flatMap((path) => readNotebook(path).cells);
  const sources = cells.filter(({ cell_type }) => cell_type === 'code').map(({ source }) => source);
  assert.ok(sources.length > 50);
  for (const source of sources) assert.doesNotThrow(() => stripTypes(source), source);
});

test('a constant at the end is kept; what only looks like one, in a comment or a text, changes nothing', () => {
  const ends = (source: string) => /\[[\s\S]*\]\[0\];\s*$/.test(stripTypes(source).code);
  for (const source of ['-5', 'f();\n-5', 'f(); "a" + "b";', 'f();\n!true // no', '(-5)'])
    assert.ok(ends(source), source);
  for (const source of [
    "const a = ''; // who; '' = nobody",
    'f(); // 1; 2',
    'f(); /* 1;\n2 */',
    'f(`a;\n5`)',
    "f('a; 5')",
    'f()\n-5',
    'f(\n-5\n)',
    'if (f())\n-5',
    'let a = 1,\nb = 2',
    'f(); // -5;\n// 5',
  ])
    assert.ok(!ends(source), source);
});
