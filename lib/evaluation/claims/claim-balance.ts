import { displayName, formatCount } from '../../base/index';
import { countOf } from './phrases';

/** Up to this ratio of the largest to the smallest breed, accuracy and macro averages say nearly the same. */
const BALANCED_RATIO = 2;

/**
 * Whether the breeds have about as many photos each, and what that means for accuracy.
 *
 * @param counts photos of each breed, in any order
 * @example claimBalance([{ breed: 'redbone', photos: 148 }, { breed: 'Maltese_dog', photos: 252 }])
 */
export function claimBalance(counts: readonly { breed: string; photos: number }[]): string {
  const sorted = [...counts].sort((a, b) => a.photos - b.photos);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (!least || !most) return 'There are no photos to count.';
  if (sorted.length === 1)
    return `All ${countOf(most.photos, 'photo')} show one breed, ${displayName(most.breed)}: there is nothing to tell apart.`;
  const accuracy = 'accuracy is an honest score';
  if (least.photos === most.photos)
    return `Each of the ${sorted.length} breeds has ${countOf(most.photos, 'photo')}: ${accuracy}.`;
  const range = `Between ${formatCount(least.photos)} (${displayName(least.breed)}) and ${countOf(most.photos, 'photo')} (${displayName(most.breed)}) of a breed, ${(most.photos / least.photos).toFixed(1)} times as many`;
  return most.photos <= BALANCED_RATIO * least.photos
    ? `${range}: near enough to balance that ${accuracy}.`
    : `${range}: a model that prefers the large breeds looks good by accuracy, so read the macro averages beside it.`;
}

/**
 * What the official lists say of the photos at hand.
 *
 * @param counts photos of each breed in the official lists; absent where no list names any
 */
export function claimLists(counts: readonly { breed: string; train?: number; test?: number }[]): string {
  const listed = counts.filter(({ train = 0, test = 0 }) => train + test > 0);
  if (listed.length === 0)
    return 'No official list names these photos: parts for training and testing are drawn at random.';
  const range = (values: number[]) => {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return least === most ? formatCount(least) : `${formatCount(least)} to ${formatCount(most)}`;
  };
  const train = range(listed.map(({ train = 0 }) => train));
  const test = range(listed.map(({ test = 0 }) => test));
  const some = listed.length < counts.length ? ` (of ${listed.length} of ${counts.length} breeds)` : '';
  return `The official lists name ${train} photos of a breed for training and ${test} for testing${some}.`;
}
