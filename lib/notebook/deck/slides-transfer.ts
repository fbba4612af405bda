import { PRESENTATION } from '../../evaluation/index';
import {
  backboneName,
  type ClassifierValues,
  type NetworkValues,
  type VariantValues,
} from '../../figures/index';
import { compareDots, frame, INK, slideAxis, textWidth, ticks } from './charts';
import { drawTransfer } from './drawings';
import { safe } from './language';
import { columns, type DeckContext, list, needed, type Slide, type SlideDefinition, table } from './slide';
import { TRANSFER_WORDS as W } from './words-transfer';

const THEIRS: Readonly<Record<string, { fitSeconds: number; accuracyTest: number; recallTest: number }>> =
  PRESENTATION.transfer;
/** A difference of paired answers counts as one from this p-value down. */
const SIGNIFICANT = 0.05;

const drawing: SlideDefinition = {
  id: 'transfer-learning',
  chapter: 'transfer',
  needs: [],
  about: { en: 'transfer learning', fr: "le transfert d'apprentissage" },
  make({ say, numbers }): Slide {
    return {
      title: say(W.drawingTitle),
      body: drawTransfer({
        before: say(W.drawingBefore),
        million: say(W.drawingMillion),
        thousand: numbers.whole(1000),
        classes: say(W.drawingClasses),
        network: say(W.drawingNetwork),
        ours: say(W.drawingOurs),
        photos: say(W.drawingPhotos),
        frozen: say(W.drawingFrozen),
        head: say(W.drawingHead),
        breeds: say(W.drawingBreeds),
        trained: say(W.drawingTrained),
        alt: say(W.drawingTitle),
      }),
      source: say(W.drawingSource),
      notes: say(W.drawingNotes),
    };
  },
};

/** The title of the comparison: the best on validation, beside the presentation's best where it is the same task. */
export function networksTitle(
  { say, numbers }: Pick<DeckContext, 'say' | 'numbers'>,
  rows: readonly Pick<NetworkValues, 'name' | 'validation' | 'test'>[],
  breeds: number,
): string {
  const best = rows.reduce((a, b) => (b.validation > a.validation ? b : a));
  const theirs = Math.max(...Object.values(THEIRS).map(({ accuracyTest }) => accuracyTest));
  const words = [
    backboneName(best.name),
    numbers.percent(best.test.estimate),
    numbers.whole(breeds),
  ] as const;
  return breeds === 20
    ? say(W.networksTitle)(...words, numbers.percent(theirs), best.test.estimate > theirs)
    : say(W.networksOnly)(...words);
}

const networks: SlideDefinition = {
  id: 'networks-compared',
  chapter: 'transfer',
  needs: ['networks'],
  about: { en: 'the comparison of networks', fr: 'la comparaison des réseaux' },
  async make(context): Promise<Slide> {
    const { say, numbers, draw } = context;
    const { breeds, photos, rows } = needed(context, 'networks');
    const title = networksTitle(context, rows, breeds);
    const sorted = [...rows].sort((a, b) => b.test.estimate - a.test.estimate).slice(0, 7);
    const best = rows.reduce((a, b) => (b.validation > a.validation ? b : a));
    const chart = await draw(
      compareDots(
        sorted.map((row) => ({
          name: backboneName(row.name),
          value: row.test.estimate,
          low: row.test.low,
          high: row.test.high,
          reference: THEIRS[row.name]?.accuracyTest,
          label: numbers.percent(row.test.estimate),
          strong: row === best,
        })),
        { width: 600, height: Math.min(430, 64 * sorted.length + 46), to: 1, alt: title, numbers },
      ),
    );
    const theirs = Object.entries(THEIRS).sort(([, a], [, b]) => b.accuracyTest - a.accuracyTest);
    const reference = table(
      [say(W.network), say(W.test), say(W.recall), say(W.fit)],
      theirs.map(([name, { accuracyTest, recallTest, fitSeconds }]) => [
        backboneName(name),
        numbers.percent(accuracyTest),
        numbers.percent(recallTest),
        numbers.whole(Math.round(fitSeconds)),
      ]),
    );
    return {
      title,
      body: columns(
        [`<p class="label">${say(W.ours)}</p>${chart}`, `<p class="label">${say(W.theirs)}</p>${reference}`],
        '600px 1fr',
      ),
      source: say(W.networksSource)(numbers.whole(photos)),
      notes: say(W.networksNotes),
    };
  },
};

