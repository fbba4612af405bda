import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fromRoot } from '../../lib/base/index';
import { installOutputFilter } from '../../lib/notebook/index';
import { formatNotebook, parseNotebook } from '../../lib/notebook/notebook-file';
import { temporaryFolder } from './make-notebook';

const hasGit = spawnSync('git', ['rev-parse', '--git-dir'], { cwd: fromRoot() }).status === 0;

test('outputs stay out of git, and on disk', { skip: !hasGit && 'no clone' }, () => {
  const folder = temporaryFolder();
  try {
    const clone = join(folder, 'clone');
    execFileSync('git', ['clone', '-q', '--no-hardlinks', fromRoot(), clone]);
    const files = ['.gitattributes', 'lib/notebook/cells/strip-outputs.ts', 'lib/notebook/notebook-file.ts'];
    for (const file of files) writeFileSync(join(clone, file), readFileSync(fromRoot(file)));
    symlinkSync(fromRoot('node_modules'), join(clone, 'node_modules'));
    const git = (...args: string[]) => execFileSync('git', args, { cwd: clone, encoding: 'utf8' });
    assert.equal(installOutputFilter(join(clone, 'lib')), false); // not the clone's root
    assert.equal(installOutputFilter(clone), true);
    const file = join('notebooks', '01-eda.ipynb');
    const path = join(clone, file);
    const committed = readFileSync(path, 'utf8');
    const notebook = parseNotebook(committed, path);
    const cells = notebook.cells.map((cell, index) =>
      cell.cell_type === 'code'
        ? {
            ...cell,
            execution_count: index,
            outputs: [{ output_type: 'stream' as const, name: 'stdout' as const, text: 'seen\n' }],
          }
        : cell,
    );
    const executed = formatNotebook({ ...notebook, cells });
    writeFileSync(path, executed);
    git('add', file);
    assert.equal(git('diff', '--cached', '--name-only', '--', file), '');
    assert.equal(readFileSync(path, 'utf8'), executed);
    // a change of a source is seen as that
    writeFileSync(path, executed.replace('# 1. Exploring', '# 1. Looking at'));
    git('add', file);
    assert.equal(git('diff', '--cached', '--numstat', '--', file), `1\t1\t${file}\n`);
    // what is no notebook passes as it is
    writeFileSync(path, 'no notebook');
    git('add', file);
    assert.equal(git('show', `:${file}`), 'no notebook');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what is no notebook is refused with what was expected and what came', () => {
  const faults: [text: string, error: RegExp][] = [
    ['', /expected a notebook \(JSON\) in x\.ipynb/],
    ['null', /expected nbformat 4 with a list of cells in x\.ipynb, received null/],
    ['[]', /received \[\]/],
    ['{"nbformat": 3, "cells": []}', /received nbformat 3: upgrade it/],
    ['{"nbformat": 4}', /expected nbformat 4 with a list of cells/],
    ['{"nbformat": 4, "cells": [null]}', /expected a code, markdown or raw cell as cell 1 .*, received null/],
    ['{"nbformat": 4, "cells": [{"cell_type": "heading"}]}', /as cell 1 of x\.ipynb, received \{"cell_type/],
    [
      '{"nbformat": 4, "cells": [{"cell_type": "code", "outputs": [null]}]}',
      /outputs with an output_type in cell 1/,
    ],
  ];
  for (const [text, error] of faults) assert.throws(() => parseNotebook(text, 'x.ipynb'), error);
  const empty = parseNotebook('{"nbformat": 4, "nbformat_minor": 5, "cells": []}', 'x.ipynb');
  assert.deepEqual([empty.cells, empty.metadata], [[], {}]);
  const bare = parseNotebook('{"nbformat": 4, "cells": [{"cell_type": "code"}]}', 'x.ipynb').cells[0];
  assert.deepEqual(bare, {
    cell_type: 'code',
    metadata: {},
    source: '',
    outputs: [],
    execution_count: null,
  });
});
