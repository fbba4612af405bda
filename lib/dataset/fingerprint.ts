import { createHash } from 'node:crypto';
import type { Example } from './types';

/**
 * Names the content of a table of examples: breeds in order, and for each example its path, bytes, split and
 * boxes. The order of the examples does not count.
 *
 * @returns the first 16 hex digits of a sha256
 */
export function fingerprint(breeds: readonly string[], examples: readonly Example[]): string {
  const hash = createHash('sha256').update(JSON.stringify(breeds));
  const lines = examples.map(({ file, breed, split, hash, boxes }) =>
    JSON.stringify([file, breed, split, hash, boxes.map((b) => [b.xmin, b.ymin, b.xmax, b.ymax])]),
  );
  for (const line of lines.sort()) hash.update(`\n${line}`);
  return hash.digest('hex').slice(0, 16);
}