/** The smallest letters of a slide, px. */
const SMALL = 20;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const reports: SlideDefinition = {
  id: 'classification-report',
  chapter: 'transfer',
  needs: ['networks'],
  about: { en: 'the classification report', fr: 'le rapport de classification' },
  async make(context): Promise<Slide> {
    const { say, numbers, draw, breed: nameOf } = context;
    const two = [...needed(context, 'networks').rows].sort((a, b) => b.validation - a.validation).slice(0, 2);
    const colors = [INK.accent, INK.dark];
    const breeds = (two[0]?.report ?? [])
      .map(({ breed }) => {
        const f1 = two.map(({ report }) => report.find((row) => row.breed === breed)?.f1 ?? 0);
        return { name: nameOf(breed), f1, least: Math.min(...f1) };
      })
      .sort((a, b) => a.least - b.least);
    const [hardest] = breeds;
    const title = say(W.reportsTitle)(
      hardest?.name ?? '',
      numbers.decimal(hardest?.least ?? 0, 2),
      // the hyphen of EfficientNet-Lite2 ends no line
      backboneName(two[hardest?.f1.indexOf(hardest.least) ?? 0]?.name ?? '').replace('-', '\u2011'),
      numbers.whole(breeds.filter(({ least }) => least >= 0.95).length),
      numbers.whole(breeds.length),
    );
    // The hardest twenty in two columns of ten.
    const half = async (part: typeof breeds) => {
      const from = Math.floor(Math.min(...breeds.map(({ least }) => least)) * 10 - 0.01) / 10;
      const names = part.map((_, index) => part.length - index);
      const left = Math.max(...part.map(({ name }) => 0.92 * textWidth(name, SMALL))) + 14;
      return draw({
        alt: title,
        data: two.map(({ name }, network) => ({
          type: 'scatter',
          mode: 'markers',
          name,
          x: part.map(({ f1 }) => f1[network] ?? 0),
          y: names,
          marker: {
            size: network === 0 ? 16 : 22,
            color: colors[network],
            symbol: network === 0 ? 'circle' : 'circle-open',
            line: { width: 3, color: colors[network] },
          },
          cliponaxis: false,
        })),
        layout: frame(
          552,
          388,
          { l: left, r: 20, t: 6, b: 44 },
          {
            xaxis: slideAxis('', {
              range: [from - 0.02, 1.02],
              ...ticks([from, (from + 1) / 2, 1], (value) => numbers.decimal(value, 2)),
            }),
            yaxis: slideAxis('', {
              range: [0.4, 10.6],
              tickfont: { size: SMALL },
              ...ticks(names, (y) => part[part.length - y]?.name ?? ''),
            }),
          },
        ),
      });
    };
    const rows = two.map(({ name, report }, network) => {
      const average = (of: (row: (typeof report)[number]) => number) =>
        numbers.decimal(mean(report.map(of)), 2);
      const mark = `<span class="mark" style="${network === 0 ? `background:${colors[0]}` : ''};border-color:${colors[network]}"></span>`;
      return `${mark}${say(W.reportsMacro)(
        backboneName(name),
        average((row) => row.precision),
        average((row) => row.recall),
        average((row) => row.f1),
      )}`;
    });
    return {
      title,
      body:
        columns([await half(breeds.slice(0, 10)), await half(breeds.slice(10, 20))], '1fr 1fr') +
        `<ul class="legend">${rows.map((row) => `<li>${row}</li>`).join('')}</ul>`,
      source: say(W.reportsSource),
      notes: say(W.reportsNotes),
    };
  },
};

const signed = ({ numbers }: Pick<DeckContext, 'numbers'>, points: number): string =>
  `${points > 0 ? '+' : '−'}${numbers.decimal(Math.abs(points), 1)}`;

/** What a variant is worth, in words: a gain, a loss, or not to be told apart. */
export function variantLine(
  context: Pick<DeckContext, 'say' | 'numbers'>,
  which: 'boxes' | 'scaling',
  { own, variant, pValue }: VariantValues,
): string {
  const { say, numbers } = context;
  const [a, b] = [numbers.percent(own.estimate), numbers.percent(variant.estimate)];
  if (pValue >= SIGNIFICANT) return say(which === 'boxes' ? W.boxesSame : W.scalingSame)(a, b);
  const change = signed(context, 100 * (variant.estimate - own.estimate));
  return say(which === 'boxes' ? W.boxesApart : W.scalingApart)(a, b, change);
}

/** Points between the best and the worst classifier up to which the title says that they are close. */
const CLOSE = 5;

/** The title of the classifiers: how close they lie, or who is first. */
export function classifiersTitle(
  { say, numbers }: Pick<DeckContext, 'say' | 'numbers'>,
  rows: readonly Pick<ClassifierValues, 'name' | 'test'>[],
): string {
  const scores = rows.map(({ test }) => test.estimate);
  const spread = 100 * (Math.max(...scores) - Math.min(...scores));
  const best = rows.reduce((a, b) => (b.test.estimate > a.test.estimate ? b : a));
  return spread <= CLOSE
    ? say(W.classifiersTitle)(numbers.whole(rows.length), numbers.decimal(spread, 1), '')
    : say(W.classifiersBest)(
        numbers.whole(rows.length),
        say(W.classifierNames)[best.name] ?? best.name,
        numbers.decimal(spread, 1),
      );
}

const classifiers: SlideDefinition = {
  id: 'boxes-and-classical-models',
  chapter: 'transfer',
  needs: ['classifiers'],
  about: { en: 'boxes and classical models', fr: 'les boîtes et les modèles classiques' },
  async make(context): Promise<Slide> {
    const { say, numbers, draw, values } = context;
    const { network, rows } = needed(context, 'classifiers');
    const title = classifiersTitle(context, rows);
    const best = Math.max(...rows.map(({ test }) => test.estimate));
    const chart = await draw(
      compareDots(
        [...rows]
          .sort((a, b) => b.test.estimate - a.test.estimate)
          .map(({ name, test }) => ({
            name: safe(say(W.classifierNames)[name] ?? name),
            value: test.estimate,
            low: test.low,
            high: test.high,
            label: numbers.percent(test.estimate),
            strong: test.estimate === best,
          })),
        { width: 700, height: Math.min(470, 62 * rows.length + 46), to: 1, alt: title, numbers },
      ),
    );
    const { boxes, scaling } = values;
    const aside = [
      ...(boxes
        ? [`<strong>${say(W.boxesTitle)}</strong><br>${variantLine(context, 'boxes', boxes)}`]
        : [say(W.boxesMissing)]),
      ...(scaling
        ? [`<strong>${say(W.scalingTitle)}</strong><br>${variantLine(context, 'scaling', scaling)}`]
        : []),
    ];
    return {
      title,
      body: columns([chart, list(aside)], '700px 1fr'),
      source: say(W.classifiersSource)(backboneName(network)),
      notes: say(W.classifiersNotes),
    };
  },
};

/** Transfer learning, in order. */
export const TRANSFER_SLIDES = [drawing, networks, reports, classifiers];
