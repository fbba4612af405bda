import { displayName } from '../../base/index';
import type { Figure } from '../types';
import { barPerBreed } from './bar-per-breed';
import { COLORS, whole } from './theme';

/**
 * The breeds that are named most in a collection, as bars.
 *
 * @param counts photos by breed, in any order. @param most how many breeds are shown, default 20.
 * @throws Error when no breed is named.
 * @example showFigure(namedBreedsFigure([{ breed: 'Samoyed', photos: 112 }]))
 */
export function namedBreedsFigure(counts: readonly { breed: string; photos: number }[], most = 20): Figure {
  const sorted = [...counts].sort((a, b) => b.photos - a.photos || (a.breed < b.breed ? -1 : 1));
  const shown = sorted.slice(0, most);
  const [first] = shown;
  if (!first) throw new Error('expected at least one named breed, received none');
  const total = sorted.reduce((sum, { photos }) => sum + photos, 0);
  const title =
    sorted.length > shown.length
      ? `The ${shown.length} breeds that are named most, of ${sorted.length}`
      : 'Photos by named breed';
  return {
    ...barPerBreed(
      shown.map(({ breed, photos }) => ({ breed, values: [photos] })),
      [{ name: 'photos', color: COLORS.blue }],
      title,
      'photos',
    ),
    alt: `Bar chart of ${shown.length} of ${sorted.length} named breeds: ${whole(total)} photos, most often ${displayName(first.breed)} (${whole(first.photos)}).`,
  };
}
