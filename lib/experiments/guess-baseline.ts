import { splitRandom } from '../dataset/index';
import { chanceAccuracy, majorityBaseline } from '../evaluation/index';

/** What guessing reaches on a random 75 / 15 / 10 split. */
export interface GuessBaseline {
  train: number;
  validation: number;
  test: number;
  /** Accuracy of drawing a breed blindly, 0..1. */
  chance: number;
  /** Accuracy of always naming the commonest breed of the train part, 0..1. */
  majority: number;
}

/**
 * What guessing reaches: the figure that every later model has to beat. It needs breeds only, no pixels.
 *
 * @throws Error when no photo is left to test
 * @example guessBaseline(photoTable(), 42).majority
 */
export function guessBaseline(photos: readonly { breed: string }[], seed = 0): GuessBaseline {
  const breeds = [...new Set(photos.map(({ breed }) => breed))].sort();
  const split = splitRandom(photos, { seed });
  const labels = (part: readonly { breed: string }[]) => part.map(({ breed }) => breeds.indexOf(breed));
  const { accuracy } = majorityBaseline(labels(split.train), labels(split.test), breeds.length);
  return {
    train: split.train.length,
    validation: split.validation.length,
    test: split.test.length,
    chance: chanceAccuracy(breeds.length),
    majority: accuracy,
  };
}
