import { formatPercent } from '../../base/index';
import { claimFound, claimSearch, claimSeeds, formatInterval, PRESENTATION } from '../../evaluation/index';
import {
  comparisonFigure,
  keep,
  type RunValues,
  showClaims,
  showFigure,
  showTable,
} from '../../figures/index';
import {
  bestTrial,
  describePoint,
  lowestLoss,
  type ParameterImportance,
  parameterImportance,
  type TrialTable,
} from '../../training/index';
import { NETWORKS } from './published';
import { compareSeeds, describeProcessors, type SeedTable, summarizeSeeds } from './repeat-scratch';

/** What the search was asked, of those settings that its table keeps. */
interface Asked {
  minEpochs: number;
  maxEpochs: number;
  reduction?: number;
}

const askedOf = ({ about }: Pick<TrialTable, 'about'>): Asked => JSON.parse(about.search ?? '{}') as Asked;

/** Epochs after which trials of a search were compared. */
export function searchRungs(table: Pick<TrialTable, 'about'>): number[] {
  const { minEpochs, maxEpochs, reduction = 3 } = askedOf(table);
  const rungs: number[] = [];
  for (let epochs = maxEpochs; epochs >= minEpochs; epochs /= reduction) rungs.unshift(Math.round(epochs));
  return rungs;
}

/**
 * Importance of each hyper-parameter for the validation loss after the first rung, which nearly all trials reached.
 *
 * @example searchImportance(await loadScratchSearch())[0]; // { parameter: 'learningRate', importance: 0.4 }
 */
export function searchImportance(table: TrialTable): ParameterImportance[] {
  const [first = 1] = searchRungs(table);
  const known = table.trials.filter(({ losses, outcome }) => outcome !== 'failed' && losses.length >= first);
  return parameterImportance(
    table.space,
    known.map((trial) => ({ point: trial.point, value: -lowestLoss(trial, first) })),
  );
}

/** What a search tried, cost and chose, as a sentence. */
export function describeSearch(table: TrialTable): string {
  const { trials, about } = table;
  const best = bestTrial(trials);
  const given = trials.find(({ bracket }) => bracket < 0);
  return claimSearch({
    trials: trials.length,
    finished: trials.filter(({ outcome }) => outcome === 'finished').length,
    breeds: Number(about.breeds),
    epochs: Number(about.epochs),
    imageSize: Number(about.imageSize),
    seconds: trials.reduce((sum, { seconds }) => sum + seconds, 0),
    processor: about.processor ?? 'unknown processor',
    chosen: describePoint(best.point),
    loss: lowestLoss(best),
    given: given && given !== best ? lowestLoss(given) : null,
  });
}

/** Trials for a table, the best first: settings, epochs, lowest validation loss and highest accuracy, outcome. */
export const searchTable = ({ trials }: Pick<TrialTable, 'trials'>): Record<string, string | number>[] =>
  trials
    .filter(({ losses }) => losses.length > 0)
    .sort((a, b) => b.losses.length - a.losses.length || lowestLoss(a) - lowestLoss(b))
    .map((row) => ({
      trial: row.trial,
      epochs: row.losses.length,
      'validation loss': lowestLoss(row),
      'validation accuracy': Math.max(...row.accuracies),
      seconds: row.seconds,
      settings: describePoint(row.point),
    }));

/** Networks over their seeds for a table. */
export const seedTable = ({ rows }: SeedTable): Record<string, string | number>[] =>
  summarizeSeeds(rows).map((summary) => {
    return {
      network: summary.network,
      breeds: summary.breeds,
      seeds: summary.seeds,
      parameters: summary.parameters,
      'macro precision': formatInterval(summary.precision),
      'never predicted = 0': formatInterval(summary.precisionZero),
      'macro recall': formatInterval(summary.recall),
      accuracy: formatInterval(summary.accuracy),
      'seconds a training': Math.round(summary.seconds),
    };
  });

