import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { splitParameters } from '../../lib/commands/run';
import { createMessage, decodeMessage, encodeMessage } from '../../lib/notebook/kernel/messages';
import { type CodeCell, formatNotebook, readNotebook, stripNotebook } from '../../lib/notebook/notebook-file';
import { createOutputCollector } from '../../lib/notebook/run/collect-outputs';
import {
  checkParameters,
  injectParameters,
  listParameters,
  readParameterFile,
} from '../../lib/notebook/run/parameters';
import { runNotebook } from '../../lib/notebook/run/run-notebook';
import { listNotebooks, planRun } from '../../lib/notebook/run/run-plan';
import { code, makeNotebook, temporaryFolder } from './make-notebook';

const DECLARATIONS = `let seed = 42; // makes numbers repeatable
const rate: number = -1e-3;
let engine: 'auto' | 'wasm' = 'auto';
let breeds = ['beagle', 'borzoi'];
let sizes: number[] = [], fast = false;
let folder = String(1);`;

const text = (value: string) => ({ value, text: true });

describe('parameters of a notebook', () => {
  const folder = temporaryFolder();
  const path = makeNotebook(folder, 'declared', [
    '1;',
    code(DECLARATIONS, ['parameters']),
    'console.log(seed, rate, engine, breeds.length, sizes, fast);',
  ]);
  const known = listParameters(readNotebook(path));

  it('are the variables of the tagged cell, with kind and default', () => {
    assert.deepEqual(
      known.map(({ name, kind, value }) => [name, kind, value]),
      [
        ['seed', 'number', 42],
        ['rate', 'number', -0.001],
        ['engine', 'choice', 'auto'],
        ['breeds', 'strings', ['beagle', 'borzoi']],
        ['sizes', 'numbers', []],
        ['fast', 'boolean', false],
        ['folder', 'any', undefined],
      ],
    );
    assert.equal(known[0]?.help, 'makes numbers repeatable');
  });

  it('take text of the command line by their kind', () => {
    const given = new Map([
      ['seed', text('7')],
      ['rate', text('1e-2')],
      ['engine', text('wasm')],
      ['breeds', text('saluki, pug')],
      ['sizes', text('[1, 2]')],
      ['fast', text('true')],
    ]);
    assert.deepEqual(checkParameters('n', known, given), {
      seed: 7,
      rate: 0.01,
      engine: 'wasm',
      breeds: ['saluki', 'pug'],
      sizes: [1, 2],
      fast: true,
    });
  });

  it('refuse unknown and ill-typed ones, with the list of known ones', () => {
    const given = new Map([
      ['sed', text('7')],
      ['seed', text('many')],
      ['engine', text('gpu')],
    ]);
    assert.throws(
      () => checkParameters('01.ipynb', known, given),
      (error: Error) => {
        assert.match(
          error.message,
          /01\.ipynb: unknown parameter "sed"; parameter "seed": expected number, received "many"/,
        );
        assert.match(error.message, /parameter "engine": expected one of auto, wasm, received "gpu"/);
        assert.match(error.message, /\n {2}seed: number, default 42 {2}makes numbers repeatable\n/);
        return true;
      },
    );
  });

  it('refuse a password in an address, and do not repeat it', () => {
    const strings = listParameters(readNotebook(path)).map((parameter) => ({
      ...parameter,
      kind: 'string' as const,
    }));
    const given = new Map([['engine', text('redis://:hush@server:6379')]]);
    assert.throws(
      () => checkParameters('03.ipynb', strings, given),
      (error: Error) =>
        /parameter "engine": expected no password/.test(error.message) && !error.message.includes('hush'),
    );
    const without = new Map([['engine', text('redis://server:6379/a:b@c')]]);
    assert.deepEqual(checkParameters('03.ipynb', strings, without), { engine: 'redis://server:6379/a:b@c' });
  });

  it('reach the cells: the injected cell follows the tagged one, typed as declared', async () => {
    const values = { seed: 7, engine: 'wasm', sizes: [3] };
    const injected = injectParameters(readNotebook(path), values).cells[2];
    assert.deepEqual(injected?.metadata.tags, ['injected-parameters']);
    assert.match(
      injected?.source ?? '',
      /let seed = 7;\nlet engine: 'auto' \| 'wasm' = "wasm";\nlet sizes: number\[\] = \[3\];/,
    );
    const { notebook, failure } = await runNotebook(path, {
      output: join(folder, 'out.ipynb'),
      parameters: values,
    });
    assert.equal(failure, null);
    assert.deepEqual((notebook.cells.at(-1) as CodeCell).outputs, [
      { output_type: 'stream', name: 'stdout', text: '7 -0.001 wasm 2 [ 3 ] false\n' },
    ]);
  });

  it('come from YAML files and from the command line', () => {
    const file = join(folder, 'values.yaml');
    writeFileSync(file, 'seed: 3\nbreeds: [pug]\n');
    assert.deepEqual(readParameterFile(file), { seed: 3, breeds: ['pug'] });
    // a file that was named by mistake may hold anything: where it is no YAML is told, and not what stands there
    for (const [text, told] of [
      [
        'seed: 1\npassword: [hunter2\nx: ]}',
        /expected YAML in .*, received something else from line \d+ on$/,
      ],
      ['hunter2', /received a single value$/],
      ['- hunter2', /received a list$/],
      ['', /received nothing$/],
    ] as const) {
      writeFileSync(file, text);
      assert.throws(
        () => readParameterFile(file),
        ({ message }: Error) => told.test(message) && !message.includes('hunter2'),
      );
    }
    const { values, notebooks } = splitParameters(['seed', '7', 'rate=0.5', '01.ipynb']);
    assert.deepEqual(
      [...values],
      [
        ['seed', '7'],
        ['rate', '0.5'],
      ],
    );
    assert.deepEqual(notebooks, ['01.ipynb']);
    assert.throws(() => splitParameters(['seed']), /expected a name and a value/);
  });

  it('go to the notebooks that declare them; a name that none declares is refused', () => {
    const plain = makeNotebook(folder, 'plain', ['1;']);
    const plan = planRun([path, plain], new Map([['seed', text('5')]]));
    assert.deepEqual(
      plan.map(({ parameters, needs }) => [parameters, needs]),
      [
        [{ seed: 5 }, []],
        [{}, ['declared']],
      ],
    );
    assert.throws(
      () => planRun([path, plain], new Map([['nope', text('5')]])),
      /unknown parameter "nope"; known are:\ndeclared\.ipynb\n {2}seed/,
    );
    assert.throws(
      () => planRun([join(folder, 'missing.ipynb')], new Map()),
      /expected a notebook, received .*missing\.ipynb/,
    );
  });
});

