import { createHash } from 'node:crypto';
import { copyFile, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { MAX_PIXELS, openPixels } from '../../base/index';
import { type Keywords, PREFIX } from './keywords';

/** What is used of exiftool-vendored, which is optional. */
export interface ExifTool {
  read(file: string): Promise<Record<string, unknown>>;
  write(file: string, tags: Record<string, unknown>, options?: { writeArgs?: string[] }): Promise<unknown>;
  end(): Promise<void>;
}

/**
 * Starts exiftool (P. Harvey), which ships inside the npm package exiftool-vendored and needs perl on Linux and macOS.
 *
 * @throws Error where the package is not installed
 */
export async function startExifTool(): Promise<ExifTool> {
  try {
    const { ExifTool: Tool } = (await import('exiftool-vendored')) as unknown as {
      ExifTool: new (options?: object) => ExifTool;
    };
    return new Tool({ taskTimeoutMillis: 60_000 });
  } catch (error) {
    throw new Error(
      'expected the optional package exiftool-vendored, found none: npm install exiftool-vendored (on Linux it needs perl)',
      { cause: error },
    );
  }
}

const list = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : value ? [String(value)] : [];

/**
 * The keywords a file should have: what others wrote stays, what we wrote before is replaced.
 *
 * @param ours flat keywords that we wrote there before
 */
export function mergeKeywords(found: Record<string, unknown>, wanted: Keywords, ours: readonly string[]) {
  const others = list(found.HierarchicalSubject).filter((keyword) => !keyword.startsWith(`${PREFIX}|`));
  const keep = (values: string[]) => values.filter((keyword) => !ours.includes(keyword));
  const unique = (values: string[]) => [...new Set(values)];
  return {
    Subject: unique([...keep(list(found.Subject)), ...wanted.subject]),
    HierarchicalSubject: unique([...others, ...wanted.hierarchical]),
    Keywords: unique([...keep(list(found.Keywords)), ...wanted.subject]),
  };
}

/**
 * Merges keywords into a sidecar that is there already; the file is replaced at once.
 *
 * @param ours flat keywords that we wrote there before
 */
export async function mergeIntoSidecar(
  tool: ExifTool,
  file: string,
  wanted: Keywords,
  ours: readonly string[],
): Promise<void> {
  await onCopy(file, async (copy) => {
    const { Subject, HierarchicalSubject } = mergeKeywords(await tool.read(file), wanted, ours);
    await tool.write(
      copy,
      { 'XMP-dc:Subject': Subject, 'XMP-lr:HierarchicalSubject': HierarchicalSubject },
      {
        writeArgs: ['-overwrite_original'],
      },
    );
  });
}

/**
 * Writes keywords into the photo itself (XMP and IPTC): on a copy beside it, which takes its place at once when its
 * pixels are proven to be the same; the time of change is kept.
 *
 * @throws Error when the pixels are not the same: then the photo was not touched
 */
export async function writeIntoPhoto(
  tool: ExifTool,
  file: string,
  wanted: Keywords,
  ours: readonly string[],
): Promise<void> {
  await onCopy(file, async (copy) => {
    const { Subject, HierarchicalSubject, Keywords } = mergeKeywords(await tool.read(file), wanted, ours);
    await tool.write(
      copy,
      {
        'XMP-dc:Subject': Subject,
        'XMP-lr:HierarchicalSubject': HierarchicalSubject,
        'IPTC:Keywords': Keywords,
      },
      { writeArgs: ['-overwrite_original', '-codedcharacterset=utf8'] },
    );
    const [before, after] = [await pixelHash(file), await pixelHash(copy)];
    if (before !== after)
      throw new Error(
        `expected the same pixels after keywords were written, received others: ${file} was not touched`,
      );
  });
}

async function onCopy(file: string, change: (copy: string) => Promise<void>): Promise<void> {
  const { atime, mtime } = await stat(file);
  // exiftool tells formats by the ending, so the copy keeps it
  const ending = /\.[^./]+$/.exec(file)?.[0] ?? '';
  const copy = `${file}.${process.pid}.dogbreeds-tmp${ending}`;
  try {
    await copyFile(file, copy);
    await change(copy);
    await utimes(copy, atime, mtime);
    await rename(copy, file);
  } finally {
    await rm(copy, { force: true });
  }
}

async function pixelHash(file: string): Promise<string> {
  const pixels = await (
    await openPixels(await readFile(file), { failOn: 'none', limitInputPixels: MAX_PIXELS })
  )
    .raw()
    .toBuffer();
  return createHash('sha256').update(pixels).digest('hex');
}
