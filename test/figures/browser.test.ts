import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { representValue } from '../../lib/figures/index';
import { nonNull } from '../support/non-null';
import { sampleFigures } from './sample-figures';

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