describe('outputs', () => {
  it('are kept as Jupyter keeps them', () => {
    const changes: string[] = [];
    const cell = code('') as CodeCell;
    const collector = createOutputCollector((_cell, output) => changes.push(output.output_type));
    collector.begin('a', cell);
    const send = (type: string, content: Record<string, unknown>, parent = 'a') =>
      collector.receive({ ...createMessage(type, content, 's'), parent_header: { msg_id: parent } });
    send('stream', { name: 'stdout', text: 'a' });
    send('stream', { name: 'stdout', text: 'b\n' });
    send('stream', { name: 'stderr', text: 'c' });
    send('display_data', { data: { 'text/plain': '0 %' }, metadata: {}, transient: { display_id: 'd' } });
    send('stream', { name: 'stdout', text: 'e' });
    send('update_display_data', {
      data: { 'text/plain': '100 %' },
      metadata: {},
      transient: { display_id: 'd' },
    });
    send('stream', { name: 'stdout', text: 'not ours' }, 'b');
    assert.deepEqual(cell.outputs, [
      { output_type: 'stream', name: 'stdout', text: 'ab\n' },
      { output_type: 'stream', name: 'stderr', text: 'c' },
      { output_type: 'display_data', data: { 'text/plain': '100 %' }, metadata: {} },
      { output_type: 'stream', name: 'stdout', text: 'e' },
    ]);
    send('clear_output', { wait: true });
    assert.equal(cell.outputs.length, 4);
    send('stream', { name: 'stdout', text: 'new' });
    assert.deepEqual(cell.outputs, [{ output_type: 'stream', name: 'stdout', text: 'new' }]);
  });
});

describe('messages', () => {
  it('are signed; a wrong key is refused', () => {
    const message = createMessage('execute_request', { code: '1 + 1' }, 'session');
    const frames = encodeMessage(message, 'key').map((frame) => Buffer.from(frame));
    assert.deepEqual(decodeMessage([Buffer.from('identity'), ...frames], 'key'), message);
    assert.throws(() => decodeMessage(frames, 'other'), /another signature/);
  });
});

describe('notebook files', () => {
  it('committed ones carry no outputs, no execution counts, nothing of a run, and are formatted as Jupyter does', () => {
    const paths = [...listNotebooks(), join(__dirname, 'fixtures', 'sample.ipynb')];
    for (const path of paths) {
      const notebook = readNotebook(path);
      for (const cell of notebook.cells)
        if (cell.cell_type === 'code')
          assert.deepEqual([cell.outputs, cell.execution_count], [[], null], `${path}: ${cell.source}`);
      assert.equal(
        readFileSync(path, 'utf8'),
        formatNotebook(stripNotebook(notebook)),
        `${path} is stripped`,
      );
    }
  });
});
