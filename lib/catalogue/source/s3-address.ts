import { resolve } from 'node:path';

/** Where a root in a bucket begins. */
export interface S3Address {
  bucket: string;
  /** Of all its keys: '' or `2026/summer/`. */
  prefix: string;
}

/** Whether a root lies in a bucket, not in a folder. */
export const isS3 = (root: string): boolean => /^s3:/i.test(root);

/**
 * Takes an address apart.
 *
 * @throws Error when it is none; credentials in it are refused and not repeated
 * @example parseS3('s3://photos/2026/') // { bucket: 'photos', prefix: '2026/' }
 */
export function parseS3(text: string): S3Address {
  const [, bucket, rest = ''] = /^s3:\/\/([a-z0-9][\w.-]{1,61}[a-z0-9])(?:\/(.*))?$/is.exec(text) ?? [];
  if (!bucket)
    throw new Error(
      `expected an address like s3://bucket/prefix, received ${/[@?]/.test(text) ? 'one with more in it' : text}: endpoint and credentials come from AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    );
  const folder = rest.replace(/\/+$/, '');
  return { bucket, prefix: folder && `${folder}/` };
}

/** An address in the one way in which the catalogue keeps it. */
function normalizeS3(text: string): string {
  const { bucket, prefix } = parseS3(text);
  return `s3://${bucket}/${prefix}`.replace(/\/$/, '');
}

/** A root as it is given on a command line, the way it is kept: an absolute folder, or an `s3://` address. */
export const rootFolder = (text: string): string => (isS3(text) ? normalizeS3(text) : resolve(text));
