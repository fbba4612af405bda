import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { elementAt, fromRoot } from '../../lib/base/index';
import { installKernel } from '../../lib/notebook/kernel/kernel-spec';
import { temporaryFolder } from './make-notebook';

// Published clients: jupyter-console and nbdime, on the PATH or in the folder that DOGBREEDS_JUPYTER names; CI installs
// them there.
const bin = process.env.DOGBREEDS_JUPYTER;
const tool = (name: string): string => (bin ? join(bin, name) : name);
const has = (name: string): boolean => spawnSync(tool(name), ['--version'], { stdio: 'ignore' }).status === 0;
const run = promisify(execFile);
const folder = temporaryFolder();
after(() => rmSync(folder, { recursive: true, force: true }));

/** Types into `jupyter console` as a person does, and prints what it said, without colours and movements. */
const TYPIST = `
import os, re, sys, pexpect
console = pexpect.spawn(sys.argv[1], ['--kernel=dogbreeds'], encoding='utf8', timeout=120, dimensions=(40, 120))
MARK = r'(?:\\x1b\\[[\\d;?]*\\w|[\\b])*'
def prompt(number): console.expect(r'In \\[' + MARK + str(number) + r'\\b.*?\\]: ')
def say(text, expected):
    console.send(text)
    console.expect(expected)
    print('ok', repr(text))
prompt(1)
say('40 + 2\\r', 'Out.*42')
prompt(2)
say("throw new RangeError('too far')\\r", 'RangeError: too far')
prompt(3)
console.send('Math.sqr')
# nothing is offered as long as the types are not loaded: Tab again
for _ in range(12):
    console.send('\\t')
    if console.expect(['SQRT1_2', 'Empty', pexpect.TIMEOUT], timeout=10) < 2: break
print('ok' if 'SQRT1_2' in str(console.after) else 'not ok', 'Tab')
say('\\x15const twice = (a: number) => {\\r', r'\\.\\.\\.')
say('return a * 2;\\r', r'\\.\\.\\.')
console.send('}\\r')
if console.expect([r'\\.\\.\\.', r'In \\[' + MARK + r'4\\b']) == 0:
    console.send('\\r')
    prompt(4)
say('twice(21.5)\\r', 'Out.*43')
prompt(5)
console.send('\\x04')
if console.expect([pexpect.EOF, r'y\\]?/n']) == 1:
    console.send('y\\r')
    console.expect(pexpect.EOF)
console.close()
print('ended', console.exitstatus)
`;

const noConsole =
  !has('jupyter-console') ||
  spawnSync(tool('python'), ['-c', 'import pexpect'], { stdio: 'ignore' }).status !== 0
    ? 'jupyter-console (with pexpect) is not installed'
    : false;
describe('jupyter console', { skip: noConsole }, () => {
  it('evaluates, says what failed, completes with Tab, goes on in unfinished code, and ends', async () => {
    process.env.JUPYTER_DATA_DIR = join(folder, 'data');
    await installKernel();
    const script = join(folder, 'typist.py');
    writeFileSync(script, TYPIST);
    const { stdout } = await run(tool('python'), [script, tool('jupyter-console')], {
      env: { ...process.env, TERM: 'xterm' },
    });
    assert.equal(stdout.match(/^ok/gm)?.length, 6, stdout);
    assert.match(stdout, /ended 0/);
  });
});

describe('nbdime', { skip: !has('nbdiff') && 'nbdime is not installed' }, () => {
  const original = fromRoot('notebooks', '03-scratch-cnn.ipynb');
  /** A copy of notebook 03 with a line more in one of its cells. */
  const edited = (name: string, cell: number, line: string): string => {
    const notebook = JSON.parse(readFileSync(original, 'utf8'));
    const codes = notebook.cells.filter((each: { cell_type: string }) => each.cell_type === 'code');
    elementAt(codes as { source: string[] }[], cell).source.push(`\n${line}`);
    const path = join(folder, name);
    writeFileSync(path, `${JSON.stringify(notebook, null, 1)}\n`);
    return path;
  };

  it('nbmerge joins two edits of notebook 03; git diff and git merge do through our .gitattributes', async () => {
    const mine = edited('mine.ipynb', 2, '// mine');
    const theirs = edited('theirs.ipynb', 5, '// theirs');
    const merged = join(folder, 'merged.ipynb');
    await run(tool('nbmerge'), [original, mine, theirs, '--out', merged]);
    for (const line of [/\/\/ mine/, /\/\/ theirs/]) assert.match(readFileSync(merged, 'utf8'), line);

    const clone = join(folder, 'clone');
    mkdirSync(join(clone, 'notebooks'), { recursive: true });
    const path = join(clone, 'notebooks', '03-scratch-cnn.ipynb');
    copyFileSync(fromRoot('.gitattributes'), join(clone, '.gitattributes'));
    const env = { ...process.env, PATH: `${bin ?? ''}:${process.env.PATH}`, HOME: clone };
    const git = async (...words: string[]) => (await run('git', words, { cwd: clone, env })).stdout;
    await git('init', '-q', '-b', 'main');
    await git('config', 'user.email', 'somebody@example.org');
    await git('config', 'user.name', 'Somebody');
    // what `dogbreeds kernel install` sets up, and then nbdime
    const clean = `"${process.execPath}" --import "${fromRoot('node_modules', 'tsx', 'dist', 'loader.mjs')}" "${fromRoot('lib', 'notebook', 'cells', 'strip-outputs.ts')}"`;
    await git('config', 'filter.dogbreeds-outputs.clean', clean);
    await run(tool('nbdime'), ['config-git', '--enable'], { cwd: clone, env });
    const commit = async (from: string) => {
      copyFileSync(from, path);
      await git('add', '-A');
      await git('commit', '-q', '-m', 'edit');
    };
    await commit(original);
    await git('switch', '-q', '-c', 'other');
    await commit(theirs);
    await git('switch', '-q', 'main');
    copyFileSync(mine, path);
    assert.match(await git('diff'), /modified \/cells\/\d+\/source[\s\S]*\/\/ mine/);
    await commit(mine);
    await git('merge', '-q', '--no-edit', 'other');
    for (const line of [/\/\/ mine/, /\/\/ theirs/]) assert.match(readFileSync(path, 'utf8'), line);
  });
});
