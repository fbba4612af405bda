import { photoTable } from './stanford/photo-table';
import { PRESENTATION_BREEDS } from './stanford/presentation-breeds';
import type { Box, Dataset, OfficialSplit } from './types';

/** What is known of photos without looking at their pixels. */
export interface KnownPhotos {
  /** Which photos these are, for titles. */
  name: string;
  photos: {
    file: string;
    breed: string;
    split: OfficialSplit | null;
    width: number;
    height: number;
    boxes: Box[];
  }[];
}

/**
 * The real photos that can be spoken of: those of a folder of one's own, else all 20,580 of Stanford Dogs, whose facts
 * ship with the project. Drawn pictures are never spoken of: they are ours, and say nothing of dogs.
 *
 * @param breeds how many breeds, the presentation's first; 0 all
 * @throws Error when the shipped table is missing or damaged
 * @example const { name, photos } = knownPhotos(await openDataset());
 */
export function knownPhotos(dataset: Dataset, breeds = 0): KnownPhotos {
  const isOwn = dataset.kind === 'folders';
  const all = isOwn ? dataset.examples : photoTable();
  const whole = isOwn ? dataset.name : 'all of Stanford Dogs';
  if (breeds === 0) return { name: whole, photos: all };
  const names = new Set([...PRESENTATION_BREEDS, ...all.map(({ breed }) => breed)]);
  const present = new Set(all.map(({ breed }) => breed));
  const kept = new Set([...names].filter((name) => present.has(name)).slice(0, breeds));
  const name = `${kept.size} breeds of ${isOwn ? dataset.name : 'Stanford Dogs'}`;
  return { name, photos: all.filter(({ breed }) => kept.has(breed)) };
}
