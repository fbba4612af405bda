import type { Catalogue } from '../store/open-catalogue';
import { FOUND_COLUMNS, type FoundPhoto } from './find-photos';

/**
 * Photos that look most like a vector: cosine of what is left after the collection's mean, in one loop over all.
 *
 * @param vector 256 numbers in the space of `backbone`
 * @param backbone names the space, as the catalogue keeps it
 * @returns at most `limit` files, nearest first, with `likeness` -1..1; copies of a photo follow each other
 */
export function findAlike(
  { db }: Catalogue,
  vector: Float32Array,
  backbone: string,
  limit = 20,
): FoundPhoto[] {
  const mean = new Float64Array(vector.length);
  let count = 0;
  const all = db.prepare(
    `select sha256, vector from embedding e where backbone = ?
     and exists (select 1 from file f where f.sha256 = e.sha256 and f.state <> 'gone')`,
  );
  for (const { vector: other } of all.iterate(backbone) as IterableIterator<{ vector: ArrayBuffer }>) {
    const values = new Float32Array(other);
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) + (values[i] ?? 0);
    count++;
  }
  if (count === 0) return [];
  for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) / count;
  const wanted = Float64Array.from(vector, (value, i) => value - (mean[i] ?? 0));
  const length = Math.hypot(...wanted);
  let nearest: { sha256: string; likeness: number }[] = [];
  let worst = -Infinity;
  for (const row of all.iterate(backbone) as IterableIterator<{ sha256: string; vector: ArrayBuffer }>) {
    const values = new Float32Array(row.vector);
    let dot = 0;
    let square = 0;
    for (let i = 0; i < wanted.length; i++) {
      const value = (values[i] ?? 0) - (mean[i] ?? 0);
      dot += value * (wanted[i] ?? 0);
      square += value * value;
    }
    const likeness = dot / (length * Math.sqrt(square) || 1);
    if (likeness <= worst && nearest.length >= limit) continue;
    nearest.push({ sha256: row.sha256, likeness });
    if (nearest.length < 2 * limit) continue;
    nearest = nearest.sort((a, b) => b.likeness - a.likeness).slice(0, limit);
    worst = nearest.at(-1)?.likeness ?? worst;
  }
  const files = db.prepare(
    `select ${FOUND_COLUMNS} from catalogue where sha256 = ? and state <> 'gone' order by root, path`,
  );
  return nearest
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, limit)
    .flatMap(({ sha256, likeness }) =>
      (files.all(sha256) as FoundPhoto[]).map((file) => ({ ...file, likeness })),
    )
    .slice(0, limit);
}

/** The vector that the catalogue keeps of a photo, newest space first, or null. */
export function storedVector(
  { db }: Catalogue,
  sha256: string,
): { vector: Float32Array; backbone: string } | null {
  const [row] = db
    .prepare('select backbone, vector from embedding where sha256 = ? order by rowid desc')
    .all(sha256) as { backbone: string; vector: ArrayBuffer }[];
  return row ? { backbone: row.backbone, vector: new Float32Array(row.vector) } : null;
}
