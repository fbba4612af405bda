import type { IndexValues } from '../../figures/index';
import { compareBars } from './charts';
import {
  columns,
  type DeckContext,
  list,
  needed,
  remark,
  type Slide,
  type SlideDefinition,
  table,
} from './slide';
import { USE_WORDS as W } from './words-use';

/** Pictures of the page, in the order in which they are shown. */
export const PAGE_PICTURES = ['page-white-dog', 'page-brown-dog', 'page-teapot'] as const;

const page: SlideDefinition = {
  id: 'page',
  chapter: 'use',
  needs: [],
  about: { en: 'the page', fr: 'la page' },
  make({ say, pictures }): Slide {
    const shown = PAGE_PICTURES.flatMap((name) => {
      const source = pictures.get(name);
      return source
        ? [`<img class="page" src="${source}" alt="${say(W.pageAlt)(name.replace('page-', ''))}">`]
        : [];
    });
    return {
      title: say(W.pageTitle),
      body: `<div class="pages">${shown.join('')}</div>`,
      source: say(W.pageSource),
      notes: say(W.pageNotes),
    };
  },
};

/** The title of the index: what gets a breed, and how right that is as far as verdicts tell. */
export function indexTitle(
  { say, numbers }: Pick<DeckContext, 'say' | 'numbers'>,
  {
    files,
    decisions,
    verdicts,
    precision,
  }: Pick<IndexValues, 'files' | 'decisions' | 'verdicts' | 'precision'>,
): string {
  const named = numbers.percent(files > 0 ? (decisions.breed ?? 0) / files : 0, 0);
  return precision
    ? say(W.indexTitle)(
        numbers.whole(files),
        named,
        numbers.whole(verdicts),
        numbers.percent(precision.estimate, 0),
      )
    : say(W.indexNoVerdicts)(numbers.whole(files), named);
}

const index: SlideDefinition = {
  id: 'index',
  chapter: 'use',
  needs: ['index'],
  about: { en: 'the index', fr: "l'index" },
  async make(context): Promise<Slide> {
    const { say, numbers, draw } = context;
    const value = needed(context, 'index');
    const { files, decisions, precision, right, verdicts } = value;
    const title = indexTitle(context, value);
    const rows = Object.entries(decisions).map(([decision, photos]) => ({
      name: say(W.decisions)[decision] ?? decision,
      value: photos,
      label: `${numbers.whole(photos)} (${numbers.percent(photos / Math.max(1, files), 0)})`,
      strong: decision === 'breed',
    }));
    const chart = await draw(compareBars(rows, { width: 640, height: 80 * rows.length + 10, alt: title }));
    const lines = [
      ...(precision
        ? [
            say(W.indexVerdicts)(
              numbers.percent(precision.estimate),
              numbers.between(precision),
              numbers.whole(verdicts),
            ),
          ]
        : []),
      ...(precision && right !== null
        ? [say(W.indexRight)(numbers.percent(right), right >= precision.low && right <= precision.high)]
        : []),
      say(W.indexResume),
    ];
    return {
      title,
      body: columns([chart, list(lines)], '640px 1fr'),
      source: say(W.indexSource)(value.collection === ''),
      notes: say(W.indexNotes),
    };
  },
};

const limits: SlideDefinition = {
  id: 'limits',
  chapter: 'end',
  needs: [],
  about: { en: 'limits', fr: 'limites' },
  make({ say, numbers, values }): Slide {
    const { final } = values;
    const plain = final?.plain
      ? remark(
          say(W.limitsPlain)(
            numbers.percent(final.plain.estimate),
            numbers.between(final.plain),
            numbers.percent(final.accuracy.estimate),
          ),
        )
      : '';
    return {
      title: say(W.limitsTitle),
      body: table([say(W.limitsHead), say(W.limitsSay)], say(W.limitsRows), { words: true }) + plain,
      source: say(W.limitsSource),
      notes: say(W.limitsNotes),
    };
  },
};

/** The title of the conclusion: how many of the small network's errors transfer learning removes, where both were measured. */
export function conclusionTitle({
  say,
  numbers,
  values,
}: Pick<DeckContext, 'say' | 'numbers' | 'values'>): string {
  const { scratchMany, networks } = values;
  const best = networks?.rows.reduce((a, b) => (b.validation > a.validation ? b : a));
  if (!best || !scratchMany || scratchMany.drawn || scratchMany.breeds !== networks?.breeds)
    return say(W.conclusionPlain);
  const small = 1 - scratchMany.accuracy.estimate;
  const left = 1 - best.test.estimate;
  return small > left ? say(W.conclusionTitle)(numbers.percent(1 - left / small, 0)) : say(W.conclusionPlain);
}

const conclusion: SlideDefinition = {
  id: 'conclusion',
  chapter: 'end',
  needs: [],
  about: { en: 'conclusion', fr: 'conclusion' },
  make(context): Slide {
    const { say } = context;
    const column = (head: string, items: readonly string[]) => `<h3>${head}</h3>${list(items)}`;
    return {
      title: conclusionTitle(context),
      body: columns(
        [
          column(say(W.skills), say(W.skillsList)),
          column(say(W.difficulties), say(W.difficultiesList)),
          column(say(W.perspectives), say(W.perspectivesList)),
        ],
        '1fr 1fr 1fr',
      ),
      source: say(W.conclusionSource),
      notes: say(W.conclusionNotes),
    };
  },
};

/** The last slide; the deck says which others it left out. */
export const thanks = (leftOut: (context: DeckContext) => readonly string[]): SlideDefinition => ({
  id: 'thanks',
  chapter: 'end',
  needs: [],
  about: { en: 'thanks', fr: 'merci' },
  make(context): Slide {
    const { say } = context;
    const missing = leftOut(context);
    const rows = say(W.thanksRows).map(([command = '', what = '']) => [`<code>${command}</code>`, what]);
    return {
      title: say(W.thanksTitle),
      body:
        table(['', ''], rows, { words: true, bare: true }) +
        (missing.length > 0 ? remark(say(W.leftOut)(missing.join(', '), say(W.leftOutCommand))) : ''),
      source: say(W.thanksSource),
      notes: say(W.thanksNotes),
    };
  },
});

/** What it is used for, and the end, in order; the thanks follow. */
export const USE_SLIDES = [page, index, limits, conclusion];
