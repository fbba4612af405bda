import { stat } from 'node:fs/promises';

/** Size and time of a file: what a cache compares to know that a file is unchanged. */
export interface FileStamp {
  bytes: number;
  mtimeMs: number;
}

/** @throws Error of `fs.stat` when the file is not there or may not be read */
export async function fileStamp(path: string): Promise<FileStamp> {
  const { size, mtimeMs } = await stat(path);
  return { bytes: size, mtimeMs };
}
