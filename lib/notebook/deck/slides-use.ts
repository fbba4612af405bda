import { readFileSync } from 'node:fs';
import { displayName, fromRoot } from '../../base/index';
import { breedTable } from '../../dataset/index';
import type { IndexValues } from '../../figures/index';
import { compareBars } from './charts';
import { type Language, safe } from './language';
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
import { overSeeds } from './slides-scratch';
import { USE_WORDS as W } from './words-use';

/** An answer of the page that was photographed; `test/golden/notebook/page-pictures.ts` makes pictures and answers. */
interface PageAnswer {
  /** What the photo shows. */
  breed: string;
  /** What the page names first, and its percentage. */
  named: string;
  percent: number;
}

const readAnswers = (): PageAnswer[] =>
  JSON.parse(
    readFileSync(fromRoot('lib', 'notebook', 'assets', 'page-answers.json'), 'utf8'),
  ) as PageAnswer[];

/** The page's answers as pictures, a data URI each. */
const answerPicture = (index: number, language: Language): string =>
  readFileSync(fromRoot('lib', 'notebook', 'assets', `page-${index + 1}.${language}.webp`)).toString(
    'base64',
  );

const page: SlideDefinition = {
  id: 'page',
  chapter: 'use',
  needs: [],
  about: { en: 'the page', fr: 'la page' },
  make({ say, numbers, language, breed: nameOf }): Slide {
    const answers = readAnswers();
    const told = answers.map(({ named, percent }) => {
      const known = breedTable().find(({ displayName }) => displayName === named);
      return `${known ? nameOf(known.breed) : safe(named)} ${numbers.percent(percent / 100, Number.isInteger(percent) ? 0 : 1)}`;
    });
    const right = answers.filter(({ breed, named }) => displayName(breed) === named).length;
    const pictures = answers.map(({ breed }, index) => {
      const alt = say(W.pageAlt)(nameOf(breed), told[index] ?? '');
      return `<img class="page" src="data:image/webp;base64,${answerPicture(index, language)}" alt="${alt}">`;
    });
    return {
      title: say(W.pageTitle)(numbers.whole(right), numbers.whole(answers.length), told.join(', ')),
      body: `<div class="pages">${pictures.join('')}</div>`,
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
  const { scratchMany, scratchSeeds, networks } = values;
  const best = networks?.rows.reduce((a, b) => (b.validation > a.validation ? b : a));
  if (!best || !scratchMany || scratchMany.drawn || scratchMany.breeds !== networks?.breeds)
    return say(W.conclusionPlain);
  const small = 1 - overSeeds(scratchMany, scratchSeeds).accuracy.estimate;
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
