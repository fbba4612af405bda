import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cellShapeFaults, listNotebooks } from '../../lib/notebook/index';

test('cells of the notebooks are short enough to be read aloud', () => {
  assert.deepEqual(cellShapeFaults(listNotebooks()), []);
});

test('long and wide cells are named', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dogbreeds-shape-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.ipynb');
  const source = `${'const a = 1;\n'.repeat(16)}${'x'.repeat(101)}`;
  const cell = { cell_type: 'code', id: 'a', metadata: {}, source, outputs: [], execution_count: null };
  writeFileSync(path, JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  const faults = cellShapeFaults([path]);
  assert.equal(faults.length, 3);
  assert.match(faults.join('\n'), /17 lines, expected at most 15/);
  assert.match(faults.join('\n'), /101 columns/);
});
