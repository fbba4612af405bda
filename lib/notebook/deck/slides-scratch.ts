import { PRESENTATION } from '../../evaluation/index';
import type { ScratchValues, SearchValues, SeedsRow, SeedsValues } from '../../figures/index';
import { type BarRow, compareBars } from './charts';
import { drawNetwork } from './drawings';
import { safe } from './language';
import { columns, type DeckContext, list, needed, remark, type Slide, type SlideDefinition } from './slide';
import { SCRATCH_WORDS as W } from './words-scratch';

const layers: SlideDefinition = {
  id: 'small-network',
  chapter: 'scratch',
  needs: ['scratchLayers'],
  about: { en: 'the small network', fr: 'le petit réseau' },
  make(context): Slide {
    const { say, numbers } = context;
    const { layers: all, parameters } = needed(context, 'scratchLayers');
    const convolutions = all.filter(({ kind }) => kind === 'Conv2D').length;
    const title = say(W.layersTitle)(numbers.whole(convolutions), numbers.whole(parameters));
    const words = { input: say(W.layersInput), pool: say(W.layersPool) };
    return {
      title,
      body:
        drawNetwork(all, words, numbers, title) +
        remark(say(W.layersSame)(numbers.whole(PRESENTATION.scratch[5].parameters))),
      source: say(W.layersSource),
      notes: say(W.layersNotes),
    };
  },
};

/** The title of the search: how much it found, and whether the intervals allow to say so. */
export function searchTitle(
  { say, numbers }: Pick<DeckContext, 'say' | 'numbers'>,
  { trials, best, presentation }: Pick<SearchValues, 'trials' | 'best' | 'presentation'>,
): string {
  const gain = best.estimate - presentation.estimate;
  if (gain <= 0) return say(W.searchNothing)(numbers.whole(trials));
  return say(W.searchTitle)(
    numbers.whole(trials),
    numbers.decimal(100 * gain, 1),
    best.low > presentation.high,
  );
}

const search: SlideDefinition = {
  id: 'search',
  chapter: 'scratch',
  needs: ['search'],
  about: { en: 'its search for settings', fr: 'la recherche de ses réglages' },
  async make(context): Promise<Slide> {
    const { say, numbers, draw } = context;
    const value = needed(context, 'search');
    const title = searchTitle(context, value);
    const rows = value.importance.slice(0, 7).map(({ name, share }, index) => ({
      name: safe(say(W.searchNames)[name] ?? name),
      label: numbers.percent(share, 0),
      value: share,
      strong: index === 0,
    }));
    const chart = await draw(
      compareBars(rows, {
        width: 700,
        height: Math.min(430, 62 * rows.length),
        alt: say(W.searchImportance),
      }),
    );
    const share = ({ estimate }: { estimate: number }) => numbers.percent(estimate);
    return {
      title,
      body: columns(
        [
          `<p class="label">${say(W.searchImportance)}</p>${chart}`,
          list([
            say(W.searchBest)(share(value.best), numbers.between(value.best)),
            say(W.searchOwn)(share(value.presentation), numbers.between(value.presentation)),
          ]),
        ],
        '700px 1fr',
      ),
      source: say(W.searchSource)(numbers.whole(value.breeds)),
      notes: say(W.searchNotes),
    };
  },
};

const KEYS = ['precisionMacro', 'precisionMicro', 'recallMacro', 'recallMicro'] as const;

/** Four scores of ours as bars, the presentation's as marks where it has the same number of breeds. */
export function scoreRows(
  { say, numbers }: Pick<DeckContext, 'say' | 'numbers'>,
  scores: ScratchValues['scores'],
  reference?: ScratchValues['scores'],
): BarRow[] {
  return KEYS.map((key) => ({
    name: say(W[key]),
    value: scores[key],
    label: reference
      ? `${numbers.decimal(scores[key])} (${numbers.decimal(reference[key])})`
      : numbers.decimal(scores[key]),
    reference: reference?.[key],
    strong: key === 'precisionMicro',
  }));
}

/** A run's scores; the means over the seeds of its network where there are some for its photos. */
export function overSeeds(
  run: ScratchValues,
  seeds: SeedsValues | undefined,
): ScratchValues & { seeds: number } {
  const row = ofSeeds(run, seeds, 'presentation');
  if (!row) return { ...run, seeds: 1 };
  const [precisionMicro, recallMacro] = [row.accuracy.estimate, row.recall.estimate];
  const scores = {
    precisionMacro: row.precision.estimate,
    precisionMicro,
    recallMacro,
    recallMicro: precisionMicro,
  };
  return { ...run, accuracy: row.accuracy, scores, seeds: row.seeds };
}

const ofSeeds = (run: ScratchValues, seeds: SeedsValues | undefined, network: SeedsRow['network']) =>
  seeds?.rows.find(
    (row) => seeds.photos === run.photos && row.network === network && row.breeds === run.breeds,
  );

/** What the residual network adds, where it has seeds for the run's photos. */
function larger({ say, numbers, values }: DeckContext, run: ScratchValues): string[] {
  const row = ofSeeds(run, values.scratchSeeds, 'residual');
  if (!row) return [];
  const { breeds, parameters, precision, accuracy } = row;
  return [
    say(W.scoresLarger)(numbers.whole(parameters), numbers.whole(breeds), [
      numbers.decimal(precision.estimate),
      numbers.percent(accuracy.estimate, 0),
    ]),
  ];
}

const scores: SlideDefinition = {
  id: 'small-network-scores',
  chapter: 'scratch',
  needs: ['scratchFew', 'scratchMany'],
  about: { en: 'the scores of the small network on photos', fr: 'les scores du petit réseau sur des photos' },
  // Drawn pictures show that training works, not how hard dogs are: none of their scores is told.
  fits: ({ scratchFew, scratchMany }) => !scratchFew?.drawn && !scratchMany?.drawn,
  async make(context): Promise<Slide> {
    const { say, numbers, draw, values } = context;
    const own = [needed(context, 'scratchFew'), needed(context, 'scratchMany')] as const;
    const means = own.map((run) => overSeeds(run, values.scratchSeeds));
    const seeds = Math.min(...means.map((mean) => mean.seeds));
    const [few, many] = (seeds > 1 ? means : own) as typeof own; // what the mark says holds for both
    const share = (value: number) => numbers.percent(value, 0);
    const title = say(W.scoresTitle)(
      share(few.accuracy.estimate),
      share(few.chance),
      share(many.accuracy.estimate),
      share(many.chance),
    );
    const most = Math.max(...[few, many].flatMap((value) => Object.values(value.scores)), 0.6);
    const trained = (value: ScratchValues) => [numbers.whole(value.epochs), numbers.whole(value.imageSize)];
    const half = async (value: ScratchValues) => {
      const reference = PRESENTATION.scratch[value.breeds as 5 | 20];
      const chart = compareBars(scoreRows(context, value.scores, reference), {
        width: 556,
        height: 300,
        to: most,
        alt: title,
      });
      const label = say(W.scoresBreeds)(numbers.whole(value.breeds), numbers.whole(value.tested));
      return `<p class="label">${label}</p>${await draw(chart)}`;
    };
    return {
      title,
      body:
        columns([await half(few), await half(many)], '1fr 1fr') +
        remark(
          [
            seeds > 1 ? say(W.scoresMeans)(numbers.whole(seeds)) : say(W.scoresMark),
            ...larger(context, many),
          ].join(' '),
        ),
      source: say(W.scoresSource)(trained(few), trained(many)),
      notes: say(W.scoresNotes),
    };
  },
};

/** The small network, in order. */
export const SCRATCH_SLIDES = [layers, search, scores];
