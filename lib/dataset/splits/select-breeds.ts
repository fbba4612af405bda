import { fingerprint } from '../fingerprint';
import { PRESENTATION_BREEDS } from '../stanford/presentation-breeds';
import type { Dataset } from '../types';

/**
 * Keeps some breeds of a dataset; labels are numbered anew, in the dataset's order of breeds.
 *
 * @param breeds names of breeds, or how many: the presentation's breeds first, in its order, then those with the
 *   most photos (equal counts in alphabetical order); all when there are fewer
 * @returns a new dataset with its own fingerprint; quarantine and missing as they were
 * @throws Error when a name is not in the dataset, or nothing would be kept
 * @example
 * const five = selectBreeds(dataset, 5);
 * const twenty = selectBreeds(dataset, [...PRESENTATION_BREEDS]);
 */
export function selectBreeds(dataset: Dataset, breeds: readonly string[] | number): Dataset {
  const wanted = typeof breeds === 'number' ? firstBreeds(dataset, breeds) : [...new Set(breeds)];
  const unknown = wanted.filter((breed) => !dataset.breeds.includes(breed));
  if (unknown.length > 0)
    throw new Error(
      `expected breeds of ${dataset.name}, received ${unknown.join(', ')}; it has ${dataset.breeds.join(', ')}`,
    );
  if (wanted.length === 0) throw new Error('expected at least one breed to keep, received none');
  const kept = dataset.breeds.filter((breed) => wanted.includes(breed));
  const labels = new Map(kept.map((breed, label) => [breed, label]));
  const examples = dataset.examples.flatMap((example) => {
    const label = labels.get(example.breed);
    return label === undefined ? [] : [{ ...example, label }];
  });
  return { ...dataset, breeds: kept, examples, fingerprint: fingerprint(kept, examples) };
}

function firstBreeds(dataset: Dataset, count: number): string[] {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`expected a whole number of breeds of at least 1, received ${count}`);
  const counts = new Map<string, number>();
  for (const { breed } of dataset.examples) counts.set(breed, (counts.get(breed) ?? 0) + 1);
  const photos = (breed: string) => counts.get(breed) ?? 0;
  const rank = (breed: string) => {
    const index = PRESENTATION_BREEDS.indexOf(breed);
    return index < 0 ? PRESENTATION_BREEDS.length : index;
  };
  return [...dataset.breeds]
    .sort((a, b) => rank(a) - rank(b) || photos(b) - photos(a) || (a < b ? -1 : 1))
    .slice(0, count);
}
