/** A rectangle in fractions (0..1) of the picture's width and height, origin top left. */
export interface Box {
  xmin: number;
  ymin: number;
  xmax: number;
  ymax: number;
}

/** Which official list names a photo. */
export type OfficialSplit = 'train' | 'test';

/** One photo that can be used. */
export interface Example {
  /** Path below `Dataset.imagesFolder`, separated by `/`. */
  file: string;
  breed: string;
  /** Index of `breed` in `Dataset.breeds`. */
  label: number;
  /** The official list that names the photo; null where no list does. */
  split: OfficialSplit | null;
  /** Width of the file on disk, turned upright, px. */
  width: number;
  /** Height of the file on disk, turned upright, px. */
  height: number;
  /** Colour channels of the file on disk, alpha included: 1, 2, 3 or 4. */
  channels: number;
  /** One box for each dog that is annotated; empty where nothing is. */
  boxes: Box[];
  /** First 16 hex digits of the sha256 of the file's bytes. */
  hash: string;
}

/** A file that was found and cannot be used. */
export interface Quarantined {
  /** Path below `Dataset.imagesFolder`, separated by `/`. */
  file: string;
  reason: string;
}

/** A table of photos with their breeds. */
export interface Dataset {
  name: string;
  /** `drawn`: the project drew it; `stanford-dogs`: the real layout; `folders`: one folder for each class. */
  kind: 'drawn' | 'stanford-dogs' | 'folders';
  /** Absolute path that was opened. */
  root: string;
  /** Absolute path of the folder of class folders. */
  imagesFolder: string;
  /** Breed names in the order of their labels. */
  breeds: string[];
  examples: Example[];
  quarantine: Quarantined[];
  /** Photos that the official lists name and that are not on disk, paths as in `Example.file`. */
  missing: string[];
  /** Photos with a box that reached outside of the photo and was cut at its edge, paths as in `Example.file`. */
  cutBoxes?: string[];
  /** First 16 hex digits of a sha256 over breeds, files, contents, splits and boxes. */
  fingerprint: string;
}
