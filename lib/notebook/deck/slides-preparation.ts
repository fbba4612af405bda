import type { OperationValues, PictureValues, PreparationValues } from '../../figures/index';
import { compareDots, levelsChart } from './charts';
import { safe, type Text } from './language';
import { columns, type DeckContext, needed, remark, type Slide, type SlideDefinition } from './slide';
import { PREPARATION_WORDS as W } from './words-preparation';

/** The highest share that a histogram of these pictures shows; the ends, where clipping piles pixels up, do not count. */
const highest = (pictures: readonly PictureValues[]): number =>
  Math.max(0.01, ...pictures.flatMap(({ levels }) => levels.flatMap((shares) => shares.slice(1, -1))));

const image = (picture: string, alt: string): string =>
  `<img class="photo" src="data:image/webp;base64,${picture}" alt="${alt}">`;

/** Pictures before and after, each with its histogram. */
async function beforeAfter(context: DeckContext, { before, after }: OperationValues): Promise<string> {
  const { say, draw, values } = context;
  const most = highest([before, after]);
  const half = async (word: string, value: PictureValues) => {
    const chart = await draw(
      levelsChart(value.levels, { width: 264, height: 304, most, alt: `${word}: ${say(W.histogram)}` }),
    );
    const label = values.example?.isDrawn ? `${word}, ${say(W.drawn)}` : word;
    return `<p class="label">${label}</p>${columns([image(value.picture, word), chart], '280px 264px')}`;
  };
  return columns([await half(say(W.before), before), await half(say(W.after), after)], '1fr 1fr');
}

/** Line of the source: on what it is shown, what it costs. */
function source({ say, numbers, values }: DeckContext, step?: string): string {
  const cost = values.costs?.find((each) => each.step === step);
  const time = cost ? say(W.cost)(numbers.decimal(cost.milliseconds, cost.milliseconds < 10 ? 1 : 0)) : '';
  const example = values.example ? say(W.example)(safe(values.example.title), values.example.isDrawn) : '';
  return say(W.source)(example, time);
}

/** A slide on an operation: its title is told by what changed in the picture. */
function operation(
  id: 'equalized' | 'denoised' | 'whitened',
  words: { about: Text<string>; notes: Text<string>; step?: string },
  title: (context: DeckContext, value: OperationValues) => string,
): SlideDefinition {
  return {
    id,
    chapter: 'preparation',
    needs: [id],
    about: words.about,
    async make(context): Promise<Slide> {
      const value = needed(context, id);
      return {
        title: title(context, value),
        body: (await beforeAfter(context, value)) + remark(context.say(W.histogram)),
        source: source(context, words.step),
        notes: context.say(words.notes),
      };
    },
  };
}

const equalized = operation(
  'equalized',
  {
    about: { en: 'equalization', fr: "l'égalisation" },
    notes: W.equalizedNotes,
    step: 'equalize',
  },
  ({ say, numbers }, { before, after }) =>
    say(W.equalizedTitle)(
      numbers.whole(Math.round(before.contrast)),
      numbers.whole(Math.round(after.contrast)),
      after.contrast > before.contrast,
    ),
);

const denoised = operation(
  'denoised',
  {
    about: { en: 'non-local means', fr: 'le débruitage' },
    notes: W.denoisedNotes,
    step: 'non-local means',
  },
  ({ say, numbers }, { before, after }) =>
    say(W.denoisedTitle)(numbers.percent(1 - after.roughness / before.roughness, 0)),
);

const whitened = operation(
  'whitened',
  { about: { en: 'whitening', fr: 'le blanchiment' }, notes: W.whitenedNotes },
  ({ say, numbers }, { before, after }) =>
    say(W.whitenedTitle)(numbers.decimal(before.correlation, 2), numbers.decimal(after.correlation, 2)),
);

/** Mean of histograms, bin by bin. */
const meanLevels = (pictures: readonly PictureValues[]): number[][] =>
  [0, 1, 2].map((channel) => {
    const shares = pictures.map(({ levels }) => levels[channel] ?? []);
    return (shares[0] ?? []).map(
      (_, bin) => shares.reduce((sum, each) => sum + (each[bin] ?? 0), 0) / pictures.length,
    );
  });

