import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { confusionMatrix } from '../../lib/evaluation/index';
import { confusionFigure, type Figure, representValue } from '../../lib/figures/index';
import { nonNull } from '../support/non-null';
import { breedNames, sampleFigures, sampleLabels } from './sample-figures';

const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

/** The part of Plotly that the page calls. */
interface PlotlyWindow {
  Plotly: {
    newPlot(id: string, data: object[], layout: object, config: object): Promise<void>;
    validate(data: object[], layout: object): { code: string; msg: string }[] | undefined;
  };
}

describe('figures in Chromium', { skip: EXECUTABLE ? false : 'no Chromium on this machine' }, () => {
  let browser: Browser;
  before(async () => {
    browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGS });
  });
  after(() => browser.close());

  it('a table is sorted by a click on a heading, numbers as numbers, and brings no script', async () => {
    const { data } = await representValue(new Map(Object.entries({ pug: 9, chow: 100, borzoi: 20 })));
    const html = String(data['text/html']);
    assert.ok(!html.includes('<script'));
    const page = await browser.newPage();
    await page.setContent(html);
    const order = () => page.locator('tbody th').allTextContents();
    await page.locator('thead th').nth(1).click();
    assert.deepEqual(await order(), ['pug', 'borzoi', 'chow']);
    await page.locator('thead th').nth(1).click();
    assert.deepEqual(await order(), ['chow', 'borzoi', 'pug']);
    assert.equal(await page.locator('thead th').nth(1).getAttribute('aria-sort'), 'descending');
    await page.locator('thead th').first().click();
    assert.deepEqual(await order(), ['borzoi', 'chow', 'pug']);
    await page.close();
  });

  const matrices = Object.entries({
    'two classes': ['a', 'b'],
    'five breeds': breedNames(5),
    'names of any length': [
      'a',
      ...['', ' too', ' as well'].map(
        (end) => `What somebody calls a folder of photos of dogs in the snow${end}`,
      ),
      'Épagneul breton 🐶 français',
    ],
    'twenty breeds': breedNames(20),
    'twenty long names': breedNames(20).map((name) => `${name} and what else they are called`),
    '120 breeds': breedNames(120),
  });
  for (const width of [860, 390])
    it(`matrices of 2 to 120 classes at ${width} px: names whole or cut by us, apart from each other and titles`, async () => {
      const page = await browser.newPage({ viewport: { width, height: 1000 } });
      await page.setContent('<!doctype html><body style="margin:0"><div id="matrix"></div></body>');
      await page.addScriptTag({ content: readFileSync(require.resolve('plotly.js-dist-min'), 'utf8') });
      for (const [what, names] of matrices) {
        const { actual, predicted } = sampleLabels(names.length, 30 * names.length);
        const figure = confusionFigure(confusionMatrix(actual, predicted, names.length), names);
        const phone = (figure.layout as { meta: { phone?: Figure } }).meta.phone;
        const shown = width === 390 && phone ? phone : figure;
        await draw(page, 'matrix', shown.data, shown.layout);
        await checkMatrix(page, what, width, shown.layout.height ?? 0);
      }
      await page.close();
    });

  for (const width of [1280, 390])
    it(`all are drawn at ${width} px without an error, titles and legends apart and within the figure`, async () => {
      const errors: string[] = [];
      const page = await browser.newPage({ viewport: { width, height: 800 } });
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      page.on('pageerror', (error) => errors.push(String(error)));
      const figures = Object.entries(sampleFigures());
      const places = figures.map(([name]) => `<div id="${name}"></div>`).join('');
      await page.setContent(`<!doctype html><body>${places}</body>`);
      const file = require.resolve('plotly.js-dist-min');
      await page.addScriptTag({ content: readFileSync(file, 'utf8') });
      for (const [name, figure] of figures) await draw(page, name, figure.data, figure.layout);
      for (const [name] of figures) {
        const title = await page.locator(`#${name} .gtitle`).boundingBox();
        const drawing = await page.locator(`#${name}`).boundingBox();
        const legend = page.locator(`#${name} .legend`);
        assert.ok(title && drawing, `${name} has a title`);
        assert.ok(title.y >= drawing.y && title.x + title.width <= width, `the title of ${name} is cut off`);
        if ((await legend.count()) === 0) continue;
        const box = nonNull(await legend.boundingBox());
        assert.ok(box.y >= title.y + title.height - 2, `the legend of ${name} covers its title`);
        assert.ok(box.x + box.width <= width, `the legend of ${name} is cut off`);
      }
      assert.deepEqual(errors, []);
      await page.close();
    });
});

/** Where every text of a kind stands in the page. */
const boxes = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((texts) =>
    texts.map((text) => {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      return { left, right, top, bottom };
    }),
  );

/** No name or title of the matrix in the page is cut off, or touches another one; its cells have room. */
async function checkMatrix(page: Page, what: string, width: number, height: number): Promise<void> {
  const kinds = [
    '.nsewdrag',
    '.gtitle',
    '.xtitle',
    '.ytitle',
    '.xtick text',
    '.ytick text',
    '.annotation-text',
  ];
  const found = await Promise.all(kinds.map((kind) => boxes(page, kind)));
  const [plot, title, across, down, below = [], beside = [], notes = []] = found;
  for (const { left, right, top, bottom } of [...below, ...beside, ...notes])
    assert.ok(left >= 0 && right <= width && top >= 0 && bottom <= height, `${what}: a name is cut off`);
  const [titleBelow, titleAbove] = [nonNull(across?.[0]).top, nonNull(title?.[0]).bottom];
  for (const name of below)
    assert.ok(name.bottom + 4 <= titleBelow, `${what}: a name touches the title of its axis`);
  for (const name of beside) {
    assert.ok(name.left >= nonNull(down?.[0]).right, `${what}: a name touches "actual"`);
    assert.ok(name.top >= titleAbove, `${what}: a name touches the title`);
  }
  for (const [names, from, to] of [
    [below, 'left', 'right'],
    [beside, 'top', 'bottom'],
  ] as const) {
    const order = [...names].sort((a, b) => a[from] - b[from]);
    for (const [i, name] of order.slice(1).entries())
      assert.ok(name[from] >= nonNull(order[i])[to] - 2, `${what}: one name lies over another`);
  }
  const cells = nonNull(plot?.[0]);
  assert.ok(cells.bottom - cells.top >= 40 && cells.right - cells.left >= 90, `${what}: no room for cells`);
}

/** Draws a figure; unknown attributes and bad values fail (attributes without effect do not: the axes share a style). */
async function draw(page: Page, name: string, data: object[], layout: object): Promise<void> {
  const problems = await page.evaluate(
    async ([id, traces, frame]) => {
      const { Plotly } = window as unknown as PlotlyWindow;
      await Plotly.newPlot(id, traces, frame, { responsive: true });
      // Plotly 4's validate() itself throws on any legend, so the legend is left out.
      const { legend: _, ...checked } = frame as { legend?: object };
      const found = Plotly.validate(traces, checked) ?? [];
      return found.filter(({ code }) => code !== 'unused').map(({ msg }) => msg);
    },
    [name, data, layout] as [string, object[], object],
  );
  assert.deepEqual(problems, [], `${name}: ${problems.join('; ')}`);
}
