import { existsSync, readFileSync } from 'node:fs';
import { formatCount, formatPercent, fromRoot, writeFileAtomic } from '../base/index';
import type { Dataset } from '../dataset/index';
import { type Interval, PRESENTATION } from '../evaluation/index';
import { type Answer, answerOf, answerShare } from '../figures/index';
import type { History } from '../training/index';
import { NETWORKS, scratchFiles } from './scratch/published';
import { readSeedsNow, summarizeSeeds } from './scratch/repeat-scratch';
import type { ScratchRun } from './train-scratch';

/** What is kept of a training of the small network: enough for its curves and its table. */
export interface PublishedScratchRun
  extends Pick<ScratchRun, 'breeds' | 'imageSize' | 'seconds' | 'baseline' | 'chance' | 'precision'> {
  history: History;
  test: { accuracy: Interval };
}

/** The run on real photos that ships with the project. */
export interface PublishedScratch {
  dataset: string;
  fingerprint: string;
  /** ISO 8601. */
  date: string;
  runs: PublishedScratchRun[];
}

const file = () => fromRoot('data', 'published', 'scratch.json');

/** The published run on real photos; null where none ships. */
export const publishedScratch = (): PublishedScratch | null =>
  existsSync(file()) ? (JSON.parse(readFileSync(file(), 'utf8')) as PublishedScratch) : null;

/** In a run for the published edition, keeps curves and scores for those who have no photos; else does nothing. */
export async function publishScratch(
  { name, kind, fingerprint }: Dataset,
  runs: readonly ScratchRun[],
): Promise<void> {
  if (process.env.DOGBREEDS_EDITION !== '1' || kind === 'drawn') return;
  const kept = runs.map(({ test, ...run }) => {
    const { breeds, imageSize, seconds, baseline, chance, precision, history } = run;
    const { accuracy } = test;
    return { breeds, imageSize, seconds, baseline, chance, precision, history, test: { accuracy } };
  });
  const published: PublishedScratch = {
    dataset: name,
    fingerprint,
    date: new Date().toISOString(),
    runs: kept,
  };
  await writeFileAtomic(file(), `${JSON.stringify(published)}\n`);
}

/**
 * What 03 answers: on the photos of the table that ships, its means over seeds and then this run, which is one seed; on
 * other photos this run; on drawn pictures, which say nothing of dogs, the table's means. Where no table ships: the
 * published run, else the presentation's figures.
 */
export function scratchAnswers(
  { kind, name, fingerprint }: Dataset,
  runs: readonly PublishedScratchRun[],
): Answer[] {
  const { rows, about } = readSeedsNow(scratchFiles().seeds);
  const isDrawn = kind === 'drawn';
  const overSeeds =
    isDrawn || about.photos === `${name} ${fingerprint}`
      ? summarizeSeeds(rows)
          .filter(({ network }) => network !== NETWORKS.found)
          .map(({ network, breeds, seeds, parameters, precision }) =>
            answerOf(
              `macro precision, ${breeds} breeds, ${network === NETWORKS.presentation ? '' : `${network} (${formatCount(parameters)} parameters), `}mean of ${seeds} ${isDrawn ? 'published trainings on real photos' : 'seeds'}${beside(breeds)}`,
              precision,
            ),
          )
      : [];
  const single = isDrawn ? (overSeeds.length > 0 ? [] : (publishedScratch()?.runs ?? [])) : runs;
  const whose = isDrawn
    ? ', published run on real photos'
    : overSeeds.length > 0
      ? ', this run: one seed'
      : '';
  const answers = [
    ...overSeeds,
    ...single.map(({ breeds, precision }) =>
      answerOf(
        `macro precision, ${breeds} breeds${whose}${overSeeds.length > 0 ? '' : beside(breeds)}`,
        precision,
      ),
    ),
  ];
  if (answers.length > 0) return answers;
  const { 5: few, 20: many } = PRESENTATION.scratch;
  return [
    answerShare('the presentation, macro precision, 5 breeds', few.precisionMacro),
    answerShare('the presentation, macro precision, 20 breeds', many.precisionMacro),
  ];
}

/** The presentation's figure for so many breeds, in brackets; nothing where it has none. */
const beside = (breeds: number): string =>
  breeds === 5 || breeds === 20
    ? ` (the presentation: ${formatPercent(PRESENTATION.scratch[breeds].precisionMacro)})`
    : '';
