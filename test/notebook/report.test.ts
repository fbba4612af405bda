import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { fromRoot } from '../../lib/base/index';
import { readNotebook } from '../../lib/notebook/notebook-file';
import { renderMarkdown } from '../../lib/notebook/report/markdown';
import { writeAssets } from '../../lib/notebook/report/page';
import { settle } from '../../lib/notebook/report/render-outputs';
import { type ReportRun, renderReport } from '../../lib/notebook/report/render-report';
import { sanitize } from '../../lib/notebook/report/sanitize';
import { createFigureRenderer, type FigureRenderer } from '../../lib/notebook/report/static-figure';
import { hashOutputs, importedFiles } from '../../lib/notebook/run/fingerprint';
import { runAll } from '../../lib/notebook/run/run-all';
import { runNotebook } from '../../lib/notebook/run/run-notebook';
import { planRun, runSlug } from '../../lib/notebook/run/run-plan';
import { chromiumPath, launchChromium } from '../app/support/chromium';
import { code, makeNotebook, temporaryFolder } from './make-notebook';

const folder = temporaryFolder();
after(() => rmSync(folder, { recursive: true, force: true }));

describe('HTML of cells', () => {
  it('keeps what shows and loses what runs, loads or submits', () => {
    const bad =
      '<script>alert(1)</script><b onclick="alert(2)">bold</b><iframe src="https://x.test"></iframe><a href="javascript:alert(3)">link</a><img src="https://x.test/a.png" onerror="alert(4)"><img src="data:image/png;base64,AA" alt="ok"><form action="/"><input></form><style>b{}</style><p style="position:fixed;text-align:right">p</p><svg onload="alert(5)"></svg><object data="x"></object>';
    const html = sanitize(bad);
    assert.equal(
      html,
      '<b>bold</b><a>link</a><img /><img src="data:image/png;base64,AA" alt="ok" /><p style="text-align:right">p</p>',
    );
  });

  it('keeps tables and picture grids of lib/figures whole', () => {
    const table =
      '<table class="dogbreeds-table"><caption>c</caption><thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td data-value="1.5">1.5</td></tr></tbody></table>';
    assert.equal(sanitize(table), table);
    const grid =
      '<div class="dogbreeds-grid" role="group" aria-label="g" style="grid-template-columns:repeat(auto-fill, minmax(160px, 1fr))"></div>';
    assert.match(sanitize(grid), /grid-template-columns:repeat\(auto-fill, minmax\(160px, 1fr\)\)/);
  });

  it('Markdown: tables, math as MathML, code highlighted, anchors unique', () => {
    const headings: { level: number; text: string; id: string }[] = [];
    const html = renderMarkdown(
      '## A `b`\n\n## A b\n\n$x^2$\n\n```typescript\nconst a = 1;\n```\n\n|a|\n|-|\n|1|',
      headings,
    );
    assert.deepEqual(
      headings.map(({ id }) => id),
      ['a-b', 'a-b-2'],
    );
    assert.match(html, /<msup><mi>x<\/mi><mn>2<\/mn><\/msup>/);
    assert.match(html, /<span class="hljs-keyword">const<\/span>/);
    assert.match(html, /<td>1<\/td>/);
  });

  it('text ends as a terminal shows it', () => {
    assert.equal(settle('10 %\r20 %\r\u001b[31m30 %\u001b[39m\nnext\r\n'), '30 %\nnext\n');
  });
});

