import { createHash } from 'node:crypto';
import { elementAt } from '../../base/index';
import { boxArea, drawOutline, type PhotoFact } from '../../dataset/index';
import { boxShares, quantile } from '../../evaluation/index';
import { frame, INK, LETTERS, note, slideAxis, ticks } from './charts';
import { drawAgenda, drawCover, drawProblem } from './drawings';
import { safe } from './language';
import {
  columns,
  type DeckContext,
  list,
  needed,
  type Slide,
  type SlideDefinition,
  table,
  tiles,
} from './slide';
import { CHAPTER_WORDS, DATA_WORDS as W } from './words-data';

/** Photos of each breed, fewest first. */
function countBreeds(facts: readonly PhotoFact[]): { breed: string; photos: number }[] {
  const counts = new Map<string, number>();
  for (const { breed } of facts) counts.set(breed, (counts.get(breed) ?? 0) + 1);
  return [...counts].map(([breed, photos]) => ({ breed, photos })).sort((a, b) => a.photos - b.photos);
}

const cover: SlideDefinition = {
  id: 'title',
  chapter: 'context',
  needs: [],
  about: W.coverTitle,
  make: ({ say }): Slide => ({
    title: say(W.coverTitle),
    body: `<p class="lead">${say(W.coverLine)}</p>${drawCover()}`,
    source: say(W.coverSource),
    notes: say(W.coverNotes),
    face: 'cover',
  }),
};

const agenda: SlideDefinition = {
  id: 'agenda',
  chapter: 'context',
  needs: [],
  about: { en: 'agenda', fr: 'sommaire' },
  make({ say, numbers }): Slide {
    const chapters = Object.values(CHAPTER_WORDS).map((words) => say(words));
    return {
      title: say(W.agendaTitle)(numbers.whole(chapters.length)),
      body: drawAgenda(chapters),
      source: say(W.agendaSource),
      notes: say(W.agendaNotes),
    };
  },
};

const problem: SlideDefinition = {
  id: 'problem',
  chapter: 'context',
  needs: [],
  about: { en: 'the problem', fr: 'le problème' },
  make({ say, numbers, facts }): Slide {
    const breeds = countBreeds(facts).length;
    return {
      title: say(W.problemTitle)(numbers.whole(breeds), numbers.whole(Math.floor(facts.length / breeds))),
      body: drawProblem({
        pile: say(W.problemPile),
        model: say(W.problemModel),
        index: say(W.problemIndex),
        doubt: say(W.problemDoubt),
      }),
      source: say(W.problemSource),
      notes: say(W.problemNotes),
    };
  },
};

/** A bar across the slide of which the first share is set off. */
const shareBar = (share: number): string =>
  `<div class="share" aria-hidden="true"><span style="width:${(100 * share).toFixed(1)}%"></span></div>`;

const fourNumbers: SlideDefinition = {
  id: 'four-numbers',
  chapter: 'data',
  needs: [],
  about: { en: 'the data set', fr: 'le jeu de données' },
  make({ say, numbers, facts }): Slide {
    const count = (split: string) => numbers.whole(facts.filter((fact) => fact.split === split).length);
    const [photos, breeds] = [numbers.whole(facts.length), numbers.whole(countBreeds(facts).length)];
    return {
      title: say(W.fourTitle)(photos, breeds),
      body:
        tiles([
          [breeds, say(W.fourBreeds)],
          [photos, say(W.fourPhotos)],
          [count('train'), say(W.fourTrain)],
          [count('test'), say(W.fourTest)],
        ]) + shareBar(facts.filter(({ split }) => split === 'train').length / facts.length),
      source: say(W.problemSource),
      notes: say(W.fourNotes),
    };
  },
};

