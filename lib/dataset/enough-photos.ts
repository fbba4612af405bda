import type { Dataset } from './types';

/** What splitting, training, calibrating and testing need. */
const LEAST_CLASSES = 2;
const LEAST_PHOTOS = 3;
/** How many classes a message names. */
const NAMED = 10;

/**
 * Checks that a data set can be trained on and tested at all: two classes, three photos in each, copies counted once,
 * since a copy may not be tested on.
 *
 * @throws Error that says what is too little, and why
 * @example checkEnoughPhotos(await openDataset({ path: '~/photos' }))
 */
export function checkEnoughPhotos({ breeds, examples }: Pick<Dataset, 'breeds' | 'examples'>): void {
  const photos = new Map(breeds.map((breed) => [breed, new Set<string>()]));
  for (const { breed, hash } of examples) photos.get(breed)?.add(hash);
  const poor = [...photos].filter(([, { size }]) => size < LEAST_PHOTOS);
  const enough = photos.size - poor.length;
  if (photos.size >= LEAST_CLASSES && poor.length === 0) return;
  const shown = [...photos].slice(0, NAMED);
  const found = (poor.length > 0 ? poor : shown)
    .slice(0, NAMED)
    .map(([breed, { size }]) => `${breed}: ${size}`)
    .join(', ');
  const more = poor.length > NAMED ? ` and ${poor.length - NAMED} more classes` : '';
  throw new Error(
    `too few photos: expected at least ${LEAST_CLASSES} classes (folders) with at least ${LEAST_PHOTOS} different photos ` +
      `each, since one is trained on, one chosen by and one tested on; received ${found}${more}` +
      (poor.length > 0 && enough >= LEAST_CLASSES ? '. Add photos to them, or take these folders away' : ''),
  );
}