/** What several seeds say of each network, and of what the search found. */
export function describeSeeds({ rows }: SeedTable): string[] {
  const summaries = summarizeSeeds(rows);
  const { presentation, found, residual } = NETWORKS;
  const sentences = summaries.map((summary) => {
    const { network, breeds, seeds, precision, precisionZero: zero, recall, predicted } = summary;
    const isNamed = network === presentation || network === residual;
    const known = isNamed && (breeds === 5 || breeds === 20) ? PRESENTATION.scratch[breeds] : null;
    const reference = known?.precisionMacro ?? null;
    return claimSeeds({
      network,
      breeds,
      seeds,
      precision,
      zero,
      recall,
      predicted,
      presentation: reference,
    });
  });
  const both = summaries.filter(({ network, breeds }) => network === found && breeds === 5);
  const [{ seeds = 0 } = {}] = both;
  if (seeds >= 2 && summaries.some(({ network, breeds }) => network === presentation && breeds === 5))
    sentences.push(claimFound(compareSeeds(rows, found, presentation), seeds));
  return sentences;
}

/** What the slides tell of a search; null where the found network or the presentation's lacks its seeds. */
export function searchValues(table: TrialTable, { rows }: SeedTable): RunValues['search'] | null {
  const { trials, about } = table;
  const over = (name: string) =>
    summarizeSeeds(rows).find(({ network, breeds }) => network === name && breeds === Number(about.breeds));
  const [presentation, best] = [over(NETWORKS.presentation), over(NETWORKS.found)];
  if (!presentation || !best) return null;
  return {
    trials: trials.length,
    breeds: Number(about.breeds),
    results: trials
      .filter(({ accuracies }) => accuracies.length > 0)
      .map(({ accuracies, point }) => ({
        accuracy: Math.max(...accuracies),
        settings: Object.fromEntries(
          Object.entries(point).map(([name, value]) => [
            name,
            typeof value === 'number' ? value : String(value ?? ''),
          ]),
        ),
      })),
    importance: searchImportance(table).map(({ parameter: name, importance: share }) => ({ name, share })),
    presentation: presentation.accuracy,
    best: best.accuracy,
  };
}

/** What the slides tell of networks over their seeds, the one that the search found apart. */
export function seedsValues({ rows, about }: SeedTable): RunValues['scratchSeeds'] {
  const named = { [NETWORKS.presentation]: 'presentation', [NETWORKS.residual]: 'residual' } as const;
  return {
    photos: about.photos ?? '',
    rows: summarizeSeeds(rows).flatMap(
      ({ network, breeds, seeds, parameters, precision, accuracy, recall }) => {
        const known = named[network as keyof typeof named];
        return known ? [{ network: known, breeds, seeds, parameters, precision, accuracy, recall }] : [];
      },
    ),
  };
}

/** Keeps a search and the networks over their seeds for the slides, where there is all that they tell. */
export function keepSearch(table: TrialTable, seeds: SeedTable): void {
  const values = searchValues(table, seeds);
  if (values) keep('search', values);
  keep('scratchSeeds', seedsValues(seeds));
}

/** Shows networks over several seeds, and what follows; says so where no table is there. */
export function showSeeds(table: SeedTable): void {
  const { rows } = table;
  if (summarizeSeeds(rows).length === 0) {
    showClaims('No table of seeds ships with this version: `npx dogbreeds search PHOTOS` makes one.');
    return;
  }
  showTable(seedTable(table), {
    caption: `Test parts, mean and 95 % interval over seeds (${describeProcessors(table)})`,
  });
  showClaims(...describeSeeds(table));
}

/** Shows how much each hyper-parameter decides. */
export function showImportance(table: TrialTable): void {
  const importance = searchImportance(table);
  const [first, second] = importance;
  const [epochs = 1] = searchRungs(table);
  if (!first || !second) return;
  const rows = importance.map(({ parameter: name, importance: value }) => ({ name, value }));
  const title = `What decides the loss after ${epochs} epoch${epochs === 1 ? '' : 's'}`;
  showFigure(comparisonFigure(rows, { title, valueTitle: 'share of what differs' }));
  showClaims(
    `${first.parameter} by itself explains ${formatPercent(first.importance)} of what hyper-parameters explain one by one, ${second.parameter} ${formatPercent(second.importance)}.`,
  );
}