const perBreed: SlideDefinition = {
  id: 'photos-per-breed',
  chapter: 'data',
  needs: [],
  about: { en: 'photos per breed', fr: 'photos par race' },
  async make({ say, numbers, facts, draw, breed: nameOf }): Promise<Slide> {
    const counts = countBreeds(facts);
    const [first, last] = [elementAt(counts, 0), elementAt(counts, counts.length - 1)];
    const median = quantile(
      counts.map(({ photos }) => photos),
      0.5,
    );
    const ends = [0, counts.length - 1];
    const title = say(W.perBreedTitle)(
      numbers.whole(first.photos),
      numbers.whole(last.photos),
      last.photos < 2 * first.photos,
      numbers.decimal(last.photos / first.photos, 1),
    );
    const label = ({ breed, photos }: typeof first, x: number, xanchor: string) =>
      note(`<b>${nameOf(breed)}: ${numbers.whole(photos)}</b>`, x, photos, {
        xanchor,
        yshift: x === 0 ? 66 : 22,
        font: { size: LETTERS, color: INK.accent },
      });
    const body = await draw({
      alt: title,
      data: [
        {
          type: 'bar',
          x: counts.map((_, index) => index),
          y: counts.map(({ photos }) => photos),
          marker: { color: counts.map((_, index) => (ends.includes(index) ? INK.accent : INK.mute)) },
        },
      ],
      layout: frame(
        1152,
        490,
        { l: 84, r: 24, t: 40, b: 48 },
        {
          bargap: 0.18,
          xaxis: slideAxis(say(W.perBreedBreeds)(numbers.whole(counts.length)), {
            range: [-0.8, counts.length - 0.2],
            showgrid: false,
            showticklabels: false,
          }),
          yaxis: slideAxis(say(W.perBreedAxis), {
            range: [0, last.photos * 1.06],
            ...ticks(
              [0, 50, 100, 150, 200, 250].filter((value) => value <= last.photos),
              numbers.whole,
            ),
          }),
          shapes: [
            {
              type: 'line',
              xref: 'paper',
              x0: 0,
              x1: 1,
              y0: median,
              y1: median,
              line: { color: INK.text, width: 2, dash: 'dot' },
            },
          ],
          annotations: [
            label(first, 0, 'left'),
            label(last, counts.length - 1, 'right'),
            note(say(W.perBreedMedian)(numbers.whole(Math.round(median))), counts.length / 6, median, {
              yshift: 18,
            }),
          ],
        },
      ),
    });
    return { title, body, source: say(W.problemSource), notes: say(W.perBreedNotes) };
  },
};

/** Share of the photo inside its boxes' largest. */
const largestShare = ({ boxes }: PhotoFact): number => Math.max(0, ...boxes.map(boxArea));

const LOOKS = 8;

const look: SlideDefinition = {
  id: 'what-photos-look-like',
  chapter: 'data',
  needs: [],
  about: { en: 'what photos look like', fr: 'à quoi ressemblent les photos' },
  make({ say, numbers, facts }): Slide {
    const shares = boxShares(facts);
    const several = facts.filter(({ boxes }) => boxes.length > 1).length / facts.length;
    // One wide photo at each of seven steps of the share, and one with several dogs.
    const usual = facts
      .filter(({ boxes, width, height }) => boxes.length === 1 && Math.abs(width / height - 4 / 3) < 0.02)
      .map((fact) => ({ fact, share: largestShare(fact) }))
      .sort((a, b) => a.share - b.share);
    const picked = Array.from({ length: LOOKS - 1 }, (_, index) => {
      const place = Math.round(((index + 0.5) / (LOOKS - 1)) * (usual.length - 1));
      return elementAt(usual, place).fact;
    });
    const group = facts.find(
      ({ boxes, width, height }) => boxes.length === 4 && Math.abs(width / height - 4 / 3) < 0.02,
    );
    const shown = [...picked, ...(group ? [group] : [])];
    const figures = shown.map((fact) => {
      const hash = createHash('sha256').update(fact.file).digest('hex');
      const svg = Buffer.from(drawOutline({ ...fact, hash })).toString('base64');
      const caption =
        fact.boxes.length > 1
          ? say(W.lookSeveral)(numbers.whole(fact.boxes.length))
          : say(W.lookCaption)(numbers.percent(largestShare(fact), 0));
      return `<figure><img src="data:image/svg+xml;base64,${svg}" alt=""><figcaption>${caption}</figcaption></figure>`;
    });
    return {
      title: say(W.lookTitle)(numbers.percent(quantile(shares, 0.5), 0), numbers.percent(several, 1)),
      body: `<div class="gallery">${figures.join('')}</div>`,
      source: say(W.lookSource),
      notes: say(W.lookNotes),
    };
  },
};

const SIZE_STEP = 50;
const SIZE_END = 1000;

