import { elementAt } from '../../base/index';

/** The part of jsfive that is used here: it ships no type declarations. */
interface Hdf5Module {
  File: new (bytes: ArrayBuffer, name: string) => Hdf5Group;
}

/** A group of an HDF5 file. */
export interface Hdf5Group {
  keys: string[];
  attrs: Record<string, unknown>;
  /** A member by its path; throws a string when there is none. */
  get(path: string): Hdf5Group | Hdf5Dataset;
}

/** An array of an HDF5 file; `dtype` in NumPy's spelling, e.g. `<f4`. */
export interface Hdf5Dataset {
  shape: number[];
  dtype: string | unknown[];
  value: ArrayLike<number>;
}

const SIGNATURE = '\x89HDF\r\n\x1a\n';

/**
 * Opens an HDF5 file that is held in memory.
 *
 * @param bytes the whole file
 * @param name used in error messages
 * @throws Error when it is no HDF5 file or shorter than its header says (a download that broke off)
 */
export function openHdf5(bytes: Buffer, name: string): Hdf5Group {
  if (bytes.length < 48 || bytes.toString('latin1', 0, 8) !== SIGNATURE)
    throw new Error(`expected an HDF5 file (.h5), ${name} is something else (${bytes.length} bytes)`);
  // the superblock holds the end-of-file address: versions 0 and 1 at byte 40 or 44, later ones at 28
  const version = elementAt(bytes, 8);
  const end = Number(bytes.readBigUInt64LE(version === 0 ? 40 : version === 1 ? 44 : 28));
  if (bytes.length < end)
    throw new Error(
      `${name} is truncated: expected ${end} bytes, found ${bytes.length}; delete it and fetch it again`,
    );
  const { File } = require('jsfive') as Hdf5Module;
  return new File(new Uint8Array(bytes).buffer, name);
}
