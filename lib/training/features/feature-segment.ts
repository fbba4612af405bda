import { createHash } from 'node:crypto';
import {
  columnFromArray,
  field,
  fixedSizeList,
  float32,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  utf8,
} from '@uwdata/flechette';

/** One file of a feature store. */
export interface FeatureSegment {
  keys: string[];
  /** Row-major [keys.length, size]. */
  features: Float32Array;
  size: number;
}

/**
 * Rows as an Arrow IPC file: columns `key` (utf8) and `features` (fixed-size list of float32), and a SHA-256 of
 * both in the schema's metadata.
 *
 * @param rows key and features, each of `size` values
 */
export function encodeSegment(rows: readonly (readonly [string, Float32Array])[], size: number): Uint8Array {
  const keys = rows.map(([key]) => key);
  const features = rows.map(([, row]) => row);
  const table = tableFromColumns({
    key: columnFromArray(keys, utf8()),
    features: columnFromArray(features, fixedSizeList(field('item', float32(), false), size)),
  });
  table.schema.metadata = new Map([['sha256', checksum(keys, features)]]);
  const bytes = tableToIPC(table, { format: 'file' });
  if (!bytes) throw new Error('expected an Arrow file, received nothing');
  return bytes;
}

/**
 * Reads what {@link encodeSegment} wrote.
 *
 * @returns null when the bytes are cut off, altered or no such file
 */
export function decodeSegment(bytes: Uint8Array): FeatureSegment | null {
  try {
    const table = tableFromIPC(bytes);
    const [column, names] = [table.getChild('features'), table.getChild('key')];
    if (!column || !names) return null;
    const keys = [...names] as string[];
    const features = fixedSizeRows(column) as Float32Array;
    const size = (column.type as { stride: number }).stride;
    if (features.length !== keys.length * size) return null;
    return table.schema.metadata?.get('sha256') === checksum(keys, [features])
      ? { keys, features, size }
      : null;
  } catch {
    return null; // flechette meets a damaged file with errors of many kinds
  }
}

/** The values of a fixed-size list column as one flat array, without building a row at a time. */
export function fixedSizeRows(column: { data: readonly unknown[] }): Float32Array | Uint8Array {
  const parts = column.data.flatMap((batch) => {
    const [child] = (batch as { children: { values: Float32Array | Uint8Array }[] }).children;
    return child ? [child.values] : [];
  });
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const flat = parts[0] instanceof Uint8Array ? new Uint8Array(total) : new Float32Array(total);
  let offset = 0;
  for (const part of parts) {
    flat.set(part, offset);
    offset += part.length;
  }
  return flat;
}

function checksum(keys: readonly string[], features: readonly Float32Array[]): string {
  const hash = createHash('sha256').update(keys.join('\n'));
  for (const row of features) hash.update(new Uint8Array(row.buffer, row.byteOffset, row.byteLength));
  return hash.digest('hex');
}