/** Photos counted in squares of {@link SIZE_STEP} pixels; what is larger than the chart stands at its end. */
function countSizes(facts: readonly PhotoFact[]): { width: number; height: number; photos: number }[] {
  const counts = new Map<string, number>();
  const bin = (edge: number) => Math.min(SIZE_END, Math.floor(edge / SIZE_STEP) * SIZE_STEP + SIZE_STEP / 2);
  for (const { width, height } of facts) {
    const key = `${bin(width)} ${bin(height)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, photos]) => {
    const [width = 0, height = 0] = key.split(' ').map(Number);
    return { width, height, photos };
  });
}

function channelsLine({ say, numbers, values }: DeckContext): string {
  const { photos } = values;
  if (!photos || photos.kind === 'drawn') return say(W.channelsNone);
  const odd = photos.photos - (photos.channels['3'] ?? 0);
  const all = numbers.whole(photos.photos);
  return odd === 0 ? say(W.channelsAll)(all) : say(W.channelsOdd)(numbers.whole(odd), all);
}

const sizes: SlideDefinition = {
  id: 'sizes-and-channels',
  chapter: 'data',
  needs: [],
  about: { en: 'sizes and channels', fr: 'tailles et canaux' },
  async make(context): Promise<Slide> {
    const { say, numbers, facts, draw } = context;
    const edges = new Map<number, number>();
    for (const { width, height } of facts) {
      const edge = Math.max(width, height);
      edges.set(edge, (edges.get(edge) ?? 0) + 1);
    }
    const [edge, photos] = [...edges].reduce((a, b) => (b[1] > a[1] ? b : a));
    const byArea = [...facts].sort((a, b) => a.width * a.height - b.width * b.height);
    const [smallest, largest] = [elementAt(byArea, 0), elementAt(byArea, byArea.length - 1)];
    const wide = facts.filter(({ width, height }) => width > height).length / facts.length;
    const bins = countSizes(facts);
    const most = Math.max(...bins.map((bin) => bin.photos));
    const title = say(W.sizesTitle)(numbers.percent(photos / facts.length, 0), numbers.whole(edge));
    const chart = await draw({
      alt: title,
      data: [
        {
          type: 'scatter',
          mode: 'markers',
          x: bins.map(({ width }) => width),
          y: bins.map(({ height }) => height),
          marker: {
            symbol: 'square',
            size: bins.map((bin) => 4 + 22 * Math.sqrt(bin.photos / most)),
            color: bins.map(({ width, height }) =>
              Math.abs(Math.max(width, height) - edge) <= SIZE_STEP / 2 ? INK.accent : INK.mute,
            ),
            opacity: 1,
            line: { width: 0 },
          },
        },
      ],
      layout: frame(
        720,
        490,
        { l: 92, r: 20, t: 10, b: 84 },
        {
          xaxis: slideAxis(say(W.sizesWidth), {
            range: [50, 850],
            ...ticks([100, 300, 500, 700], numbers.whole),
          }),
          yaxis: slideAxis(say(W.sizesHeight), {
            range: [50, 700],
            ...ticks([100, 300, 500, 700], numbers.whole),
          }),
        },
      ),
    });
    const size = ({ width, height }: PhotoFact): [string, string] => [
      numbers.whole(width),
      numbers.whole(height),
    ];
    const facts4 = list([
      say(W.sizesWide)(numbers.percent(wide, 0)),
      say(W.sizesSmallest)(...size(smallest)),
      say(W.sizesLargest)(...size(largest)),
      channelsLine(context),
    ]);
    return {
      title,
      body: columns([chart, facts4], '720px 1fr'),
      source: say(W.problemSource),
      notes: say(W.sizesNotes),
    };
  },
};

/** Rows that a slide has room for. */
const MOST_FINDINGS = 8;

const quality: SlideDefinition = {
  id: 'quality',
  chapter: 'data',
  needs: ['quality'],
  about: { en: 'the quality of the data', fr: 'la qualité des données' },
  make(context): Slide {
    const { say, numbers } = context;
    const findings = needed(context, 'quality')
      .map(({ count, ...rest }) => ({ ...rest, photos: count ?? 0 }))
      .filter(({ photos }) => photos > 0)
      .sort((a, b) => b.photos - a.photos);
    const [first] = findings;
    const shown = findings.slice(0, MOST_FINDINGS);
    const finding = (text: string) => safe(say(W.qualityFindings)[text] ?? text);
    // What a decision adds behind a semicolon stands in the report.
    const decision = (text: string) => {
      const short = text.split(';')[0] ?? text;
      return safe(say(W.qualityDecisions)[short] ?? short);
    };
    return {
      title: first
        ? say(W.qualityTitle)(
            numbers.whole(findings.length),
            finding(first.finding),
            numbers.whole(first.photos),
          )
        : say(W.qualityNone),
      body: table(
        [say(W.qualityFinding), say(W.qualityPhotos), say(W.qualityDecision)],
        shown.map((each) => [finding(each.finding), numbers.whole(each.photos), decision(each.decision)]),
      ),
      source: say(W.qualitySource)(numbers.whole(shown.length), numbers.whole(findings.length)),
      notes: say(W.qualityNotes),
    };
  },
};

/** Problem and data, in order. */
export const DATA_SLIDES = [cover, agenda, problem, fourNumbers, perBreed, look, sizes, quality];
