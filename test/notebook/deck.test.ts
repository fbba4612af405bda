/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { deckCommand } from '../../lib/commands/deck';
import { type RunValues, VALUES_MIME } from '../../lib/figures/index';
import { collectValues } from '../../lib/notebook/deck/collect-values';
import { LANGUAGES, type Language, numbersOf, typeset } from '../../lib/notebook/deck/language';
import { deckFile, renderDeck, renderSlides } from '../../lib/notebook/deck/render-deck';
import { countGroups, filedLines, finalTitle } from '../../lib/notebook/deck/slides-final';
import { overlap, worthTitle } from '../../lib/notebook/deck/slides-preparation';
import { searchTitle } from '../../lib/notebook/deck/slides-scratch';
import { classifiersTitle, networksTitle, variantLine } from '../../lib/notebook/deck/slides-transfer';
import { conclusionTitle, indexTitle } from '../../lib/notebook/deck/slides-use';
import { CHAPTER_WORDS, DATA_WORDS } from '../../lib/notebook/deck/words-data';
import { FINAL_WORDS } from '../../lib/notebook/deck/words-final';
import { PREPARATION_WORDS } from '../../lib/notebook/deck/words-preparation';
import { SCRATCH_WORDS } from '../../lib/notebook/deck/words-scratch';
import { TRANSFER_WORDS } from '../../lib/notebook/deck/words-transfer';
import { USE_WORDS } from '../../lib/notebook/deck/words-use';
import { type Notebook, writeNotebook } from '../../lib/notebook/notebook-file';
import { writeAssets } from '../../lib/notebook/report/page';
import { createFigureRenderer, type FigureRenderer } from '../../lib/notebook/report/static-figure';
import { chromiumPath, launchChromium } from '../app/support/chromium';
import { inventedValues, shareOf } from './deck-values';
import { temporaryFolder } from './make-notebook';

const folder = temporaryFolder();
after(() => rmSync(folder, { recursive: true, force: true }));

