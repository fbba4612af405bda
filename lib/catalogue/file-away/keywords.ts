import type { FoundPhoto } from '../find/find-photos';

/** First part of our hierarchical keywords: what starts so is ours, everything else is somebody's. */
export const PREFIX = 'dogbreeds';

/** Which photos get a keyword. */
export interface KeywordRule {
  /** Machine's answers from this probability on; people's verdicts always. Default 0.95. */
  minProbability?: number;
}

/** The keywords of a photo. */
export interface Keywords {
  /** Flat ones (`dc:subject`, IPTC). */
  subject: string[];
  /** Hierarchical ones (`lr:hierarchicalSubject`), parts joined by `|`. */
  hierarchical: string[];
}

/**
 * What a photo is filed under: its breed where a person said so or the machine is sure enough; nothing otherwise.
 *
 * @example keywordsOf({ breed: 'German_shepherd', ... }) // { subject: ['German shepherd'], hierarchical: ['dogbreeds|German shepherd'] }
 */
export function keywordsOf(
  { decision, breed, probability, source }: Pick<FoundPhoto, 'decision' | 'breed' | 'probability' | 'source'>,
  { minProbability = 0.95 }: KeywordRule = {},
): Keywords | null {
  if (decision !== 'breed' || !breed) return null;
  if (source !== 'human' && (probability ?? 0) < minProbability) return null;
  const name = breed.replaceAll('_', ' ').replaceAll('|', '/');
  return { subject: [name], hierarchical: [`${PREFIX}|${name}`] };
}
