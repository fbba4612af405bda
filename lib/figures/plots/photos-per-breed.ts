import { displayName, elementAt } from '../../base/index';
import type { Figure } from '../types';
import { barPerBreed } from './bar-per-breed';
import { COLORS, whole } from './theme';

/** How many photos a breed has. */
export interface BreedCount {
  breed: string;
  photos: number;
  /** In the official lists; absent when no photo is listed. */
  train?: number;
  test?: number;
}

/**
 * Photos of each breed, most first, with the official split where there is one.
 *
 * @example showTable(countPhotosPerBreed(dataset.examples));
 */
export function countPhotosPerBreed(
  examples: readonly { breed: string; split?: string | null }[],
): BreedCount[] {
  // Loaded here, as only this table needs it.
  const aq = require('arquero') as typeof import('arquero');
  const table = aq.table({
    breed: examples.map(({ breed }) => breed),
    train: examples.map(({ split }) => Number(split === 'train')),
    test: examples.map(({ split }) => Number(split === 'test')),
  });
  const counts = table
    .groupby('breed')
    .rollup({ photos: aq.op.count(), train: aq.op.sum('train'), test: aq.op.sum('test') })
    .orderby(aq.desc('photos'), 'breed')
    .objects() as Required<BreedCount>[];
  if (counts.some(({ train, test }) => train + test > 0)) return counts;
  return counts.map(({ breed, photos }) => ({ breed, photos }));
}

/**
 * How many photos each breed has, as bars.
 *
 * @throws Error when there is no breed.
 * @example showFigure(photosPerBreedFigure(countPhotosPerBreed(dataset.examples)));
 */
export function photosPerBreedFigure(counts: readonly BreedCount[]): Figure {
  if (counts.length === 0) throw new Error('expected at least one breed, received none');
  const sorted = [...counts].sort((a, b) => b.photos - a.photos);
  const hasSplit = sorted.every(({ train }) => train !== undefined);
  const parts = hasSplit
    ? [
        { name: 'official train', color: COLORS.blue },
        { name: 'official test', color: COLORS.orange },
        { name: 'not listed', color: COLORS.grey },
      ]
    : [{ name: 'photos', color: COLORS.blue }];
  const bars = sorted.map(({ breed, photos, train = 0, test = 0 }) => ({
    breed,
    values: hasSplit ? [train, test, photos - train - test] : [photos],
    hover: `${displayName(breed)}: ${photos} photos${hasSplit ? ` (train ${train}, test ${test})` : ''}`,
  }));
  const used = parts.map((_, part) => bars.some(({ values }) => elementAt(values, part) > 0));
  for (const bar of bars) bar.values = bar.values.filter((_, part) => used[part]);
  const total = sorted.reduce((sum, { photos }) => sum + photos, 0);
  const [most, least] = [elementAt(sorted, 0), elementAt(sorted, sorted.length - 1)];
  return {
    ...barPerBreed(
      bars,
      parts.filter((_, part) => used[part]),
      'Photos per breed',
      'photos',
    ),
    alt: `Bar chart of photos per breed: ${whole(total)} photos of ${sorted.length} breeds, ${
      least.photos === most.photos
        ? `${most.photos} of each`
        : `from ${least.photos} (${displayName(least.breed)}) to ${most.photos} (${displayName(most.breed)}), ${(total / sorted.length).toFixed(1)} on average`
    }.`,
  };
}