describe('figures without a browser', () => {
  let renderer: FigureRenderer;
  before(() => {
    renderer = createFigureRenderer();
  });
  after(() => renderer.close());

  it('draws bars, with the ticks and names that Plotly gives them', async () => {
    const svg = await renderer.render({
      data: [{ type: 'bar', x: ['beagle', 'borzoi'], y: [3, 1] }],
      layout: { title: { text: 'Photos' } },
    });
    assert.equal((svg.match(/class="point"/g) ?? []).length, 2);
    for (const text of ['beagle', 'borzoi', 'Photos', '2.5'])
      assert.ok(svg.includes(`>${text}</text>`), text);
    assert.equal((await sharp(Buffer.from(svg)).metadata()).width, 860);
  });

  it('draws a heatmap cell by cell in its colours', async () => {
    const colorscale = [
      [0, 'rgb(255,0,0)'],
      [1, 'rgb(0,0,255)'],
    ];
    const layout = { width: 400, height: 400, margin: { l: 0, r: 0, t: 0, b: 0 } };
    const svg = await renderer.render({
      data: [
        {
          type: 'heatmap',
          z: [
            [0, 1],
            [1, 0],
          ],
          colorscale,
          showscale: false,
        },
      ],
      layout,
    });
    const { data, info } = await sharp(Buffer.from(svg))
      .flatten({ background: '#fff' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => [
      ...data.subarray((y * info.width + x) * info.channels, (y * info.width + x) * info.channels + 3),
    ];
    // The first row of z lies at the bottom.
    assert.deepEqual(
      [at(100, 300), at(300, 300), at(100, 100), at(300, 100)],
      [
        [255, 0, 0],
        [0, 0, 255],
        [0, 0, 255],
        [255, 0, 0],
      ],
    );
  });

  it('draws parallel coordinates, which Plotly leaves to WebGL: a line for each row, names of axes and ticks', async () => {
    const dimensions = [
      { label: 'blocks', values: [1, 2, 3], range: [1, 3] },
      { label: 'activation', values: [0, 1, 0], range: [0, 1], tickvals: [0, 1], ticktext: ['relu', 'elu'] },
    ];
    const line = { color: [2, 1, 3] };
    const svg = await renderer.render({ data: [{ type: 'parcoords', dimensions, line }], layout: {} });
    assert.equal(svg.match(/class="js-line"/g)?.length, 3);
    for (const text of ['blocks', 'activation', 'relu', 'elu', '1', '3'])
      assert.ok(svg.includes(`>${text}<`), `no ${text}`);
    assert.equal(svg.match(/stroke: rgb\(0, 114, 178\)/g)?.length, 1, 'the lowest stands out');
  });

  it('gives the same bytes for the same figure, whatever was drawn before', async () => {
    const figure = { data: [{ type: 'scatter', y: [1, 3, 2] }], layout: {} };
    const other = createFigureRenderer();
    await renderer.render({ data: [{ type: 'histogram', x: [1, 1, 2] }], layout: {} });
    assert.equal(await renderer.render(figure), await other.render(figure));
    other.close();
  });
});

describe('the report of the sample', () => {
  const sample = fromRoot('test', 'notebook', 'fixtures', 'sample.ipynb');
  const run: ReportRun = {
    name: 'sample',
    startedAt: '2026-01-02T03:04:05.000Z',
    seconds: 93.4,
    revision: 'abc1234',
    parameters: { rows: 5 },
    failure: null,
  };
  let html = '';

  before(async () => {
    const { notebook, failure } = await runNotebook(sample, {
      output: join(folder, 'sample.ipynb'),
      parameters: { rows: 5 },
    });
    assert.equal(failure?.message, undefined);
    const renderer = createFigureRenderer();
    html = (await renderReport(notebook, run, { renderer })).html;
    const again = createFigureRenderer();
    const { html: fromFile } = await renderReport(readNotebook(join(folder, 'sample.ipynb')), run, {
      renderer: again,
    });
    assert.ok(fromFile === html, 'the notebook read back gives the same bytes');
    again.close();
    renderer.close();
    mkdirSync(join(folder, 'reports'), { recursive: true });
    await writeAssets(join(folder, 'reports'));
    writeFileSync(join(folder, 'reports', 'sample.html'), html);
    const { html: whole } = await renderReport(notebook, run, { standalone: true });
    mkdirSync(join(folder, 'alone'));
    writeFileSync(join(folder, 'alone', 'sample.html'), whole);
  });

  it('opens with question, answers with intervals, data, engine, seed, date, revision and time', () => {
    const card = html.slice(html.indexOf('<section class="card"'), html.indexOf('</section>'));
    for (const text of [
      'Does each kind of output reach the report?',
      '100.0 %',
      '95 % interval: 90.0 % to 100.0 %',
      '0123456789abcdef',
      '3 breeds',
      'no engine',
      '42',
      '2026-01-02 03:04 UTC',
      'abc1234',
      '1 min 33 s',
      'rows = 5',
    ])
      assert.ok(card.includes(text), text);
    assert.ok(html.lastIndexOf('Look at it on a phone.') > html.indexOf('id="what-next"'));
  });

  it('an output that cannot be rendered costs itself, and says why', async () => {
    const broken = [
      { 'image/png': Buffer.from('no picture').toString('base64'), 'text/plain': 'p' },
      { 'application/vnd.plotly.v1+json': null, 'text/plain': 'f' },
      { 'text/plain': 'what follows' },
    ];
    const path = makeNotebook(folder, 'broken', [code('1')]);
    const notebook = readNotebook(path);
    const [cell] = notebook.cells;
    assert.ok(cell?.cell_type === 'code');
    cell.outputs = broken.map((data) => ({ output_type: 'display_data', data, metadata: {} }));
    const renderer = createFigureRenderer();
    const page = (await renderReport(notebook, run, { renderer })).html;
    renderer.close();
    assert.match(page, /This output \(image\/png, text\/plain\) cannot be shown: .*unsupported image format/);
    assert.match(page, /This output \(application\/vnd\.plotly\.v1\+json, text\/plain\) cannot be shown: /);
    assert.match(page, /what follows/);
  });

  it('leaves progress out, keeps streams in order, weighs little', () => {
    assert.ok(!html.includes('work: done'));
    const places = ['>rows 5<', '>a warning<', '>seed 42<'].map((text) => html.indexOf(text));
    assert.ok(places.every((place) => place > 0));
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
    assert.ok(html.length < 300_000, `${html.length} bytes`);
  });

  it('has three figures, each with its picture, its words and its data', () => {
    assert.equal((html.match(/<figure class="plot"/g) ?? []).length, 3);
    assert.equal(
      (html.match(/<img class="plot-picture" src="data:image\/svg\+xml;base64,/g) ?? []).length,
      3,
    );
    assert.ok(html.includes('alt="three bars that rise"'));
    assert.ok(html.includes('3.123457'), 'numbers are rounded to 7 digits');
  });

  const noBrowser = chromiumPath() ? false : 'no Chromium found; set CHROMIUM_PATH';
  describe('in Chromium, from disk, offline', { skip: noBrowser }, () => {
    let browser: Browser;
    before(async () => {
      browser = await launchChromium();
    });
    after(() => browser?.close());

    /** Opens a page offline; what it complained about. */
    const open = async (file: string, options: { width: number; javaScriptEnabled?: boolean }) => {
      const context = await browser.newContext({
        viewport: { width: options.width, height: 900 },
        javaScriptEnabled: options.javaScriptEnabled ?? true,
        offline: true,
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on(
        'console',
        (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()),
      );
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => /^https?:/.test(request.url()) && complaints.push(request.url()));
      await page.goto(pathToFileURL(join(folder, file)).href);
      return { page, complaints };
    };

    for (const width of [1280, 390])
      it(`${width} px wide: draws the figures, folds code, sorts tables, no error, nothing beside the page`, async () => {
        const { page, complaints } = await open('reports/sample.html', { width });
        for (let figure = 1; figure <= 3; figure++) {
          await page.locator(`#figure-${figure}`).scrollIntoViewIfNeeded();
          await page.locator(`#figure-${figure} .plot-live .main-svg`).first().waitFor();
        }
        assert.equal(await page.locator('details.source[open]').count(), 1, 'injected parameters only');
        await page.click('#code-switch');
        assert.equal(await page.locator('details.source:not([open])').count(), 0);
        const table = page.locator('table.dogbreeds-table');
        const photos = table.getByRole('button', { name: 'photos' });
        // a phone shows rows as cards, without the heads that sort them
        if (width > 640) for (let click = 0; click < 2; click++) await photos.click();
        const order = width > 640 ? ['borzoi', 'beagle'] : ['beagle', 'borzoi'];
        assert.deepEqual(await table.locator('tbody td:first-child').allTextContents(), order);
        await page.click('#theme-switch');
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
        assert.deepEqual(complaints, []);
        await page.context().close();
      });

    it('without JavaScript and on paper: the pictures stand for the figures', async () => {
      const { page } = await open('reports/sample.html', { width: 1280, javaScriptEnabled: false });
      assert.equal(await page.locator('.plot-picture:visible').count(), 3);
      await page.context().close();
      const { page: printed } = await open('reports/sample.html', { width: 1280 });
      await printed.locator('#figure-1').scrollIntoViewIfNeeded();
      await printed.locator('#figure-1 .main-svg').first().waitFor();
      await printed.emulateMedia({ media: 'print' });
      assert.equal(await printed.locator('.plot-picture:visible').count(), 3);
      assert.equal(await printed.locator('.plot-live:visible').count(), 0);
      await printed.context().close();
    });

    it('standalone: one file, moved elsewhere, draws too', async () => {
      const { page, complaints } = await open('alone/sample.html', { width: 1280 });
      await page.locator('#figure-1').scrollIntoViewIfNeeded();
      await page.locator('#figure-1 .main-svg').first().waitFor();
      assert.deepEqual(complaints, []);
      await page.context().close();
    });
  });
});

describe('runs of several notebooks', () => {
  it('skip what is up to date, run again what changed and what needs it; order and failures hold', async () => {
    const work = join(folder, 'set');
    mkdirSync(work);
    const paths = [
      makeNotebook(work, '01-first', ['console.log(1);']),
      makeNotebook(work, '02-second', [
        "import { escapeHtml } from './lib/figures/display/escape-html';\nconsole.log(escapeHtml('<'));",
      ]),
      makeNotebook(work, '03-alone', ['console.log(3);'], { needs: [] }),
    ];
    const statuses = async (options: { force?: boolean; jobs?: number } = {}) => {
      const outcomes = await runAll(planRun(paths, new Map()), { folder: join(work, 'runs'), ...options });
      return outcomes.map(({ status }) => status);
    };
    assert.deepEqual(await statuses({ jobs: 2 }), ['ok', 'ok', 'ok']);
    assert.deepEqual(await statuses(), ['skipped', 'skipped', 'skipped']);
    makeNotebook(work, '01-first', ['console.log(11);']);
    assert.deepEqual(await statuses(), ['ok', 'ok', 'skipped']);
    makeNotebook(work, '01-first', ["throw new Error('first');"]);
    assert.deepEqual(await statuses(), ['failed', 'not run', 'skipped']);
  });

  it('know the lib files that a notebook reaches, and what of its outputs lasts', () => {
    const path = makeNotebook(folder, 'reaches', [
      "import { showTable } from './lib/figures/display/show-table';",
    ]);
    const files = importedFiles(readNotebook(path));
    for (const name of ['show-table.ts', 'display.ts', 'escape-html.ts'])
      assert.ok(files.includes(fromRoot('lib', 'figures', 'display', name)), name);
    const notebook = readNotebook(path);
    const [cell] = notebook.cells;
    assert.ok(cell?.cell_type === 'code');
    const progress = (text: string) => ({
      output_type: 'display_data' as const,
      metadata: {},
      data: { 'application/vnd.dogbreeds.progress+json': { text }, 'text/plain': text },
    });
    cell.outputs = [progress('1 s')];
    const hash = hashOutputs(notebook);
    cell.outputs = [progress('2 s')];
    assert.equal(hashOutputs(notebook), hash);
  });

  it('name their folder after what was given', () => {
    assert.equal(runSlug({}), 'default');
    assert.match(runSlug({ dataset: '/photos/stanford dogs' }), /^stanford-dogs-[0-9a-f]{8}$/);
  });
});

describe('shared files', () => {
  it('are copied beside the pages and weigh less than 6 MB together (the whole of Plotly: 4.7)', async () => {
    await writeAssets(join(folder, 'shared'));
    const sizes = ['report.css', 'report.js', 'plotly.min.js', 'reveal.js'].map(
      (name) => statSync(join(folder, 'shared', 'assets', name)).size,
    );
    assert.ok(sizes.reduce((sum, size) => sum + size) < 6_000_000);
    assert.ok(readFileSync(join(folder, 'shared', 'assets', 'report.css'), 'utf8').includes('@media print'));
  });
});
