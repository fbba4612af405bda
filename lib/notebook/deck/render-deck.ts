import { readFileSync } from 'node:fs';
import { breedName } from '../../app/index';
import { photoTable } from '../../dataset/index';
import { escapeHtml, type RunValues } from '../../figures/index';
import type { Notebook } from '../notebook-file';
import { type AssetName, renderPage } from '../report/page';
import type { FigureRenderer } from '../report/static-figure';
import type { Chart } from './charts';
import { collectValues } from './collect-values';
import { LANGUAGES, type Language, numbersOf, safe, typeset } from './language';
import type { DeckContext, Slide, SlideDefinition } from './slide';
import { DATA_SLIDES } from './slides-data';
import { FINAL_SLIDES } from './slides-final';
import { PREPARATION_SLIDES } from './slides-preparation';
import { SCRATCH_SLIDES } from './slides-scratch';
import { TRANSFER_SLIDES } from './slides-transfer';
import { thanks, USE_SLIDES } from './slides-use';
import { CHAPTER_WORDS } from './words-data';

/** Slides of the presentation, in its order; the thanks come last. */
const SLIDES: readonly SlideDefinition[] = [
  ...DATA_SLIDES,
  ...PREPARATION_SLIDES,
  ...SCRATCH_SLIDES,
  ...TRANSFER_SLIDES,
  ...FINAL_SLIDES,
  ...USE_SLIDES,
];

/** From this length on a title takes smaller letters. */
const LONG_TITLE = 92;

/** File of the deck in a language, beside the reports. @example deckFile('fr') // 'deck.fr.html' */
export const deckFile = (language: Language): string =>
  language === 'en' ? 'deck.html' : `deck.${language}.html`;

const WORDS = {
  page: { en: 'Dog breeds: slides', fr: 'Races de chiens : diapositives' },
  description: {
    en: 'Dogs’ breeds from photos, slide by slide',
    fr: 'Les races de chiens sur des photos, page par page',
  },
  other: { en: 'Version française', fr: 'English version' },
} as const;

const isShown = ({ needs, fits }: SlideDefinition, values: Partial<RunValues>): boolean =>
  needs.every((name) => values[name] !== undefined) && (fits?.(values) ?? true);

/** Letters that look the same on every machine, inside the page. */
function fontStyle(): string {
  const faces = [400, 600, 700].map((weight) => {
    const file = require.resolve(
      `@fontsource/source-sans-3/files/source-sans-3-latin-${weight}-normal.woff2`,
    );
    const data = readFileSync(file).toString('base64');
    return `@font-face{font-family:"Source Sans 3";font-weight:${weight};src:url(data:font/woff2;base64,${data}) format("woff2")}`;
  });
  return `<style>${faces.join('')}</style>`;
}

/** Draws charts as SVG elements of the page; their parts get names of their own, since a page holds many. */
function createDraw(renderer: () => FigureRenderer, separators: string): DeckContext['draw'] {
  let drawn = 0;
  return async ({ data, layout, alt }: Chart) => {
    const svg = await renderer().render({ data, layout: { ...layout, separators } }, layout.width);
    const prefix = `c${++drawn}-`;
    return svg
      .replace(/\bid="([^"]+)"/g, `id="${prefix}$1"`)
      .replace(/url\((&quot;|['"])?#([^)'"&]+)(&quot;|['"])?\)/g, `url(#${prefix}$2)`)
      .replace(/\b(xlink:href|href)="#/g, `$1="#${prefix}`)
      .replace('<svg ', `<svg role="img" aria-label="${escapeHtml(alt)}" `);
  };
}

/** `Notebook 05` in a source becomes a link to its report. */
function linkReports(source: string, reports: readonly string[]): string {
  return source.replace(/\b(\d\d)\b/g, (number) => {
    const report = reports.find((name) => name.startsWith(`${number}-`));
    return report ? `<a href="${report}.html">${number}</a>` : number;
  });
}

function renderSlide(
  { id, chapter }: SlideDefinition,
  { title, body, source, notes, face }: Slide,
  { say, language }: Pick<DeckContext, 'say' | 'language'>,
  reports: readonly string[],
): string {
  const plain = title.replace(/<[^>]*>/g, '');
  const [, other] = language === 'en' ? LANGUAGES : [...LANGUAGES].reverse();
  const link = face
    ? `<a class="other" lang="${other}" href="${deckFile(other ?? 'en')}">${say(WORDS.other)}</a>`
    : '';
  const head = `<header><p class="chapter">${face ? link : say(CHAPTER_WORDS[chapter])}</p><h2${plain.length > LONG_TITLE ? ' class="long"' : ''}>${title}</h2></header>`;
  const html = `<div class="slide ${face ?? 'plain'}">${head}<div class="body">${body}</div><p class="source">${linkReports(source, reports)}</p></div><aside class="notes">${notes}</aside>`;
  return `<section id="${id}">${typeset(html, language)}</section>`;
}

/** A slide; null, with a warning, where the values of an older run do not fit it. */
async function makeSlide(definition: SlideDefinition, context: DeckContext): Promise<Slide | null> {
  try {
    return await definition.make(context);
  } catch (error) {
    process.emitWarning(
      `slide "${definition.id}" is left out, its values do not fit (run its notebook again): ${(error as Error).message}`,
    );
    return null;
  }
}

/** Slides of a deck, as elements. */
export async function renderSlides(
  values: Partial<RunValues>,
  language: Language,
  renderer: () => FigureRenderer,
  reports: readonly string[] = [],
): Promise<string[]> {
  const numbers = numbersOf(language);
  const context: DeckContext = {
    language,
    numbers,
    values,
    facts: photoTable(),
    breed: (breed) => safe(breedName(breed, language)),
    say: (text) => text[language],
    draw: createDraw(renderer, numbers.separators),
  };
  const leftOut: SlideDefinition[] = [];
  const slides: string[] = [];
  for (const definition of SLIDES) {
    const slide = isShown(definition, values) ? await makeSlide(definition, context) : null;
    if (slide) slides.push(renderSlide(definition, slide, context, reports));
    else leftOut.push(definition);
  }
  const last = thanks(({ say }) => leftOut.map(({ about }) => say(about)));
  slides.push(renderSlide(last, await last.make(context), context, reports));
  return slides;
}

/**
 * The run as slides (reveal.js), after the presentation and in its order: each slide a sentence, made from values that
 * the notebooks kept (`keep`), and what proves it. A slide whose values the run lacks is left out; the last one names it.
 *
 * @param parts executed notebooks, by name; those names have reports beside the deck
 * @example await renderDeck([{ name: '05-final-model', notebook }], 'fr', () => renderer)
 */
export async function renderDeck(
  parts: readonly { name: string; notebook: Notebook }[],
  language: Language,
  renderer: () => FigureRenderer,
  options: { standalone?: boolean } = {},
): Promise<string> {
  const values = collectValues(parts.map(({ notebook }) => notebook));
  const reports = parts.map(({ name }) => name);
  const slides = await renderSlides(values, language, renderer, reports);
  const assets: AssetName[] = ['reveal.css', 'deck.css', 'reveal.js', 'notes.js', 'deck.js'];
  return renderPage({
    title: typeset(WORDS.page[language], language),
    description: WORDS.description[language],
    body: `${fontStyle()}<main id="content" class="flow"><div class="slides">\n${slides.join('\n')}\n</div></main>`,
    assets,
    language,
    standalone: options.standalone,
  });
}
