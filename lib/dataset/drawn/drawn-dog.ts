import { createRandom, elementAt } from '../../base/index';
import { BREED_LOOKS } from './breed-looks';
import { type DrawnDog, drawDog } from './draw-dog';

/**
 * A dog of one of the invented breeds by itself, for titles and covers.
 *
 * @param seed the same seed gives the same dog
 * @example drawnDog(4).svg
 */
export function drawnDog(seed: number): DrawnDog {
  const random = createRandom(seed);
  return drawDog(elementAt(BREED_LOOKS, seed % BREED_LOOKS.length), random);
}
