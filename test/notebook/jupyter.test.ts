import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { fromRoot } from '../../lib/base/index';
import { installKernel } from '../../lib/notebook/kernel/kernel-spec';
import { parseNotebook, readNotebook } from '../../lib/notebook/notebook-file';
import { chromiumPath, launchChromium } from '../app/support/chromium';
import { code, makeNotebook, markdown, temporaryFolder } from './make-notebook';

// The kernel under real Jupyter. Needs JupyterLab, nbconvert and papermill on the PATH, or in the folder that
// DOGBREEDS_JUPYTER names (a virtual environment's bin); CI installs them there.
const bin = process.env.DOGBREEDS_JUPYTER;
const tool = (name: string): string => (bin ? join(bin, name) : name);
const has = (name: string): boolean => spawnSync(tool(name), ['--version'], { stdio: 'ignore' }).status === 0;
const run = promisify(execFile);
const sample = fromRoot('test', 'notebook', 'fixtures', 'sample.ipynb');
const folder = temporaryFolder();
const env = {
  ...process.env,
  JUPYTER_DATA_DIR: join(folder, 'data'),
  JUPYTER_CONFIG_DIR: join(folder, 'config'),
};

/** Counts of the sample's code cells, and the kinds of output that a run must leave. */
function assertSampleRan(path: string): void {
  const cells = readNotebook(path).cells.filter((cell) => cell.cell_type === 'code');
  const counts = cells.map((cell) => (cell.cell_type === 'code' ? cell.execution_count : null));
  const numbered = counts.filter((count) => count !== null);
  assert.deepEqual(
    numbered,
    numbered.map((_, index) => index + 1),
  );
  assert.ok(numbered.length >= 10);
  const types = cells.flatMap((cell) =>
    cell.cell_type === 'code'
      ? cell.outputs.flatMap((output) => ('data' in output ? Object.keys(output.data) : [output.output_type]))
      : [],
  );
  for (const type of ['stream', 'application/vnd.plotly.v1+json', 'text/html', 'image/jpeg'])
    assert.ok(types.includes(type), `${type} is among the outputs`);
  assert.ok(!types.includes('error'));
}

