import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { csvLine } from '../../base/index';

/** One flagged picture: what it was, what the model said, what the user says. */
export interface Flag {
  /** SHA-256 of the picture's bytes, 64 hex digits. */
  sha256: string;
  /** The file name the user's browser gave, for people only. */
  file: string;
  predicted: string;
  /** Calibrated probability of `predicted`, 0..1. */
  probability: number;
  notSure: boolean;
  notADog: boolean;
  /** A breed of the model, `not_a_dog`, `other` or `` (wrong, but unknown to the user). */
  correction: string;
  comment: string;
  /** Where the kept photo lies below the photo folder, or ``. */
  photo: string;
}

/** Columns of the flag CSV, in order. */
export const FLAG_COLUMNS = [
  'time',
  'sha256',
  'file',
  'predicted',
  'probability',
  'not_sure',
  'not_a_dog',
  'correction',
  'comment',
  'photo',
] as const;

/**
 * The CSV of flagged pictures. {@link FlagFile.append} resolves only after the row is on the disk (`fdatasync`), so a
 * kill or a power cut loses no acknowledged row; a half-written last row, which nobody was told is safe, is cut off at
 * the next opening.
 *
 * @example
 * const flags = await FlagFile.open('data/runs/flags.csv');
 * await flags.append({ sha256, file: 'rex.jpg', predicted: 'pug', probability: 0.4, notSure: true, notADog: false, correction: 'boxer', comment: '', photo: '' });
 */
export class FlagFile {
  private queue: { line: string; resolve: () => void; reject: (error: unknown) => void }[] = [];
  private writing: Promise<void> | null = null;

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /**
   * Opens or creates the CSV, with its header row.
   *
   * @throws Error when the file exists and starts with another header.
   */
  static async open(path: string): Promise<FlagFile> {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, 'a+');
    const header = csvLine(FLAG_COLUMNS);
    const text = await handle.readFile();
    const length = text.lastIndexOf(0x0a) + 1;
    if (length < text.length) await handle.truncate(length);
    if (length === 0) {
      await handle.appendFile(header);
      const folder = await open(dirname(path), 'r');
      await folder.sync().catch(() => undefined); // Windows cannot sync a folder, and need not
      await folder.close();
    } else if (!text.subarray(0, length).toString().startsWith(header)) {
      await handle.close();
      throw new Error(
        `expected ${path} to start with "${header.trim()}": move the file away or name another`,
      );
    }
    await handle.sync();
    return new FlagFile(path, handle);
  }

  /** Appends one row; resolves when it is on the disk. Rows that arrive together share one sync. */
  append(flag: Flag, time = new Date()): Promise<void> {
    const fields = [
      time.toISOString(),
      flag.sha256,
      flag.file,
      flag.predicted,
      flag.probability.toFixed(6),
      flag.notSure,
      flag.notADog,
      flag.correction,
      flag.comment.replace(/[\r\n]+/g, ' '), // a row is a line: a torn one can be told
      flag.photo,
    ];
    return new Promise((resolve, reject) => {
      this.queue.push({ line: csvLine(fields), resolve, reject });
      this.writing ??= this.writeAll();
    });
  }

  /** Writes what waits and closes the file. */
  async close(): Promise<void> {
    await this.writing;
    await this.handle.close();
  }

  private async writeAll(): Promise<void> {
    while (this.queue.length > 0) {
      const rows = this.queue.splice(0);
      const { size } = await this.handle.stat();
      try {
        await this.handle.appendFile(rows.map(({ line }) => line).join(''));
        await this.handle.datasync();
        for (const { resolve } of rows) resolve();
      } catch (error) {
        await this.handle.truncate(size).catch(() => undefined); // a full disk: no half row stays
        for (const { reject } of rows) reject(error);
      }
    }
    this.writing = null;
  }
}
