import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { fromRoot } from '../../lib/base/index';
import { confusionFigure, PLOTLY_MIME, SUMMARY_MIME } from '../../lib/figures/index';
import type { Notebook, Output } from '../../lib/notebook/notebook-file';
import { markIndex } from '../../lib/notebook/report/mark-stale';
import { writeAssets } from '../../lib/notebook/report/page';
import { renderCover } from '../../lib/notebook/report/render-cover';
import { renderIndex } from '../../lib/notebook/report/render-index';
import { renderMethod } from '../../lib/notebook/report/render-method';
import { renderReport } from '../../lib/notebook/report/render-report';
import { createFigureRenderer } from '../../lib/notebook/report/static-figure';
import { chromiumPath, launchChromium } from '../app/support/chromium';
import { sampleFigures } from '../figures/sample-figures';
import { temporaryFolder } from './make-notebook';

const folder = temporaryFolder();
after(() => rmSync(folder, { recursive: true, force: true }));

const shown = (data: Record<string, unknown>, alt = ''): Output => ({
  output_type: 'display_data',
  data,
  metadata: { alt },
});

const summary = {
  question: 'Which network?',
  answers: [{ label: 'accuracy', value: 1, low: 0.7, high: 1, unit: '%', of: 9, method: 'Wilson' }],
  dataset: { name: 'photos', fingerprint: '0123456789abcdef', counts: { photos: 9 } },
  engine: 'cpu',
  seed: 1,
  next: ['Look.'],
};

/** A matrix whose names have no room on a phone. */
const large = confusionFigure(
  Array.from({ length: 24 }, (_, i) =>
    Array.from({ length: 24 }, (_, j) => (i === j ? 9 : j === (i + 1) % 24 ? 3 : 0)),
  ),
  Array.from({ length: 24 }, (_, i) => `Chesapeake_Bay_retriever_${i}`),
);