// JUPYTER_DATA_DIR is where a user's kernels are, so this is `kernel install --user` without touching the user's own.
before(async () => {
  process.env.JUPYTER_DATA_DIR = env.JUPYTER_DATA_DIR;
  assert.equal(await installKernel(), join(folder, 'data', 'kernels', 'dogbreeds'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe('nbconvert', { skip: !has('jupyter-nbconvert') && 'jupyter nbconvert is not installed' }, () => {
  it('--execute runs the sample on our kernelspec; --to slides makes a deck of it', async () => {
    await run(
      tool('jupyter-nbconvert'),
      ['--to', 'notebook', '--execute', sample, '--output-dir', folder, '--output', 'nbconvert'],
      { env },
    );
    assertSampleRan(join(folder, 'nbconvert.ipynb'));
    await run(
      tool('jupyter-nbconvert'),
      ['--to', 'slides', join(folder, 'nbconvert.ipynb'), '--output-dir', folder],
      { env },
    );
    assert.match(readFileSync(join(folder, 'nbconvert.slides.html'), 'utf8'), /A sample of everything/);
  });

  it('--sanitize-html leaves the pictures of figures, and no script as text', async () => {
    const path = makeNotebook(folder, 'figures', [
      "({ data: [{ type: 'bar', x: ['a'], y: [1] }], layout: { title: { text: 'one' } } })",
    ]);
    const flags = ['--to', 'html', '--execute', '--sanitize-html', path, '--output-dir', folder];
    await run(tool('jupyter-nbconvert'), flags, { env });
    const page = readFileSync(join(folder, 'figures.html'), 'utf8');
    assert.match(page, /<img[^>]* src="data:image\/png;base64/);
    assert.ok(!/&lt;script|window\.Plotly/.test(page), 'no script is shown as text');
  });

  it('--to html draws figures anew, each from its own part, and keeps the picture of one whose Plotly is gone', async (t) => {
    if (!chromiumPath()) return t.skip('no Chromium found');
    const show = (y: string) =>
      `({ data: [{ mode: 'markers', y: ${y} }], layout: { title: { text: 'points' } } })`;
    const path = makeNotebook(folder, 'drawn', [
      show('Array.from({ length: 300 }, (_, i) => i / 7)'),
      show('[3, 1, 2]'),
    ]);
    await run(
      tool('jupyter-nbconvert'),
      ['--to', 'notebook', '--execute', path, '--output-dir', folder, '--output', 'drawn'],
      { env },
    );
    const notebook = JSON.parse(readFileSync(join(folder, 'drawn.ipynb'), 'utf8'));
    notebook.cells.shift();
    writeFileSync(join(folder, 'first-deleted.ipynb'), JSON.stringify(notebook));
    const browser = await launchChromium();
    try {
      const open = async (name: string) => {
        const flags = ['--to', 'html', join(folder, `${name}.ipynb`), '--output-dir', folder];
        await run(tool('jupyter-nbconvert'), flags, { env });
        const page = await browser.newPage();
        await page.goto(`file://${join(folder, `${name}.html`)}`);
        return page;
      };
      const whole = await open('drawn');
      await whole.locator('.js-plotly-plot .scatterlayer').nth(1).waitFor();
      assert.equal(await whole.locator('.scatterlayer .point').count(), 303);
      assert.equal(await whole.locator('img:visible').count(), 0);
      const deleted = await open('first-deleted');
      assert.equal(await deleted.locator('img:visible').count(), 1);
    } finally {
      await browser.close();
    }
  });

  it('--execute fails on a failing cell, with name, message and line', async () => {
    const path = makeNotebook(folder, 'throws', ['const a = 1;', "\nthrow new RangeError('out of reach');"]);
    const failed = await run(
      tool('jupyter-nbconvert'),
      ['--to', 'notebook', '--execute', path, '--output-dir', folder, '--output', 'x'],
      { env },
    ).catch((error) => error);
    assert.match(failed.stderr, /RangeError: out of reach/);
    assert.match(failed.stderr, /In\[2\]:2:7/);
  });
});

describe('papermill', { skip: !has('papermill') && 'papermill is not installed' }, () => {
  it('runs the sample on our kernelspec', async () => {
    await run(tool('papermill'), [sample, join(folder, 'papermill.ipynb'), '--no-progress-bar'], { env });
    assertSampleRan(join(folder, 'papermill.ipynb'));
  });

  it('-p, -y and --help-notebook work with the plug-in that the project brings', async (t) => {
    const packages = join(folder, 'packages');
    const pip = [
      'install',
      '-q',
      '--no-deps',
      '--target',
      packages,
      fromRoot('lib', 'notebook', 'papermill'),
    ];
    const installed = spawnSync(tool('pip'), pip, { encoding: 'utf8' });
    if (installed.status !== 0)
      return t.skip(`the plug-in could not be installed: ${installed.stderr.slice(-200)}`);
    const withPlugin = { env: { ...env, PYTHONPATH: packages } };
    const path = makeNotebook(folder, 'parameters', [
      code(
        "const who = 'nobody'; // who is greeted\nconst count: number = 3;\nconst ratio = 0.5;\nconst names: string[] = [];\nconst loud = true;",
        ['parameters'],
      ),
      'console.log(JSON.stringify({ who, count, ratio, names, loud }));',
    ]);
    const help = await run(tool('papermill'), ['--help-notebook', path], withPlugin);
    assert.match(help.stdout, /who: string \(default 'nobody'\)\s+who is greeted/);
    assert.match(help.stdout, /names: string\[\] \(default \[\]\)/);
    const who = 'Zoë "the 🐕" </script>\n\u2028x\\';
    const given = ['-p', 'who', who, '-p', 'count', '9007199254740991', '-p', 'ratio', '-1e-7'];
    const structured = ['-y', '{names: [a, "b c"], loud: false}'];
    const out = join(folder, 'parameters-out.ipynb');
    await run(tool('papermill'), [path, out, '--no-progress-bar', ...given, ...structured], withPlugin);
    const last = readNotebook(out).cells.at(-1);
    assert.ok(last?.cell_type === 'code' && last.outputs[0]?.output_type === 'stream');
    assert.deepEqual(JSON.parse(last.outputs[0].text), {
      who,
      count: 9007199254740991,
      ratio: -1e-7,
      names: ['a', 'b c'],
      loud: false,
    });
  });
});

/** What git's filter makes of a notebook. */
const stripped = (path: string): string =>
  spawnSync(process.execPath, ['--import', 'tsx', fromRoot('lib', 'notebook', 'cells', 'strip-outputs.ts')], {
    cwd: fromRoot(),
    input: readFileSync(path),
    encoding: 'utf8',
  }).stdout;

/** Cells, what their value is shown by in the page, and a part of its text. */
const RICH_RESULTS: { what: string; cell: string; shown: string; text?: RegExp }[] = [
  {
    what: 'danfojs frame',
    cell: "new dfd.DataFrame({ breed: ['pug', 'chow', 'borzoi'], photos: [200, 196, 151] })",
    shown: 'table',
    text: /pug[\s\S]*196/,
  },
  {
    what: 'arquero table',
    cell: "aq.table({ breed: ['pug', 'chow'], photos: [200, 196] })",
    shown: 'table',
    text: /chow[\s\S]*196/,
  },
  { what: 'tensor', cell: 'tf.range(0, 12).reshape([3, 4])', shown: 'pre, table', text: /3.{1,9}4/ },
  {
    what: 'picture tensor',
    cell: 'tf.tensor3d(Float32Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 5) % 256), [64, 64, 3])',
    shown: 'img',
  },
  {
    what: 'decoded picture',
    cell: '({ data: Uint8Array.from({ length: 48 * 64 * 3 }, (_, i) => (i * 7) % 256), width: 64, height: 48 })',
    shown: 'img',
  },
  {
    what: 'network',
    cell: "const net = tf.sequential({ layers: [tf.layers.dense({ units: 8, inputShape: [4], activation: 'relu' }), tf.layers.dense({ units: 1 })] });\nnet.compile({ optimizer: 'adam', loss: 'meanSquaredError' });\nnet",
    shown: 'table',
    text: /2 layers[\s\S]*40/,
  },
  {
    what: 'history of a fit',
    cell: 'await net.fit(tf.randomNormal([32, 4]), tf.ones([32, 1]), { epochs: 4, verbose: 0 })',
    shown: '.js-plotly-plot .main-svg, img, svg',
  },
  {
    what: 'plotly figure',
    cell: "({ data: [{ type: 'bar', x: ['pug', 'chow'], y: [200, 196] }], layout: { title: { text: 'photos' } } })",
    shown: '.js-plotly-plot .main-svg',
  },
  { what: 'map', cell: "new Map([['pug', 200], ['chow', 196]])", shown: 'pre, table', text: /pug[\s\S]*200/ },
  { what: 'typed array', cell: 'new Float32Array(1000)', shown: 'pre, table', text: /1,?000/ },
];

const noLab = !has('jupyter-lab')
  ? 'JupyterLab is not installed'
  : !chromiumPath()
    ? 'no Chromium found'
    : false;
describe('JupyterLab in Chromium', { skip: noLab }, () => {
  const name = `zz-${randomUUID().slice(0, 8)}`;
  const work = fromRoot('data', 'cache', name);
  const library = fromRoot('lib', name);
  let lab: ChildProcess;
  let browser: Browser;
  let page: Page;
  let address = '';

  before(async () => {
    mkdirSync(work, { recursive: true });
    mkdirSync(library, { recursive: true });
    writeFileSync(join(library, 'answer.ts'), 'export const answer = (): string => `first version`;\n');
    writeFileSync(join(library, 'index.ts'), "export { answer } from './answer';\n");
    makeNotebook(work, 'lab', [
      markdown('# Lab'),
      `import { answer } from './lib/${name}/index';\nconsole.log('answer:', answer());`,
      "import { showFigure } from './lib/figures/display/show';\nshowFigure({ data: [{ type: 'bar', x: ['a', 'b'], y: [1, 2] }], layout: { title: { text: 'In the lab' } }, alt: 'two bars' });",
    ]);
    makeNotebook(work, 'results', [
      "import * as tf from '@tensorflow/tfjs';\nimport * as dfd from 'danfojs-node';\nimport * as aq from 'arquero';\nimport { startEngine } from './lib/engine/index';\nawait startEngine();",
      ...RICH_RESULTS.map(({ cell }) => cell),
    ]);
    const port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const { port: free } = server.address() as { port: number };
        server.close(() => resolve(free));
      });
    });
    const flags = [
      '--no-browser',
      '--allow-root',
      `--port=${port}`,
      '--ServerApp.port_retries=0',
      '--IdentityProvider.token=secret',
      `--ServerApp.root_dir=${fromRoot()}`,
      '--ContentsManager.allow_hidden=True',
    ];
    lab = spawn(tool('jupyter-lab'), flags, { env, cwd: fromRoot(), stdio: ['ignore', 'ignore', 'pipe'] });
    address = `http://127.0.0.1:${port}`;
    for (let tries = 0; tries < 240; tries++) {
      const up = await fetch(`${address}/api/status?token=secret`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (up) break;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  });
  after(async () => {
    await keepPicture('at-the-end');
    await browser?.close();
    lab?.kill('SIGTERM');
    await new Promise((resolve) => (lab ? lab.once('close', resolve) : resolve(null)));
    rmSync(work, { recursive: true, force: true });
    rmSync(library, { recursive: true, force: true });
  });

  /** Keeps what the page shows where DOGBREEDS_SCREENSHOTS names a folder. */
  const keepPicture = async (what: string): Promise<void> => {
    const pictures = process.env.DOGBREEDS_SCREENSHOTS;
    if (pictures) await page?.screenshot({ path: join(pictures, `${what}.png`) });
  };
  /** Opens a notebook of the test's folder with its kernel ready, and gives its cells. */
  const openNotebook = async (file: string) => {
    await page.goto(`${address}/lab/tree/data/cache/${name}/${file}.ipynb?token=secret&reset`);
    const cells = page.locator('.jp-Notebook .jp-Cell');
    await cells.first().waitFor({ timeout: 180_000 });
    await page.getByText('Dog breeds (TypeScript) | Idle').waitFor({ timeout: 180_000 });
    await page.waitForTimeout(2000); // it says so a moment before it takes requests
    return cells;
  };

  it('a notebook runs, a figure shows, an edit in lib/ takes effect at the next run of a cell', async () => {
    const cells = await openNotebook('lab');
    const runCell = async (index: number) => {
      await cells.nth(index).locator('.cm-content').click();
      await page.keyboard.press('Control+Enter');
    };
    await runCell(1);
    await page.getByText('answer: first version').waitFor({ timeout: 180_000 });
    await runCell(2);
    await page.locator('.jp-OutputArea .js-plotly-plot .main-svg').first().waitFor({ timeout: 180_000 });
    assert.equal(await page.locator('.jp-OutputArea .barlayer .point').count(), 2);
    writeFileSync(join(library, 'answer.ts'), 'export const answer = (): string => `second version`;\n');
    await runCell(1);
    await page.getByText('answer: second version').waitFor({ timeout: 180_000 });
    // saved by JupyterLab with its outputs, and what git would take of it
    const path = join(work, 'lab.ipynb');
    const sources = () => parseNotebook(stripped(path), path).cells;
    const before = sources();
    await page.keyboard.press('Control+s');
    for (let tries = 0; tries < 100 && !readFileSync(path, 'utf8').includes('second version'); tries++)
      await page.waitForTimeout(100);
    assert.match(readFileSync(path, 'utf8'), /second version/);
    assert.deepEqual(sources(), before);
    await keepPicture('jupyterlab');
  });

  it('what a cell returns is shown as what it is', async () => {
    const cells = await openNotebook('results');
    await cells.first().locator('.cm-content').click();
    for (let cell = 0; cell <= RICH_RESULTS.length; cell++) await page.keyboard.press('Shift+Enter');
    for (const [index, { what, shown, text }] of RICH_RESULTS.entries()) {
      const output = cells.nth(index + 1).locator('.jp-OutputArea-output');
      await output.locator(shown).first().waitFor({ state: 'attached', timeout: 180_000 });
      if (text) assert.match((await output.allInnerTexts()).join('\n'), text, what);
      await cells.nth(index + 1).scrollIntoViewIfNeeded();
      await keepPicture(`result-${index + 1}-${what.replaceAll(' ', '-')}`);
    }
  });
});