/** Share that two histograms have in common, 0..1: 1 minus half of their absolute differences, mean of the channels. */
export const overlap = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number =>
  a.reduce(
    (sum, shares, channel) =>
      sum + shares.reduce((common, share, bin) => common + Math.min(share, b[channel]?.[bin] ?? 0), 0),
    0,
  ) / a.length;

const THUMBNAILS = 8;

const augmented: SlideDefinition = {
  id: 'augmented',
  chapter: 'preparation',
  needs: ['augmented'],
  about: { en: 'augmentation', fr: "l'augmentation" },
  async make(context): Promise<Slide> {
    const { say, numbers, draw, values } = context;
    const { original, variants } = needed(context, 'augmented');
    const levels = meanLevels(variants);
    const most = highest([original, { ...original, levels }]);
    const chart = (shares: number[][], word: string, width: number) =>
      draw(levelsChart(shares, { width, height: 140, most, alt: `${word}: ${say(W.histogram)}` }));
    const drawn = values.example?.isDrawn ? `, ${say(W.drawn)}` : '';
    const thumbnails = variants.slice(0, THUMBNAILS).map(({ picture }) => image(picture, ''));
    const left = `<p class="label">${say(W.original)}${drawn}</p>${image(original.picture, say(W.original))}${await chart(original.levels, say(W.original), 280)}`;
    const right = `<p class="label">${say(W.variants)}</p><div class="thumbnails">${thumbnails.join('')}</div>${await chart(levels, say(W.variants), 780)}`;
    return {
      title: say(W.augmentedTitle)(
        numbers.whole(variants.length),
        numbers.percent(overlap(original.levels, levels), 0),
      ),
      body: `<div class="augmented">${columns([left, right], '300px 1fr')}</div>`,
      source: source(context, 'augment'),
      notes: say(W.augmentedNotes),
    };
  },
};

/** The title of what preprocessing is worth: who gains most, by how much, and whether the interval allows it. */
export function worthTitle(
  { say, numbers }: Pick<DeckContext, 'say' | 'numbers'>,
  rows: readonly PreparationValues[],
): string {
  const gains = rows.flatMap(({ name, gain }) => (gain ? [{ name, gain }] : []));
  const [first, ...others] = gains;
  if (!first) return say(W.worthPlain);
  const best = others.reduce((a, b) => (b.gain.estimate > a.gain.estimate ? b : a), first);
  if (best.gain.estimate <= 0) return say(W.worthPlain);
  return say(W.worthTitle)(
    safe(say(W.worthNames)[best.name] ?? best.name),
    numbers.decimal(100 * best.gain.estimate, 1),
    best.gain.low > 0,
  );
}

/** Rows that fit on the slide. */
const WORTH_ROWS = 16;

const worth: SlideDefinition = {
  id: 'what-preprocessing-is-worth',
  chapter: 'preparation',
  needs: [],
  fits: ({ preparations, preparationsFrozen }) => (preparations ?? preparationsFrozen) !== undefined,
  about: { en: 'what preprocessing is worth', fr: 'ce que vaut le prétraitement' },
  async make(context): Promise<Slide> {
    const { say, numbers, draw, values } = context;
    const rows = values.preparations ?? needed(context, 'preparationsFrozen');
    const title = worthTitle(context, rows);
    const best = Math.max(...rows.map(({ gain }) => gain?.estimate ?? 0));
    const body = await draw(
      compareDots(
        rows.slice(0, WORTH_ROWS).map(({ name, accuracy, gain }) => ({
          name: safe(say(W.worthNames)[name] ?? name),
          label: numbers.percent(accuracy.estimate),
          value: accuracy.estimate,
          low: accuracy.low,
          high: accuracy.high,
          strong: gain !== null && gain.estimate === best,
        })),
        { width: 1152, height: Math.min(476, 60 * rows.length + 46), alt: title, numbers },
      ),
    );
    return {
      title,
      body,
      source: say(W.worthSource)(values.preparations !== undefined),
      notes: say(W.worthNotes),
    };
  },
};

/** Preprocessing, in order. */
export const PREPARATION_SLIDES = [equalized, denoised, whitened, augmented, worth];
