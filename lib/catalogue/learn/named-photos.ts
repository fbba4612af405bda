import { classifyFiles } from '../classify/classify-shard';
import type { PhotoClassifier } from '../classify/photo-classifier';
import { findDuplicates } from '../find/find-duplicates';
import type { Catalogue } from '../store/open-catalogue';
import { listRoots } from '../store/roots';
import type { NamedPhoto } from './learn-head';

/** Photos that people have named, and how many of those are not there to be looked at. */
export interface NamedPhotos {
  photos: NamedPhoto[];
  missing: number;
}

/**
 * The photos that people have named, with the features that a model's network gives them: kept ones
 * (`index --keep-features`), or computed now from the files.
 *
 * @param onProgress photos so far, of how many
 */
export async function namedPhotos(
  catalogue: Catalogue,
  classifier: PhotoClassifier,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<NamedPhotos> {
  const { db } = catalogue;
  const rows = db
    .prepare(
      `select ph.sha256, v.breed, e.features, f.id, f.root, f.folder || f.name as path, f.size, f.mtime
       from photo ph join review v on v.id = ph.verdict
       left join embedding e on e.sha256 = ph.sha256 and e.backbone = ?
       left join file f on f.id = (select min(id) from file where sha256 = ph.sha256 and state = 'done')
       where v.verdict in ('confirm', 'change') order by ph.sha256`,
    )
    .all(classifier.backbone) as Row[];
  const group = groupsOf(catalogue);
  const folders = new Map(listRoots(catalogue).map(({ name, folder }) => [name, folder]));
  const found = new Map<number, Float32Array>();
  const tasks = rows.flatMap(({ features, id, root, path, size, mtime }) => {
    const folder = root === null ? undefined : folders.get(root);
    if (features || id === null || !folder) return [];
    return [{ root: folder, file: { id, path: path ?? '', size: size ?? 0, mtime: mtime ?? 0, maybe: [] } }];
  });
  for await (const answers of classifyFiles(tasks, classifier, { keepFeatures: true })) {
    for (const { id, features, sha256 } of answers)
      if (features && rows.some((row) => row.id === id && row.sha256 === sha256))
        found.set(id, floats(Buffer.from(features, 'base64')));
    onProgress(found.size, tasks.length);
  }
  const photos = rows.flatMap(({ sha256, breed, features, id }): NamedPhoto[] => {
    const values = features ? floats(Buffer.from(features)) : id === null ? undefined : found.get(id);
    return values ? [{ sha256, breed, features: values, group: group.get(sha256) ?? sha256 }] : [];
  });
  return { photos, missing: rows.length - photos.length };
}

interface Row {
  sha256: string;
  breed: string;
  features: ArrayBuffer | null;
  id: number | null;
  root: string | null;
  path: string | null;
  size: number | null;
  mtime: number | null;
}

/** Near duplicates go by the smallest hash among them. */
function groupsOf(catalogue: Catalogue): Map<string, string> {
  const groups = new Map<string, string>();
  for (const files of findDuplicates(catalogue)) {
    const hashes = files.flatMap(({ sha256 }) => sha256 ?? []).sort();
    for (const hash of hashes) groups.set(hash, hashes[0] ?? hash);
  }
  return groups;
}

const floats = (bytes: Buffer): Float32Array => new Float32Array(new Uint8Array(bytes).buffer);
