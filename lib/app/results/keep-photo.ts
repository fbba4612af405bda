import { join } from 'node:path';
import { writeFileAtomic } from '../../base/index';
import { readPhoto } from '../photos/read-photo';
import { ApiError } from '../server/api-error';
import type { Limits } from '../server/limits';
import { decodeBase64 } from '../server/read-uploads';

/**
 * Writes a flagged photo under its own hash; no part of the name comes from the request.
 *
 * @param image the photo as base64
 * @returns the file's name in `folder`
 * @throws ApiError 400 `bad_request` when the photo has another hash than `sha256`; as {@link readPhoto} does
 */
export async function keepPhoto(
  folder: string,
  limits: Limits,
  sha256: string,
  image: string,
): Promise<string> {
  const bytes = decodeBase64(image);
  const photo = await readPhoto(bytes, '', limits);
  if (photo.sha256 !== sha256)
    throw new ApiError(
      400,
      'bad_request',
      'expected the photo that has the hash in "sha256", received another',
    );
  const name = `${photo.sha256}.${photo.format === 'jpeg' ? 'jpg' : photo.format}`;
  await writeFileAtomic(join(folder, name), bytes);
  return name;
}
