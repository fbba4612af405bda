/** A file's bytes from one moment, and what the file was like then, which may be later than the scan. */
export interface SteadyRead {
  bytes: Buffer;
  size: number;
  /** Milliseconds since 1970. */
  mtime: number;
  /** The version's tag, of objects in a bucket. */
  etag?: string;
}

/** Why a file could not be read. */
export interface Trouble {
  code: string;
  message: string;
}

/** Largest file that is taken for a photo, bytes. */
export const MAX_BYTES = 512 * 2 ** 20;

/** Said of a file that is larger. */
export const tooLarge = (size: number, name: string): Trouble => ({
  code: 'too_large',
  message: `expected a photo of at most ${MAX_BYTES / 2 ** 20} MiB, received ${size} bytes in ${name}`,
});