/** Every sample figure, a table of many columns twice, and a summary. */
function executed(): Notebook {
  const names = Array.from({ length: 8 }, (_, i) => `a long column ${i}`);
  const cells = names.map((name) => `<td data-value="1" data-label="${name}">1,234.5</td>`).join('');
  const head = names.map((name) => `<th scope="col">${name}</th>`).join('');
  const row = `<tr>${cells}</tr>`;
  const table = `<table class="dogbreeds-table"><thead><tr>${head}</tr></thead><tbody>${row}${row}</tbody></table>`;
  const figures = [...Object.values(sampleFigures()), large].map(({ data, layout, alt }) =>
    shown({ [PLOTLY_MIME]: { data, layout } }, alt),
  );
  const outputs = [
    ...figures,
    shown({ 'text/markdown': '**What we see.** The bars rise.' }),
    shown({ 'text/html': table }),
    shown({ 'text/html': table }),
    shown({ [SUMMARY_MIME]: summary }),
  ];
  return {
    cells: [
      { cell_type: 'markdown', id: 'a', metadata: {}, source: '# A\n\nText.\n\n## Figures and tables' },
      {
        cell_type: 'code',
        id: 'b',
        metadata: { tags: ['cover'] },
        source: 'show();',
        outputs,
        execution_count: 1,
      },
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
}

const record = {
  ...{ key: '', startedAt: '2026-01-01T00:00:00Z', seconds: 1, revision: 'abc', parameters: { seed: 1 } },
  ...{ failure: null, outputs: '' },
};

describe('pages in Chromium', {
  skip: chromiumPath() ? false : 'no Chromium found; set CHROMIUM_PATH',
}, () => {
  let browser: Browser;
  const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  before(async () => {
    browser = await launchChromium();
    const renderer = createFigureRenderer();
    const notebook = executed();
    const { html } = await renderReport(notebook, { ...record, name: 'a' }, { renderer });
    const cover = await renderCover(notebook, () => renderer);
    assert.match(cover, /<img src="data:image\/svg\+xml.*The bars rise\./s);
    renderer.close();
    const entry = { href: 'a.html', title: 'A', summary };
    await writeAssets(folder);
    writeFileSync(join(folder, 'a.html'), html);
    const index = renderIndex([{ ...entry, status: 'ok', cover }], { method: true });
    writeFileSync(join(folder, 'index.html'), markIndex(index, 'Stale since today.'));
    writeFileSync(join(folder, 'method.html'), renderMethod([{ ...entry, record }]));
  });
  after(() => browser?.close());

  /** Opens a page, draws all of its figures, and returns what it complained about. */
  async function open(file: string, width: number): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(file).href);
    for (const figure of await page.locator('figure.plot').all()) {
      await figure.scrollIntoViewIfNeeded();
      await figure.and(page.locator('[data-drawn]')).waitFor();
    }
    return { page, complaints };
  }

  /** What is wider than its box, and the least size of text in figures, px. */
  const measure = (page: Page): Promise<{ cut: string[]; text: number }> =>
    page.evaluate(() => {
      const boxes = [
        document.documentElement,
        ...document.querySelectorAll('.table-box, .html, figure.plot'),
      ];
      const cut = boxes
        .filter((box) => box.scrollWidth > box.clientWidth + 1)
        .map((box) => `${box.className || 'page'}: ${(box.textContent ?? '').trim().slice(0, 60)}`);
      const sizes = [...document.querySelectorAll('.plot-live text')]
        .filter((text) => (text.textContent ?? '').trim() !== '')
        .map((text) => Number.parseFloat(getComputedStyle(text).fontSize));
      return { cut, text: Math.min(99, ...sizes) };
    });

  const violations = async (page: Page): Promise<string[]> => {
    await page.evaluate(axe);
    return page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const found = await axe.run({ preload: false }); // it would fetch the style sheet, which the page forbids
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`);
    });
  };

  for (const name of ['a', 'index', 'method'])
    for (const [width, least] of [
      [1280, 11],
      [1024, 11],
      [390, 9],
    ] as const)
      it(`${name} at ${width} px: nothing cut, text of figures at least ${least} px, axe content`, async () => {
        const { page, complaints } = await open(join(folder, `${name}.html`), width);
        const { cut, text } = await measure(page);
        assert.deepEqual(cut, []);
        assert.ok(text >= least, `text of ${text} px in a figure`);
        assert.deepEqual(await violations(page), []);
        assert.deepEqual(complaints, []);
        await page.close();
      });

  it('the published edition: no report is cut', async () => {
    const edition = fromRoot('reports', 'stanford-dogs');
    const pages = existsSync(edition)
      ? readdirSync(edition).filter((file) => /^(\d.*|index|method)\.html$/.test(file))
      : [];
    for (const file of pages)
      for (const width of [1280, 390]) {
        const { page, complaints } = await open(join(edition, file), width);
        assert.deepEqual(
          { file, width, cut: (await measure(page)).cut, complaints },
          { file, width, cut: [], complaints: [] },
        );
        await page.close();
      }
  });

  it('on paper a table repeats its head and loses no column', async () => {
    const { page } = await open(join(folder, 'a.html'), 1280);
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 720, height: 1000 }); // A4 between its margins, CSS px
    const tables = await page.evaluate(() =>
      [...document.querySelectorAll('table')].map((table) => ({
        head: table.tHead && getComputedStyle(table.tHead).display,
        fits: table.scrollWidth <= (table.parentElement?.clientWidth ?? 0) + 1,
      })),
    );
    for (const table of tables) assert.deepEqual(table, { head: 'table-header-group', fits: true });
    await page.close();
  });
});

it('what a run writes is ignored by git: reports, executed notebooks, models, caches', () => {
  const written = [
    'reports/index.html',
    'reports/01-eda.html',
    'reports/method.html',
    'reports/assets/report.css',
  ];
  const more = ['data/runs/default/01-eda.ipynb', 'data/models/final/model.json', 'data/cache/a'];
  const { stdout } = spawnSync('git', ['check-ignore', ...written, ...more], {
    cwd: fromRoot(),
    encoding: 'utf8',
  });
  if (existsSync(fromRoot('.git'))) assert.deepEqual(stdout.trim().split('\n'), [...written, ...more]);
});
