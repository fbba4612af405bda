import { basename } from 'node:path';
import { breedOfFolder, elementAt } from '../../base/index';
import { fingerprint } from '../fingerprint';
import { type Annotations, readAnnotations } from '../stanford/read-annotations';
import { type OfficialLists, readLists } from '../stanford/read-lists';
import { unpackImages } from '../stanford/unpack-images';
import type { Dataset, Example, Quarantined } from '../types';
import type { PhotoFacts } from './check-photo';
import { findLayout, type Layout } from './find-layout';
import { limitPhotos } from './limit-photos';
import { listPhotos } from './list-photos';
import { scanPhotos } from './scan-photos';

/** Options of `openFolder`. */
export interface OpenFolderOptions {
  seed?: number;
  limitPerBreed?: number;
  onProgress?: (done: number, total: number) => void;
}

/** The folder of photos of a data set; unpacked first where there is only the archive. */
async function imagesFolderOf(
  { root, imagesFolder, imagesTar }: Layout,
  onProgress: OpenFolderOptions['onProgress'],
): Promise<string> {
  if (imagesFolder) return imagesFolder;
  if (imagesTar) return unpackImages(imagesTar, onProgress);
  throw new Error(`expected Images/ or images.tar in ${root}, found neither`);
}

/**
 * How many photos the class folders of a data set seem to hold, by their names alone: quick.
 *
 * @returns Infinity for one that is still packed
 * @throws Error when there is no such folder
 */
export async function countPhotos(path: string): Promise<number> {
  const { imagesFolder } = await findLayout(path);
  if (!imagesFolder) return Number.POSITIVE_INFINITY;
  return [...(await listPhotos(imagesFolder)).classes.values()].flat().length;
}

/** Opens photos on disk: see `openDataset`. */
export async function openFolder(path: string, options: OpenFolderOptions = {}): Promise<Dataset> {
  const layout = await findLayout(path);
  const imagesFolder = await imagesFolderOf(layout, options.onProgress);
  const lists = await readLists(layout.lists);
  const annotated = layout.annotations
    ? await readAnnotations(layout.annotations)
    : { annotations: new Map() as Annotations, quarantine: [] };
  const listed = await listPhotos(imagesFolder);
  const { seed = 0, limitPerBreed } = options;
  const classes = limitPerBreed
    ? limitPhotos(listed.classes, lists.splits, limitPerBreed, seed)
    : listed.classes;
  const photos = await scanPhotos(imagesFolder, [...classes.values()].flat(), options.onProgress);

  const quarantine = [...listed.quarantine, ...annotated.quarantine];
  const usable = new Map<string, PhotoFacts>();
  for (const [file, result] of photos)
    if ('reason' in result) quarantine.push({ file, reason: result.reason });
    else usable.set(file, result);
  for (const double of photosInTwoClasses(usable)) {
    quarantine.push(double);
    usable.delete(double.file);
  }
  const { breeds, examples } = buildExamples(classes, usable, lists, annotated.annotations);
  if (examples.length === 0) throw new Error(nothingUsable(layout, quarantine));
  const onDisk = new Set([...listed.classes.values()].flat());
  return {
    name: layout.kind === 'stanford-dogs' ? 'Stanford Dogs' : basename(layout.root),
    kind: layout.kind,
    root: layout.root,
    imagesFolder,
    breeds,
    examples,
    quarantine: quarantine.sort((a, b) => (a.file < b.file ? -1 : 1)),
    cutBoxes: examples
      .map(({ file }) => file)
      .filter((file) => annotated.annotations.get(withoutExtension(file))?.cut),
    missing: [...lists.files].filter((file) => !onDisk.has(file)).sort(),
    fingerprint: fingerprint(breeds, examples),
  };
}

const withoutExtension = (file: string): string => file.replace(/\.[^./]+$/, '');

function buildExamples(
  classes: ReadonlyMap<string, string[]>,
  usable: ReadonlyMap<string, PhotoFacts>,
  lists: OfficialLists,
  annotations: Annotations,
): { breeds: string[]; examples: Example[] } {
  const folders = [...classes.keys()].filter((folder) =>
    (classes.get(folder) ?? []).some((file) => usable.has(file)),
  );
  // a Mac and a PC spell an accent in two ways (NFD, NFC): both folders are one class
  const classNames = [...new Set(folders.map((folder) => folder.normalize('NFC')))];
  const shortNames = classNames.map(breedOfFolder);
  // two folders may share a breed's name (other WordNet ids): then the folders' names tell them apart
  const breeds = new Set(shortNames).size === classNames.length ? shortNames : classNames;
  const examples: Example[] = [];
  folders.forEach((folder) => {
    const label = classNames.indexOf(folder.normalize('NFC'));
    for (const file of classes.get(folder) ?? []) {
      const facts = usable.get(file);
      if (!facts) continue;
      const boxes = annotations.get(withoutExtension(file))?.boxes ?? [];
      const split = lists.splits.get(file) ?? null;
      examples.push({ file, breed: elementAt(breeds, label), label, split, ...facts, boxes });
    }
  });
  return { breeds, examples };
}

/** How many of the other places of a photo its reason names. */
const NAMED_COPIES = 3;

/** Photos with the same bytes in more than one class folder: no one can tell which label is right. */
function photosInTwoClasses(usable: ReadonlyMap<string, PhotoFacts>): Quarantined[] {
  const byHash = new Map<string, string[]>();
  for (const [file, { hash }] of usable) {
    const files = byHash.get(hash);
    if (files) files.push(file);
    else byHash.set(hash, [file]);
  }
  const classOf = (file: string) => file.split('/')[0]?.normalize('NFC');
  const found: Quarantined[] = [];
  for (const files of byHash.values()) {
    if (new Set(files.map(classOf)).size < 2) continue;
    // a few copies are enough to go and look; all of them in each reason would be the square of their number
    const named = files.slice(0, NAMED_COPIES + 1);
    for (const file of files) {
      const others = named.filter((other) => other !== file).slice(0, NAMED_COPIES);
      const more = files.length - 1 - others.length;
      const rest = more > 0 ? ` and ${more.toLocaleString('en')} more` : '';
      found.push({
        file,
        reason: `expected each photo in one class, the same photo is also ${others.join(', ')}${rest}`,
      });
    }
  }
  return found;
}

function nothingUsable({ root }: Layout, quarantine: readonly Quarantined[]): string {
  const shown = quarantine.slice(0, 5).map(({ file, reason }) => `\n  ${file}: ${reason}`);
  const more = quarantine.length > 5 ? `\n  and ${quarantine.length - 5} more` : '';
  return `expected at least one usable photo in the class folders of ${root}, found none${shown.join('')}${more}`;
}
