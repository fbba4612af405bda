import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Kernel, startKernel } from '../../lib/notebook/kernel/kernel';
import type { Message } from '../../lib/notebook/kernel/messages';
import { pressTab } from '../support/press-tab';

// Jupyter's protocol point by point, as the public conformance suite runtimed/kernel-testbed lists it; the suite is in
// no registry, so these are our own tests (https://jupyter-client.readthedocs.io/en/stable/messaging.html).
describe("the kernel and Jupyter's protocol", () => {
  const messages: Message[] = [];
  let kernel: Kernel;
  const asked: [string, boolean][] = [];

  before(async () => {
    kernel = await startKernel({
      onMessage: (message) => messages.push(message),
      onInput(prompt, password) {
        asked.push([prompt, password]);
        return 'Rex';
      },
      env: { DOGBREEDS_TYPES: 'off' },
    });
  });
  after(() => kernel?.shutdown());
  beforeEach(() => void messages.splice(0));

  const run = (code: string, options = {}) => kernel.execute(code, options).done;
  const published = (type: string) => messages.filter(({ header }) => header.msg_type === type);
  const contents = (type: string) => published(type).map(({ content }) => content);
  const printed = () =>
    contents('stream')
      .map(({ text }) => text)
      .join('');

  describe('basics', () => {
    it('kernel_info: version, language, banner, links', async () => {
      for (const channel of ['shell', 'control'] as const) {
        const info = await kernel.request('kernel_info_request', {}, channel);
        assert.equal(info.status, 'ok');
        assert.match(String(info.protocol_version), /^5\.\d$/);
        const language = info.language_info as Record<string, unknown>;
        assert.deepEqual([language.name, language.file_extension], ['typescript', '.ts']);
        assert.ok((info.help_links as unknown[]).length > 0 && String(info.banner) !== '');
      }
    });

    it('stdout and stderr are streams of their own, under the request that made them', async () => {
      const { id, done } = kernel.execute("console.log('out'); console.error('err');");
      assert.equal((await done).status, 'ok');
      assert.deepEqual(contents('stream'), [
        { name: 'stdout', text: 'out\n' },
        { name: 'stderr', text: 'err\n' },
      ]);
      for (const message of messages) assert.equal(message.parent_header.msg_id, id);
      const [first] = messages;
      assert.deepEqual(first?.content, { execution_state: 'busy' });
      assert.deepEqual(messages.at(-1)?.content, { execution_state: 'idle' });
    });

    it('the count rises by one a cell, in execute_input, result and reply', async () => {
      const first = await run('1');
      const second = await run('2');
      assert.equal(second.execution_count, Number(first.execution_count) + 1);
      assert.deepEqual(
        contents('execute_input').map(({ execution_count }) => execution_count),
        [first.execution_count, second.execution_count],
      );
      assert.deepEqual(
        contents('execute_result').map(({ execution_count }) => execution_count),
        [first.execution_count, second.execution_count],
      );
    });

    it('an error: name, message and traceback on iopub and in the reply', async () => {
      const reply = await run("throw new RangeError('too far')");
      assert.deepEqual([reply.status, reply.ename, reply.evalue], ['error', 'RangeError', 'too far']);
      const [error] = contents('error');
      assert.deepEqual(error?.traceback, reply.traceback);
    });

    it('messages name variables as the person did', async () => {
      assert.equal(
        (await run('const w = 5 as any; const deep = { a: w }; w()')).evalue,
        'w is not a function',
      );
      assert.equal((await run('w.x.y')).evalue, "Cannot read properties of undefined (reading 'y')");
      assert.equal((await run('deep.a.b()')).evalue, 'deep.a.b is not a function');
      const frames = (await run('function f() { w(); }\nf();')).traceback?.join('\n') ?? '';
      assert.doesNotMatch(frames, /\$cell|\$stop|kernel-main|node:/);
    });

    it("an error's own fields and its cause are whole; a missing module is named, not who asked", async () => {
      const thrown = "throw Object.assign(new Error('x', { cause: new TypeError('y') }), { code: 7 });";
      const shown = (await run(thrown)).traceback?.join('\n') ?? '';
      assert.match(shown, /code: 7/);
      assert.match(shown, /\[cause\]: TypeError: y/);
      assert.equal(shown.split('{').length, shown.split('}').length, shown);
      assert.equal((await run("require('no-such-module')")).evalue, "Cannot find module 'no-such-module'");
    });
  });

  describe('failures and the queue', () => {
    it('what was queued behind a failing cell is aborted', async () => {
      // the others have arrived when it fails
      const failing = "await new Promise((done) => setTimeout(done, 500)); throw new Error('first')";
      const replies = await Promise.all([run(failing), run('let second = 2;'), run('3')]);
      assert.deepEqual(
        replies.map(({ status }) => status),
        ['error', 'aborted', 'aborted'],
      );
    });

    it('stop_on_error: false lets it run', async () => {
      const replies = await Promise.all([
        run("throw new Error('first')", { stop_on_error: false }),
        run('3'),
      ]);
      assert.deepEqual(
        replies.map(({ status }) => status),
        ['error', 'ok'],
      );
    });

    it('what is sent after the reply runs, at once', async () => {
      for (let i = 0; i < 20; i++) {
        assert.equal((await run("throw new Error('first')")).status, 'error');
        assert.equal((await run('3')).status, 'ok');
      }
    });
  });

  describe('results and displays', () => {
    it('execute_result, _ and Out[n]', async () => {
      const { execution_count } = await run('6 * 7');
      assert.deepEqual(contents('execute_result'), [
        { data: { 'text/plain': '42' }, metadata: {}, execution_count },
      ]);
      await run(`console.log(_, Out[${execution_count}], In[${execution_count}])`);
      assert.equal(printed(), '42 42 6 * 7\n');
    });

    it('constants are results too, wherever they stand', async () => {
      const cells = {
        '-5': '-5',
        NaN: 'NaN',
        "'a' + 'b';": "'ab'",
        'let n = 1\n-5': null,
        'n; typeof 1 // kind': "'number'",
        "n = -4; // who; '' = nobody": '-4',
      };
      for (const [code, text] of Object.entries(cells)) {
        messages.length = 0;
        assert.equal((await run(code)).status, 'ok', code);
        const [result] = contents('execute_result');
        assert.deepEqual(result?.data ?? null, text && { 'text/plain': text }, code);
      }
      await run('console.log(n)');
      assert.equal(printed(), '-4\n'); // `1\n-5` is one expression
    });

    it('undefined and null show nothing; silent publishes nothing and does not count', async () => {
      const before = await run('null');
      await run('void 0');
      assert.equal(published('execute_result').length, 0);
      messages.length = 0;
      const silent = await run("console.log; 'x'", { silent: true });
      assert.equal(silent.execution_count, Number(before.execution_count) + 1);
      assert.equal(published('execute_input').length + published('execute_result').length, 0);
    });

    it('display() and its update by id; clear_output is left to clients', async () => {
      await run("await display('one', { id: 'a' }); await display('two', { id: 'a', update: true });");
      const [shown] = contents('display_data');
      const [updated] = contents('update_display_data');
      assert.deepEqual(shown?.transient, { display_id: 'a' });
      assert.deepEqual(updated?.data, { 'text/plain': "'two'" });
    });

    it("tslab's own names work", async () => {
      const reply = await run(
        "import * as tslab from 'tslab';\ntslab.display.html('<b>x</b>'); const d = tslab.newDisplay(); d.text('1'); d.text('2');",
      );
      assert.equal(reply.status, 'ok', reply.evalue);
      const [first, second] = contents('display_data').map(({ data }) => data);
      assert.deepEqual(first, { 'text/html': '<b>x</b>' });
      assert.deepEqual(second, { 'text/plain': '1' });
      assert.equal(published('update_display_data').length, 1);
    });

    it('user_expressions', async () => {
      const { user_expressions } = await run('const n = 4;', {
        user_expressions: { twice: 'n * 2', bad: 'nope' },
      });
      const { twice, bad } = user_expressions as Record<string, Record<string, unknown>>;
      assert.deepEqual(twice, { status: 'ok', data: { 'text/plain': '8' }, metadata: {} });
      assert.equal(bad?.status, 'error');
    });
  });

  describe('interaction', () => {
    it('input() asks through stdin', async () => {
      await run(
        "const dog = await input('Name? '); const secret = await input('Word? ', { password: true });\ndog + secret",
      );
      assert.deepEqual(asked, [
        ['Name? ', false],
        ['Word? ', true],
      ]);
      assert.deepEqual(contents('execute_result')[0]?.data, { 'text/plain': "'RexRex'" });
    });

    it('clearOutput() empties the cell, at once or when the next output comes', async () => {
      const reply = await run('clearOutput();\nclearOutput(true);');
      assert.equal(reply.status, 'ok');
      assert.deepEqual(contents('clear_output'), [{ wait: false }, { wait: true }]);
    });

    it('is_complete: complete, incomplete with its indent, invalid', async () => {
      const ask = (code: string) => kernel.request('is_complete_request', { code });
      assert.equal((await ask('const a = 1;')).status, 'complete');
      assert.deepEqual(await ask('function f() {'), { status: 'incomplete', indent: '  ' });
      assert.equal((await ask('const t = `open')).status, 'incomplete');
      assert.equal((await ask('const = 1')).status, 'invalid');
    });

    it('complete: members, variables of cells, import paths, packages; positions in code points', async () => {
      const ask = async (code: string) => {
        const reply = await pressTab(code, (place) => kernel.request('complete_request', place));
        return { matches: reply.matches as string[], start: reply.cursor_start, end: reply.cursor_end };
      };
      const members = await ask("'🐶'.toUp");
      assert.deepEqual([members.matches[0], members.start, members.end], ['toUpperCase', 4, 8]);
      assert.ok((await ask("import { x } from './lib/da")).matches.includes('dataset'));
      assert.ok((await ask("import { x } from './lib/dataset/in")).matches.includes('index'));
      assert.ok((await ask("import * as a from 'arq")).matches.includes('arquero'));
      assert.ok((await ask("import { readFi } from 'node:f")).matches.includes('node:fs'));
    });

    it('inspect: a name, and inside parentheses the signature and the parameter being typed', async () => {
      const ask = async (code: string, cursor_pos: number) => {
        const reply = await kernel.request('inspect_request', { code, cursor_pos, detail_level: 0 });
        return reply.found ? String((reply.data as Record<string, string>)['text/plain']) : null;
      };
      assert.match((await ask('parseInt', 3)) ?? '', /function parseInt\(string: string, radix\?: number/);
      const inside = (await ask("parseInt('7', ", 14)) ?? '';
      assert.match(inside, /parseInt\(string: string, radix\?: number/);
      assert.match(inside, /parameter 2 of 2: radix/);
      assert.equal(await ask('   ', 1), null);
    });

    it('history: tail, range, search', async () => {
      await run("'needle in history'");
      const tail = await kernel.request('history_request', { hist_access_type: 'tail', n: 1, output: false });
      const [last] = tail.history as [number, number, string][];
      assert.equal(last?.[2], "'needle in history'");
      const found = await kernel.request('history_request', {
        hist_access_type: 'search',
        pattern: '*needle*',
      });
      assert.equal((found.history as unknown[]).length, 1);
      const range = await kernel.request('history_request', { hist_access_type: 'range', start: 1, stop: 3 });
      assert.equal((range.history as unknown[]).length, 2);
    });

    it('comms are refused politely', async () => {
      assert.deepEqual(await kernel.request('comm_info_request', {}), { status: 'ok', comms: {} });
      kernel.request('comm_open', { comm_id: 'c1', target_name: 'jupyter.widget', data: {} }).catch(() => {});
      await run('1');
      assert.deepEqual(contents('comm_close'), [{ comm_id: 'c1', data: {} }]);
    });

    it('answers while a cell runs, and stays busy', async () => {
      const { id, done } = kernel.execute('await new Promise((resolve) => setTimeout(resolve, 400));');
      await kernel.request('is_complete_request', { code: '1' });
      await done;
      const states = published('status').map(({ content, parent_header }) => [
        content.execution_state,
        parent_header.msg_id === id,
      ]);
      assert.deepEqual(states.slice(-2), [
        ['busy', true],
        ['idle', true],
      ]);
    });

    it('an unknown request on the control channel is answered with an error', async () => {
      const reply = await kernel.request('debug_request', {}, 'control');
      assert.equal(reply.status, 'error');
    });
  });

  describe('interrupts', () => {
    /** Runs a cell, stops it after a moment, and runs another. */
    const stopped = async (code: string, afterMs = 400) => {
      const { done } = kernel.execute(code);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await kernel.interrupt();
      const reply = await done;
      assert.deepEqual([reply.status, reply.ename], ['error', 'Interrupted']);
      assert.equal((await run('1')).status, 'ok');
      return reply.evalue ?? '';
    };

    it('a loop that never yields: stopped, with its line', async () => {
      assert.match(await stopped('let i = 0;\nwhile (true) {\n  i++;\n}'), /at In\[\d+\]:[23]:/);
      assert.match(await stopped('await 0;\nfor (;;) {\n  Math.random();\n}'), /at In\[\d+\]:[23]:/);
    });

    it('a wait without end, and a loop of waits', async () => {
      await stopped('await new Promise(() => {});');
      await stopped('for (;;) await new Promise((resolve) => setTimeout(resolve, 5));');
      const { done } = kernel.execute('2');
      assert.equal((await done).status, 'ok');
    });

    it('plain model.fit ends after its batch; the variable has what was reached, the next fit runs', async () => {
      await run(
        "import * as tf from '@tensorflow/tfjs';\nconst net = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [8] })] });\nnet.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });\nconst [x, y] = [tf.ones([640, 8]), tf.ones([640, 1])];",
      );
      const told = await stopped('const fitted = await net.fit(x, y, { epochs: 100000, verbose: 0 });', 1500);
      assert.match(told, /model\.fit ended after its batch/);
      messages.length = 0;
      await run('console.log(fitted.epoch.length > 0 && fitted.epoch.length < 100000)');
      assert.equal(printed(), 'true\n');
      assert.equal((await run('await net.fit(x, y, { epochs: 1, verbose: 0 });')).status, 'ok');
    });

    it("our own training stops within a batch and keeps the best epoch's weights and the history", async () => {
      await run(
        "import { fitHead } from './lib/training/index';\nimport { startEngine } from './lib/engine/index';\nawait startEngine();\nconst rows = Float32Array.from({ length: 400 * 16 }, (_v, i) => Math.sin(i));\nconst labels = Int32Array.from({ length: 400 }, (_v, i) => i % 4);\nconst validation = { features: rows, labels };",
      );
      const told = await stopped(
        'const head = await fitHead(rows, labels, { classes: 4, epochs: 1e6, patience: 1e6, validation });',
        4000,
      );
      assert.match(
        told,
        /training stopped in epoch \d+ of 1000000, batch \d+ of \d+; kept: the weights of epoch \d+/,
      );
      messages.length = 0;
      await run('console.log(head.history.loss.length > 0, head.model.countParams() > 0)');
      assert.equal(printed(), 'true true\n');
    });

    it('a cell that tests its network after the training ends with what was reached, as notebook 03 does', async () => {
      const trained = (after: string) =>
        `const tested = await (async () => {
  const { model, history } = await fitHead(rows, labels, { classes: 4, epochs: 1e6, patience: 1e6, validation });
  ${after}
  return { epochs: history.loss.length, model };
})();`;
      const wait = 'await new Promise((resolve) => setTimeout(resolve, 700));';
      assert.match(await stopped(trained(wait), 2500), /kept: the weights/);
      messages.length = 0;
      await run('console.log(tested.epochs > 0, tested.model.countParams() > 0)');
      assert.equal(printed(), 'true true\n');
    });

    it('a second stop waits no more, and says that what was reached is lost', async () => {
      const { done } = kernel.execute(
        'const second = await (async () => {\n  const head = await fitHead(rows, labels, { classes: 4, epochs: 1e6, patience: 1e6, validation });\n  await new Promise(() => {});\n  return head;\n})();',
      );
      for (let times = 0; times < 2; times++) {
        await new Promise((resolve) => setTimeout(resolve, 2500));
        await kernel.interrupt();
      }
      assert.match((await done).evalue ?? '', /^the cell was stopped; what was reached is lost/);
    });
  });

  describe('variables', () => {
    it('tensors of overwritten variables are freed, others are not', async () => {
      await run('let t = tf.ones([4]); const kept = t; let list = [tf.ones([2]), tf.ones([2])];');
      const count = 'console.log(tf.memory().numTensors)';
      await run(count);
      const before = Number(printed());
      await run('t = tf.ones([4]); let list = [tf.ones([2]), tf.ones([2])];');
      messages.length = 0;
      await run(count);
      // `t` was assigned, not declared, and `kept` holds the old one; the old list is gone, the new one is there.
      assert.equal(Number(printed()), before + 1);
      await run('kept.print()');
    });

    it("newer JavaScript and Node's own library", async () => {
      assert.equal((await run('[3, 1].toSorted()[0]')).status, 'ok');
      assert.equal((await run('for await (const v of [1]) console.log(v)')).status, 'ok');
      const json = await run("import pkg from './package.json' with { type: 'json' };\npkg.name");
      assert.equal(json.status, 'ok', json.evalue);
      messages.length = 0;
      await run("(await import('./package.json', { with: { type: 'json' } })).default.name");
      assert.deepEqual(contents('execute_result')[0]?.data, { 'text/plain': "'dog-breed-notebooks'" });
      assert.equal(
        (await run('function same<T>(a: T, b: NoInfer<T>) { return a === b; }\nsame(1, 2)')).status,
        'ok',
      );
    });
  });
});
