import { readFileSync } from 'node:fs';
import { fromRoot } from '../../base/index';

/** One breed of Stanford Dogs. */
export interface BreedFact {
  /** WordNet id, e.g. `n02085620`. */
  wnid: string;
  /** Class folder, e.g. `n02085620-Chihuahua`. */
  folder: string;
  breed: string;
  displayName: string;
  photos: number;
  /** Photos in the official train list. */
  train: number;
  /** Photos in the official test list. */
  test: number;
  /** Photos with more than one dog annotated. */
  severalDogs: number;
  /** Group of the Fédération Cynologique Internationale, 1..10; null where it lists no such breed. */
  fciGroup: number | null;
}

export const BREED_COLUMNS = [
  'wnid',
  'folder',
  'breed',
  'displayName',
  'photos',
  'train',
  'test',
  'severalDogs',
  'fciGroup',
] as const satisfies readonly (keyof BreedFact)[];

/**
 * The 120 breeds of Stanford Dogs, from `data/breeds.csv`, which `dogbreeds tables` makes; in the order of the official
 * labels.
 *
 * @throws Error when the file is missing
 * @example breedTable()[0] // { wnid: 'n02085620', folder: 'n02085620-Chihuahua', breed: 'Chihuahua', photos: 152, ... }
 */
export function breedTable(): BreedFact[] {
  const path = fromRoot('data', 'breeds.csv');
  const [header, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  if (header !== BREED_COLUMNS.join(','))
    throw new Error(`expected the columns ${BREED_COLUMNS.join(',')} in ${path}, received ${header}`);
  return lines.map((line) => {
    // no value of this table holds a comma
    const [wnid = '', folder = '', breed = '', displayName = '', ...rest] = line.split(',');
    const group = rest.pop();
    const [photos = Number.NaN, train = Number.NaN, test = Number.NaN, severalDogs = Number.NaN] =
      rest.map(Number);
    const fciGroup = group ? Number(group) : null;
    return { wnid, folder, breed, displayName, photos, train, test, severalDogs, fciGroup };
  });
}
