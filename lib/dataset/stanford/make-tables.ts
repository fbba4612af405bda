import { dirname } from 'node:path';
import { breedOfFolder, displayName, elementAt, fromRoot, writeFileAtomic } from '../../base/index';
import { findLayout } from '../folders/find-layout';
import { BREED_COLUMNS, type BreedFact } from './breed-table';
import { fciGroup } from './fci-groups';
import { encodePhotoTable, type PhotoFact } from './photo-table';
import { readAnnotations } from './read-annotations';
import { readLists } from './read-lists';

/**
 * Makes `data/photos.arrow` and `data/breeds.csv` from the annotations and the lists of Stanford Dogs. The photos
 * need not be there.
 *
 * @param path folder with `annotation.tar` or `Annotation/`, and the lists
 * @param folder where the tables go, default `data`
 * @throws Error when annotations or lists are missing, an annotation is damaged, or a listed photo has none
 */
export async function makeTables(path: string, folder = fromRoot('data')): Promise<PhotoFact[]> {
  const { annotations: annotationPath, lists } = await findLayout(path);
  if (!annotationPath) throw new Error(`expected annotation.tar or Annotation/ in ${path}, found neither`);
  const [{ splits }, { annotations, quarantine }] = await Promise.all([
    readLists(lists),
    readAnnotations(annotationPath),
  ]);
  const [damaged] = quarantine;
  if (damaged) throw new Error(`expected whole annotations, found a damaged one: ${damaged.reason}`);
  if (splits.size === 0) throw new Error(`expected train_list.mat and test_list.mat in ${path}, found none`);
  const facts = [...splits].map(([file, split]): PhotoFact => {
    const annotation = annotations.get(file.replace(/\.jpg$/, ''));
    if (!annotation) throw new Error(`expected an annotation for ${file}, found none in ${annotationPath}`);
    return { file, breed: breedOfFolder(dirname(file)), split, ...annotation };
  });
  facts.sort((a, b) => (a.file < b.file ? -1 : 1));
  await writeFileAtomic(`${folder}/photos.arrow`, encodePhotoTable(facts));
  const breeds = [...new Set(facts.map(({ file }) => dirname(file)))].map((name) => countBreed(name, facts));
  const lines = breeds.map((breed) => BREED_COLUMNS.map((column) => breed[column] ?? '').join(','));
  await writeFileAtomic(`${folder}/breeds.csv`, `${[BREED_COLUMNS.join(','), ...lines].join('\n')}\n`);
  return facts;
}

function countBreed(folder: string, facts: readonly PhotoFact[]): BreedFact {
  const own = facts.filter(({ file }) => dirname(file) === folder);
  const breed = breedOfFolder(folder);
  const wnid = elementAt(folder.split('-'), 0);
  return {
    wnid,
    folder,
    breed,
    displayName: displayName(breed),
    photos: own.length,
    train: own.filter(({ split }) => split === 'train').length,
    test: own.filter(({ split }) => split === 'test').length,
    severalDogs: own.filter(({ boxes }) => boxes.length > 1).length,
    fciGroup: fciGroup(wnid),
  };
}
