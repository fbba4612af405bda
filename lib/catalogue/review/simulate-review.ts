import { createRandom, elementAt } from '../../base/index';
import type { Catalogue } from '../store/open-catalogue';
import { nextPhotos } from './next-photos';
import { recordVerdict } from './record-verdict';

/** Options of {@link simulateReview}. */
export interface SimulateReviewOptions {
  /** Verdicts to give. */
  verdicts: number;
  /** Share of verdicts that name a breed at random, 0..1. */
  mistakes: number;
  seed: number;
  /** Breeds that a mistake may name. */
  breeds: readonly string[];
}

/**
 * Gives verdicts on photos drawn for measuring, as a person would who knows the true breeds and errs now and then: for
 * trying out what verdicts tell. They are rows of the catalogue, under the name "simulated".
 *
 * @param truth true breeds by `root:path`; other photos are left to people
 * @returns verdicts given
 */
export function simulateReview(
  catalogue: Catalogue,
  truth: ReadonlyMap<string, string | undefined>,
  { verdicts, mistakes, seed, breeds }: SimulateReviewOptions,
): number {
  const random = createRandom(seed);
  let given = 0;
  while (given < verdicts) {
    const [item] = nextPhotos(catalogue, { who: 'simulated', count: 1, order: 'sample', now: 0 });
    const known = item && truth.get(item.places[0] ?? '');
    if (!item || !known) break;
    const wrong = random.next() < mistakes;
    const breed = wrong ? elementAt(breeds, random.integer(breeds.length)) : known;
    const { sha256, sampled } = item;
    recordVerdict(catalogue, { sha256, who: 'simulated', verdict: 'change', breed, sampled });
    given++;
  }
  return given;
}
