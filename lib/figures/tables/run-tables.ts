import { formatCount } from '../../base/index';
import type { Dataset } from '../../dataset/index';
import { countOf, type Interval } from '../../evaluation/index';
import type { Answer, Summary } from '../display/show-summary';
import { showTable } from '../display/show-table';

/** What was opened and what became of it, as one row. @example showTable(datasetTable(photos)) */
export const datasetTable = (dataset: Dataset): Record<string, unknown>[] => [
  {
    'data set': dataset.kind === 'drawn' ? `${dataset.name} (drawn examples)` : dataset.name,
    breeds: dataset.breeds.length,
    photos: dataset.examples.length,
    'set aside': dataset.quarantine.length,
    'listed, not on disk': dataset.missing.length,
    fingerprint: dataset.fingerprint,
  },
];

/** How pictures of a data set are called. @example picturesName(photos, 200) // '200 drawn examples' */
export const picturesName = ({ kind }: Pick<Dataset, 'kind'>, count: number): string =>
  countOf(count, kind === 'drawn' ? 'drawn example' : 'photo');

/** Shows the photos that were set aside with their reasons, or says that none was. */
export function showQuarantine({ quarantine, examples }: Dataset, limit = 50): void {
  const more = quarantine.length > limit ? `, the first ${limit} of ${quarantine.length}` : '';
  if (quarantine.length > 0)
    showTable(quarantine.slice(0, limit), { caption: `Set aside, with the reason${more}` });
  else
    console.log(
      `No photo was set aside: all ${formatCount(examples.length)} decode, and none lies in two folders.`,
    );
}

/** Photos in each part of a split, as one row. */
export const splitTable = (split: {
  breeds: readonly string[];
  train: { labels: ArrayLike<number> };
  validation: { labels: ArrayLike<number> };
  test: { labels: ArrayLike<number> };
}): Record<string, unknown>[] => [
  {
    breeds: split.breeds.length,
    'photos to train': split.train.labels.length,
    'to validate': split.validation.labels.length,
    'to test': split.test.labels.length,
  },
];

/** A share with its interval as an answer of the summary. @example answerOf('accuracy, 120 breeds', test.accuracy) */
export const answerOf = (label: string, { estimate, low, high, method, of }: Interval): Answer => ({
  label,
  value: estimate,
  low,
  high,
  unit: '%',
  ...(method !== undefined && { method }),
  ...(of !== undefined && { of }),
});

/** A share of which no interval is known. @example answerShare('the presentation', 0.725) */
export const answerShare = (label: string, value: number): Answer => ({ label, value, unit: '%' });

/** What the summary says of a data set. @example showSummary({ dataset: describeData(photos), … }) */
export const describeData = ({ name, fingerprint, examples, breeds }: Dataset): Summary['dataset'] => ({
  name,
  fingerprint,
  counts: { photos: examples.length, breeds: breeds.length },
});

/** What the summary says of features that were split: photos, or what ships in their place. */
export const describeSplit = (
  table: { source: string },
  split: Parameters<typeof splitTable>[0],
  photos: Dataset | null,
): Summary['dataset'] => ({
  name: table.source,
  fingerprint: photos?.fingerprint ?? 'shipped features',
  counts: {
    train: split.train.labels.length,
    validation: split.validation.labels.length,
    test: split.test.labels.length,
  },
});
