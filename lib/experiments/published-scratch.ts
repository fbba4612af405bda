import { existsSync, readFileSync } from 'node:fs';
import { formatPercent, fromRoot, writeFileAtomic } from '../base/index';
import type { Dataset } from '../dataset/index';
import { type Interval, PRESENTATION } from '../evaluation/index';
import { type Answer, answerOf, answerShare } from '../figures/index';
import type { History } from '../training/index';
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
 * What 03 answers: this run's scores on photos; on drawn pictures, which say nothing of dogs, those of the published
 * run, and where none ships the presentation's.
 */
export function scratchAnswers({ kind }: Dataset, runs: readonly PublishedScratchRun[]): Answer[] {
  const real = kind === 'drawn' ? publishedScratch()?.runs : runs;
  const whose = kind === 'drawn' ? ', published run on real photos' : '';
  if (real)
    return real.map(({ breeds, precision }) => {
      const theirs = breeds === 5 || breeds === 20 ? PRESENTATION.scratch[breeds] : null;
      const beside = theirs ? ` (the presentation: ${formatPercent(theirs.precisionMacro)})` : '';
      return answerOf(`macro precision, ${breeds} breeds${whose}${beside}`, precision);
    });
  const { 5: few, 20: many } = PRESENTATION.scratch;
  return [
    answerShare('the presentation, macro precision, 5 breeds', few.precisionMacro),
    answerShare('the presentation, macro precision, 20 breeds', many.precisionMacro),
  ];
}
