import { isS3 } from './s3-address';

/** The drive or the server of a root went away while it was read: no photo's fault. */
export class RootGoneError extends Error {
  constructor(folder: string, why: string) {
    super(
      isS3(folder)
        ? `${folder} can no longer be read: ${why}; run the same command again when it can`
        : `the drive at ${folder} went away while it was read (${why}): plug it in and run the same command again`,
    );
    this.name = 'RootGoneError';
  }
}
