import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import {
  columnFromArray,
  dictionary,
  list,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  uint16,
  uint32,
  utf8,
} from '@uwdata/flechette';
import { breedOfFolder, elementAt, fromRoot } from '../../base/index';
import type { Box, OfficialSplit } from '../types';

/** What the annotations and lists say of one photo of Stanford Dogs; the photo itself is not needed. */
export interface PhotoFact {
  /** `<class folder>/<name>.jpg`, as `Example.file`. */
  file: string;
  breed: string;
  split: OfficialSplit;
  /** Of the photo as it was published, px. */
  width: number;
  /** px */
  height: number;
  /** One box for each dog. */
  boxes: Box[];
}

const path = () => fromRoot('data', 'photos.arrow');

/**
 * All 20,580 photos of Stanford Dogs as facts, from `data/photos.arrow`, which `dogbreeds tables` makes.
 *
 * @throws Error when the file is missing or damaged
 * @example photoTable().filter(({ boxes }) => boxes.length > 1).length // 1358
 */
export function photoTable(): PhotoFact[] {
  try {
    return decodePhotoTable(readFileSync(path()));
  } catch (error) {
    throw new Error(
      `expected the table of photos in ${path()} (${(error as Error).message}): get it from the repository, or make it with "npx dogbreeds tables PATH"`,
      { cause: error },
    );
  }
}

/** Arrow IPC: folder and split by dictionary, the number in the name, sizes and box corners in px. */
export function encodePhotoTable(facts: readonly PhotoFact[]): Uint8Array {
  const pixels = ({ boxes, width, height }: PhotoFact) =>
    boxes.flatMap((box) =>
      [box.xmin * width, box.ymin * height, box.xmax * width, box.ymax * height].map(Math.round),
    );
  const table = tableFromColumns({
    folder: columnFromArray(facts.map(({ file }) => dirname(file)), dictionary(utf8())),
    number: columnFromArray(facts.map(({ file }) => Number(/_(\d+)\.jpg$/.exec(file)?.[1])), uint32()),
    split: columnFromArray(facts.map(({ split }) => split), dictionary(utf8())),
    width: columnFromArray(facts.map(({ width }) => width), uint16()),
    height: columnFromArray(facts.map(({ height }) => height), uint16()),
    boxes: columnFromArray(facts.map(pixels), list(uint16())),
  }); // biome-ignore format: one line for each column
  const bytes = tableToIPC(table, { format: 'file' });
  if (!bytes) throw new Error('expected the bytes of a table in Arrow format, received none');
  return bytes;
}

export function decodePhotoTable(bytes: Uint8Array): PhotoFact[] {
  const table = tableFromIPC(bytes);
  const column = (name: string) => {
    const found = table.getChild(name);
    if (!found) throw new Error(`expected a column "${name}", found none`);
    return found;
  };
  const [folders, numbers, splits] = [column('folder'), column('number'), column('split')];
  const [widths, heights, corners] = [column('width'), column('height'), column('boxes')];
  return Array.from({ length: table.numRows }, (_, row) => {
    const folder: string = folders.at(row);
    const width: number = widths.at(row);
    const height: number = heights.at(row);
    const values: ArrayLike<number> = corners.at(row);
    const boxes = Array.from({ length: values.length / 4 }, (_, i) => ({
      xmin: elementAt(values, 4 * i) / width,
      ymin: elementAt(values, 4 * i + 1) / height,
      xmax: elementAt(values, 4 * i + 2) / width,
      ymax: elementAt(values, 4 * i + 3) / height,
    }));
    const file = `${folder}/${elementAt(basename(folder).split('-'), 0)}_${numbers.at(row)}.jpg`;
    return { file, breed: breedOfFolder(folder), split: splits.at(row), width, height, boxes };
  });
}