/** A notebook whose one cell kept these values. */
const notebookOf = (values: Partial<RunValues>): Notebook => ({
  cells: [
    {
      cell_type: 'code',
      source: '',
      metadata: {},
      execution_count: null,
      outputs: Object.entries(values).map(([name, value]) => ({
        output_type: 'display_data',
        data: { [VALUES_MIME]: { name, value }, 'text/plain': '' },
        metadata: {},
      })),
    },
  ],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

/** What the sentences need of a deck. */
const speak = (language: Language) => ({
  say: <T>(text: Record<Language, T>): T => text[language],
  numbers: numbersOf(language),
});
const english = speak('en');

/** The slides of the issue, in its order. */
const ORDER =
  'title agenda problem four-numbers photos-per-breed what-photos-look-like sizes-and-channels quality equalized denoised whitened augmented what-preprocessing-is-worth small-network search small-network-scores transfer-learning networks-compared classification-report boxes-and-classical-models final-model confusion-by-group confused-pairs trust page index limits conclusion thanks'.split(
    ' ',
  );

describe('the dictionary of the deck', () => {
  it('has every text in every language, in French with French spaces and apostrophes', () => {
    const all = [
      CHAPTER_WORDS,
      DATA_WORDS,
      PREPARATION_WORDS,
      SCRATCH_WORDS,
      TRANSFER_WORDS,
      FINAL_WORDS,
      USE_WORDS,
    ];
    for (const words of all)
      for (const [key, text] of Object.entries(words)) {
        assert.deepEqual(Object.keys(text), [...LANGUAGES], key);
        assert.equal(typeof text.en, typeof text.fr, key);
        assert.ok(String(text.fr).length > 0 && String(text.en).length > 0, key);
        if (typeof text.en === 'function')
          assert.equal(text.en.length, (text.fr as () => unknown).length, key);
        else if (typeof text.en === 'object')
          assert.equal(Object.values(text.en).length <= Object.values(text.fr).length, true, key);
      }
    const narrow = '\u202f';
    assert.equal(numbersOf('fr').percent(0.8491), `84,9${narrow}%`);
    assert.equal(numbersOf('fr').whole(20580), `20${narrow}580`);
    assert.equal(numbersOf('en').percent(0.8491), '84.9\u00a0%');
    assert.equal(
      typeset("l'erreur : « 5 % » ; <b class=\"a : b\">c ?</b> <code>a : 'b'</code>", 'fr'),
      `l’erreur\u00a0: «\u00a05${narrow}%\u00a0»${narrow}; <b class="a : b">c${narrow}?</b> <code>a : 'b'</code>`,
    );
  });
});

describe('sentences of the deck follow the values', () => {
  const step = (name: string, estimate: number, low: number) => ({
    name,
    accuracy: shareOf(0.5, 400),
    gain: { estimate, low, high: 2 * estimate - low, confidence: 0.95 },
  });
  it('what preprocessing is worth: who gains most, whether the interval allows it, nothing', () => {
    const plain = { ...step('none', 0, 0), gain: null };
    assert.equal(
      worthTitle(english, [plain, step('CLAHE', 0.03, -0.01), step('mixup', 0.02, 0.01)]),
      '“CLAHE” comes first by 3.0 points, which cannot be told apart from plain pixels at this size',
    );
    assert.equal(
      worthTitle(english, [plain, step('CLAHE', 0.03, -0.01), step('mixup', 0.3, 0.01)]),
      '“mixup” is worth 30.0 points of accuracy over plain pixels',
    );
    assert.equal(
      worthTitle(english, [plain, step('CLAHE', -0.03, -0.1)]),
      'No preprocessing does better than plain pixels',
    );
  });

  it('the search', () => {
    const search = (best: number, presentation: number, n = 84) =>
      searchTitle(english, { trials: 20, best: shareOf(best, n), presentation: shareOf(presentation, n) });
    assert.match(search(0.67, 0.61), /not to be told apart/);
    assert.match(search(0.9, 0.4), /^20 trials found settings worth .* points/);
    assert.match(search(0.4, 0.9), /found nothing better/);
  });

  it('networks: the best on validation, beside the presentation only on its 20 breeds', () => {
    const rows = [
      { name: 'resnet50', validation: 0.9, test: shareOf(0.94, 300) },
      { name: 'inceptionv3', validation: 0.95, test: shareOf(0.9, 300) },
    ];
    assert.match(
      networksTitle(english, rows, 20),
      /^InceptionV3 names 90\.0.% .*; the presentation’s best, ahead, 92/,
    );
    assert.match(networksTitle(english, rows.slice(0, 1), 20), /^ResNet50 names .* reached 92\.2/);
    assert.ok(!networksTitle(english, rows, 4).includes('presentation'));
  });

  it('classifiers and variants', () => {
    const row = (name: string, share: number) => ({ name, test: shareOf(share, 1000) });
    assert.match(
      classifiersTitle(english, [row('linear SVM', 0.95), row('random forest', 0.94)]),
      /matters less: 2 .* 1\.0 points/,
    );
    assert.match(
      classifiersTitle(english, [row('linear SVM', 0.7), row('random forest', 0.94)]),
      /^random forest is first/,
    );
    const variant = (own: number, other: number, pValue: number) =>
      variantLine(english, 'boxes', {
        network: 'x',
        own: shareOf(own, 1000),
        variant: shareOf(other, 1000),
        pValue,
      });
    assert.match(variant(0.9, 0.95, 0.001), /\+5\.0 points/);
    assert.match(variant(0.95, 0.9, 0.001), /−5\.0 points/);
    assert.match(variant(0.95, 0.9, 0.2), /not to be told apart/);
  });

  it('the final model is set beside the presentation only on as many breeds', () => {
    const value = { breeds: 120, test: 2786, accuracy: shareOf(0.936, 2786) };
    assert.match(
      finalTitle(english, value),
      /^120 breeds: .* 93\.6.% of 2,786 test photos right, the presentation’s 72\.5/,
    );
    assert.equal(
      finalTitle(english, { ...value, breeds: 4, test: 15, accuracy: shareOf(0.8, 15) }),
      '4 breeds: the final model names 80.0\u00a0% of 15 test photos right',
    );
  });

  it('mistakes by group, counted by hand', () => {
    const breeds = ['beagle', 'basset', 'pug', 'dingo'];
    const matrix = [
      [8, 2, 0, 0],
      [0, 9, 1, 0],
      [1, 0, 9, 0],
      [0, 0, 0, 10],
    ];
    assert.deepEqual(countGroups({ breeds, matrix }), {
      groups: [6, 9, 0],
      counts: [
        [19, 1, 0],
        [1, 9, 0],
        [0, 0, 10],
      ],
      mistakes: 4,
      inside: 2,
      // Three mistakes of breeds with one fellow among three others, one of a breed without.
      expected: 1 / 4,
    });
    assert.equal(countGroups({ breeds: ['mine'], matrix: [[1]] }), null);
  });

  it('filing, index, conclusion, overlap', () => {
    const filed = { wanted: 0.99, threshold: 2, filed: shareOf(0, 100), precision: null };
    const trust = { filed: [filed] } as unknown as RunValues['trust'];
    assert.match(filedLines(english, trust).join(), /can vouch for no threshold at 99/);
    const index = { files: 100, decisions: { breed: 90, 'not sure': 10 }, verdicts: 0, precision: null };
    assert.equal(indexTitle(english, index), 'An index of 100 photos: 90\u00a0% of them get a breed');
    assert.match(
      indexTitle(english, { ...index, verdicts: 50, precision: shareOf(0.9, 50) }),
      /50 verdicts say that 90.% of the names are right/,
    );
    assert.match(conclusionTitle({ ...english, values: {} }), /^A pretrained network/);
    assert.equal(overlap([[0.5, 0.5]], [[0.5, 0.5]]), 1);
    assert.equal(overlap([[1, 0]], [[0, 1]]), 0);
  });
});

describe('slides', () => {
  let renderer: FigureRenderer;
  let values: RunValues;
  before(async () => {
    renderer = createFigureRenderer();
    values = await inventedValues();
  });
  after(() => renderer.close());
  const ids = (slides: readonly string[]) => slides.map((slide) => /^<section id="([^"]+)"/.exec(slide)?.[1]);

  it('stand in the order of the presentation, at most 30, each with source and notes', async () => {
    const slides = await renderSlides(values, 'en', () => renderer);
    assert.deepEqual(ids(slides), ORDER);
    assert.ok(slides.length <= 30);
    for (const slide of slides) {
      assert.match(slide, /<p class="source">[^<]|<p class="source">.*<a/);
      assert.match(slide, /<aside class="notes">.{60,}<\/aside>/s);
    }
  });

  it('without values: what the shipped facts tell, and one line that names what is left out', async () => {
    const slides = await renderSlides({}, 'en', () => renderer);
    assert.deepEqual(ids(slides).slice(0, 7), ORDER.slice(0, 7));
    assert.ok(!ids(slides).includes('final-model'));
    const last = slides.at(-1) ?? '';
    assert.match(last, /Left out, since this run has no values for it: .*the final model.*npx dogbreeds run/);
  });

  it('never tell a score on drawn pictures', async () => {
    const drawn = { ...values, scratchFew: { ...values.scratchFew, drawn: true } };
    assert.ok(!ids(await renderSlides(drawn, 'en', () => renderer)).includes('small-network-scores'));
  });

  it('tell the means over seeds of the small network where there are some for these photos, else this run', async () => {
    const scoresOf = async (given: RunValues) =>
      (await renderSlides(given, 'en', () => renderer)).find((slide) =>
        slide.includes('id="small-network-scores"'),
      ) ?? '';
    const means = await scoresOf(values);
    assert.match(means, /From pixels alone: 59\s% right .* and 33\s% where/);
    assert.match(
      means,
      /means over 5 seeds.*271,100 parameters.*macro precision 0\.500 with 20 breeds, 49\s% right/,
    );
    const other = await scoresOf({ ...values, scratchSeeds: { ...values.scratchSeeds, photos: 'others 2' } });
    assert.match(other, /From pixels alone: 61\s% right .* and 28\s% where/);
    assert.match(other, /Bars: this run/);
    assert.doesNotMatch(other, /seeds|residual/);
    const [few] = values.scratchSeeds.rows;
    assert.ok(few);
    const half = await scoresOf({ ...values, scratchSeeds: { ...values.scratchSeeds, rows: [few] } });
    assert.match(half, /From pixels alone: 61\s% right .* and 28\s% where/);
    assert.match(half, /Bars: this run/);
  });

  it('of values that an older version kept are left out and named', async () => {
    const old = { ...values, scratchFew: { breeds: 5 } } as unknown as RunValues;
    const slides = await renderSlides(old, 'en', () => renderer);
    assert.ok(!ids(slides).includes('small-network-scores'));
    assert.match(slides.at(-1) ?? '', /Left out.*the scores of the small network/);
  });

  it('take the last value of a name', () => {
    const older = notebookOf({ costs: [{ step: 'equalize', milliseconds: 9 }] });
    assert.deepEqual(collectValues([older, notebookOf({ costs: [] })]).costs, []);
  });
});

describe('the deck in Chromium', {
  skip: chromiumPath() ? false : 'no Chromium found; set CHROMIUM_PATH',
}, () => {
  let browser: Browser;
  before(async () => {
    const renderer = createFigureRenderer();
    const parts = [{ name: '05-final-model', notebook: notebookOf(await inventedValues()) }];
    await writeAssets(folder);
    for (const language of LANGUAGES)
      writeFileSync(join(folder, deckFile(language)), await renderDeck(parts, language, () => renderer));
    renderer.close();
    browser = await launchChromium();
  });
  after(() => browser?.close());

  const open = async (language: Language, viewport: { width: number; height: number }) => {
    const context = await browser.newContext({ viewport, offline: true });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on(
      'console',
      (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()),
    );
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => /^https?:/.test(request.url()) && complaints.push(request.url()));
    await page.goto(pathToFileURL(join(folder, deckFile(language))).href);
    return { page, complaints };
  };

  for (const language of LANGUAGES)
    it(`${language}: no letter under 20 px, no scroll bar, nothing cut, nothing blank`, async () => {
      const { page, complaints } = await open(language, { width: 1280, height: 720 });
      assert.equal(await page.locator('html').getAttribute('lang'), language);
      const count = await page.locator('.slides > section').count();
      assert.equal(count, ORDER.length);
      const faults: string[] = [];
      for (let slide = 0; slide < count; slide++) {
        await page.evaluate(`Reveal.slide(${slide})`);
        faults.push(...(await faultsOf(page)));
      }
      assert.deepEqual(faults, []);
      assert.deepEqual(complaints, []);
      await page.context().close();
    });

  it('a phone shows the slides below each other with their notes, nothing beside the page', async () => {
    const { page, complaints } = await open('fr', { width: 390, height: 844 });
    assert.equal(await page.locator('.flow .slide:visible').count(), ORDER.length);
    assert.equal(await page.locator('.flow .notes:visible').count(), ORDER.length);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  it('dogbreeds deck --pdf writes a page of 16:9 for each slide, in both languages', async () => {
    const run = join(folder, 'run');
    await writeNotebook(join(run, '02-preprocessing.ipynb'), notebookOf({ costs: [] }));
    await deckCommand({ run, output: join(folder, 'printed'), pdf: true });
    for (const language of LANGUAGES) {
      const html = readFileSync(join(folder, 'printed', deckFile(language)), 'utf8');
      const pdf = readFileSync(join(folder, 'printed', deckFile(language).replace('html', 'pdf')), 'latin1');
      const pages = pdf.match(/\/Type\s*\/Page\b/g) ?? [];
      assert.equal(pages.length, (html.match(/<section id=/g) ?? []).length);
      const boxes = new Set(pdf.match(/\/MediaBox\s*\[[^\]]*\]/g));
      assert.deepEqual([...boxes], ['/MediaBox [0 0 960 540]'], '1280 x 720 px are 960 x 540 points');
    }
  });
});

/** What is wrong with the slide that is shown, in words. */
const faultsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const section = document.querySelector('.slides > section.present');
    const slide = section?.querySelector('.slide');
    const body = slide?.querySelector('.body');
    if (!section || !slide || !body) return ['no slide'];
    const found: string[] = [];
    const frame = slide.getBoundingClientRect();
    if (Math.round(frame.width) !== 1280 || Math.round(frame.height) !== 720)
      found.push(`${frame.width} x ${frame.height}`);
    if (slide.scrollWidth > slide.clientWidth || slide.scrollHeight > slide.clientHeight)
      found.push('scrolls');
    if (!body.textContent?.trim() && !body.querySelector('img')) found.push('blank');
    const [above, below] = [slide.querySelector('header'), slide.querySelector('.source')].map((part) =>
      part?.getBoundingClientRect(),
    );
    for (const part of slide.querySelectorAll('*')) {
      const shown = (part.textContent ?? '').trim().slice(0, 40);
      const own = [...part.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
      if (!own && part.tagName !== 'IMG') continue;
      const box = part.getBoundingClientRect();
      const size = Number.parseFloat(getComputedStyle(part).fontSize);
      if (own && size < 20) found.push(`${size} px: ${shown}`);
      const inside = part.closest('svg')?.getBoundingClientRect() ?? frame;
      if (
        box.left < inside.left - 3 ||
        box.right > inside.right + 3 ||
        box.top < inside.top - 5 ||
        box.bottom > inside.bottom + 5
      )
        found.push(`cut: ${part.tagName} ${shown}`);
      if (box.left < frame.left + 20 || box.right > frame.right - 20) found.push(`at the rim: ${shown}`);
      if (!part.closest('.cover') && part.closest('.body') && above && below)
        if (box.top < above.bottom - 3 || box.bottom > below.top + 3)
          found.push(`over title or source: ${shown}`);
    }
    return found.map((fault) => `${section.id}: ${fault}`);
  });
