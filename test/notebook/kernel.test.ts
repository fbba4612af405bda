import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fromRoot } from '../../lib/base/index';
import { type Kernel, startKernel } from '../../lib/notebook/kernel/kernel';
import type { Message } from '../../lib/notebook/kernel/messages';

describe('the kernel', () => {
  const name = `zz-${randomUUID().slice(0, 8)}`;
  const library = fromRoot('lib', name);
  const write = (file: string, text: string) => writeFileSync(join(library, file), text);
  let messages: Message[] = [];
  let kernel: Kernel;

  before(async () => {
    mkdirSync(join(library, 'inner'), { recursive: true });
    kernel = await startKernel({ onMessage: (message) => messages.push(message) });
  });
  after(async () => {
    await kernel?.shutdown();
    rmSync(library, { recursive: true, force: true });
  });

  /** Runs a cell; its standard output, or its error. */
  const run = async (code: string): Promise<string> => {
    messages = [];
    const reply = await kernel.execute(code).done;
    const text = messages
      .filter((message) => message.header.msg_type === 'stream')
      .map((message) => message.content.text)
      .join('');
    return reply.status === 'ok' ? text : `${reply.ename}: ${reply.evalue}`;
  };

  it('works at the project root', async () => {
    assert.equal(await run('console.log(process.cwd())'), `${fromRoot()}\n`);
  });

  it('numbers cells for Jupyter', async () => {
    await run('let first = 1;');
    const input = messages.find((message) => message.header.msg_type === 'execute_input');
    assert.deepEqual(input?.content, { code: 'let first = 1;', execution_count: 2 });
  });

  for (const [what, code] of Object.entries({
    'the value of a cell': "const before = 1;\n  new Error('no photo')",
    'in a list': "const before = 1;\n [new Error('no photo')]",
    'in a map': "const before = 1;\n  new Map([['first',\n new Error('no photo')]])",
    'with a cause': "const before = 1;\n  new Error('no photo', { cause: new TypeError('inner') })",
    'what is printed': "const before = 1;\n  console.log('it was', [new Error('no photo')]);",
    'a printed stack': "const before = 1;\n  void process.stdout.write(String(new Error('no photo').stack));",
    'a warning': "const before = 1;\n  console.warn(new Error('no photo'));",
  }))
    it(`an error as ${what} names its own line, and no frame of the kernel`, async () => {
      const printed = await run(code);
      const result = messages.find((message) => message.header.msg_type === 'execute_result');
      const data = (result?.content.data ?? { printed }) as Record<string, string>;
      const lines = code.split('\n');
      const line = lines.map((text) => text.includes('new Error')).lastIndexOf(true) + 1;
      const column = (lines[line - 1] ?? '').indexOf('new Error') + 1;
      for (const text of Object.values(data)) {
        const frames = [...text.matchAll(/In\[\d+\]:(\d+):(\d+)/g)].map(([, at, from]) => [
          Number(at),
          Number(from),
        ]);
        assert.deepEqual(frames[0], [line, column], text);
        assert.doesNotMatch(text, /data\/cache\/kernel|node:internal/);
      }
    });

  it('prints any number of empty lines and spaces as they are', async () => {
    const text = '\n'.repeat(200_000) + ' '.repeat(200_000); // minutes where a pattern tries every stretch of them
    assert.equal(await run("process.stdout.write('\\n'.repeat(200_000) + ' '.repeat(200_000));"), text);
  });

  it("decorators are the standard's", async () => {
    const kind = '(value: unknown, context: ClassMethodDecoratorContext) => console.log(context.kind)';
    assert.equal(await run(`class Dog { @(${kind}) bark() {} }`), 'method\n');
  });

  it('keeps variables of earlier cells in shorthand properties and assignments', async () => {
    await run('let seed = 4; let other = 5;');
    assert.equal(
      await run('console.log(JSON.stringify({ seed, deep: [{ other }] }))'),
      '{"seed":4,"deep":[{"other":5}]}\n',
    );
    await run('({ seed, other = 7 } = { seed: 9 } as { seed: number; other?: number });');
    assert.equal(await run('console.log(seed, other)'), '9 7\n');
    assert.equal(
      await run('function inner() { const seed = 1; return { seed }; }\nconsole.log(inner().seed, seed)'),
      '1 9\n',
    );
  });

  it('sees an edit in lib/ at the next cell that imports it, through an index and further folders', async () => {
    write('inner/deep.ts', 'export const deep = (): number => 1;\n');
    write('inner/index.ts', "export { deep } from './deep';\n");
    write('state.ts', 'export const created: number[] = [Math.floor(performance.now())];\n');
    write(
      'index.ts',
      "import { deep } from './inner/index';\nexport { created } from './state';\nexport const answer = (): number => deep() * 10;\n",
    );
    const cell = `import { answer, created } from './lib/${name}/index';\nconsole.log(answer(), created[0]);`;
    const [before, created] = (await run(cell)).trim().split(' ');
    assert.equal(before, '10');
    write('inner/deep.ts', 'export const deep = (): number => 2;\n');
    // What does not depend on the edit is not loaded again: its state lives on.
    assert.equal(await run(cell), `20 ${created}\n`);
  });

  it('sees a new file that a cell has looked for before', async () => {
    const cell = `import { late } from './lib/${name}/late';\nconsole.log(late);`;
    assert.match(await run(cell), /^CompileError: In\[\d+\]:1:22 - Cannot find module/);
    await new Promise((resolve) => setTimeout(resolve, 300)); // tslab refuses cells for 200 ms after an error
    write('late.ts', 'export const late = 3;\n');
    assert.equal(await run(cell), '3\n');
  });

  it('names the file and line of a compile error in lib/, and recovers when it is mended', async () => {
    write('typed.ts', 'const before = 1;\nexport const typed: string = before;\n');
    const cell = `import { typed } from './lib/${name}/typed';\nconsole.log(typed);`;
    assert.equal(
      await run(cell),
      `CompileError: lib/${name}/typed.ts:2:14 - Type 'number' is not assignable to type 'string'.`,
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    write('typed.ts', "export const typed: string = 'mended';\n");
    assert.equal(await run(cell), 'mended\n');
  });

  it('loses no output, however fast it comes', async () => {
    const text = await run(
      "for (let i = 0; i < 30000; i++) { if (i % 50 === 0) console.error('e', i); console.log('line', i); }",
    );
    assert.equal((text.match(/^line \d+$/gm) ?? []).length, 30000);
    assert.equal((text.match(/^e \d+$/gm) ?? []).length, 600);
  });

  it('shows several MIME types as one output, and overwrites one by its id', async () => {
    await run(
      "import { display } from './lib/figures/display/show';\ndisplay({ 'text/html': '<b>1</b>', 'text/plain': '1' }, { alt: 'one', id: 'x' });\ndisplay({ 'text/plain': '2' }, { id: 'x', update: true });",
    );
    const shown = messages.filter((message) => message.header.msg_type.endsWith('display_data'));
    assert.deepEqual(
      shown.map((message) => [message.header.msg_type, message.content]),
      [
        [
          'display_data',
          {
            data: { 'text/html': '<b>1</b>', 'text/plain': '1' },
            metadata: { alt: 'one' },
            transient: { display_id: 'x' },
          },
        ],
        [
          'update_display_data',
          { data: { 'text/plain': '2' }, metadata: {}, transient: { display_id: 'x' } },
        ],
      ],
    );
  });
});
