import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * Checks a file's content.
 *
 * @param path of the file
 * @param integrity `md5:<hex>`, `sha1:<hex>`, `sha256:<hex>`, `sha512:<hex>`, or as npm writes it, `sha512-<base64>`
 * @throws Error when the content is another, with both digests
 * @throws RangeError when `integrity` is none of these
 * @example await checkIntegrity('w.h5', 'md5:af6d107764bb5b1abb91932881670226')
 */
export async function checkIntegrity(path: string, integrity: string): Promise<void> {
  const parts = /^(md5|sha1|sha256|sha384|sha512)([-:])(.+)$/.exec(integrity);
  if (!parts)
    throw new RangeError(`expected an integrity like md5:<hex> or sha512-<base64>, received "${integrity}"`);
  const [, algorithm = '', separator, wanted = ''] = parts;
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  const found = hash.digest(separator === ':' ? 'hex' : 'base64');
  if (found !== (separator === ':' ? wanted.toLowerCase() : wanted))
    throw new Error(`expected ${algorithm} ${wanted}, received ${found}`);
}
