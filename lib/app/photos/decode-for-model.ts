import type { RgbImage } from '../../image/index';
import type { ModelInfo } from '../inference/inference-types';
import { ApiError } from '../server/api-error';
import { firstLine, type Photo } from './read-photo';

/** What decodes photos. A server loads it when it has just begun to listen, so that its first photo need not wait for it. */
export const roomOfImages = () => import('../../image/index');

/**
 * Decodes a photo as the model's recipe says, upright (EXIF).
 *
 * @throws ApiError 422 `unreadable_photo` when its pixels cannot be read.
 */
export async function decodeForModel(
  photo: Photo,
  { input }: Pick<ModelInfo, 'input'>,
  maxPixels: number,
): Promise<RgbImage> {
  const { decodePhoto } = await roomOfImages();
  try {
    return await decodePhoto(photo.bytes, input, { maxPixels, ...(photo.name && { name: photo.name }) });
  } catch (error) {
    throw new ApiError(422, 'unreadable_photo', firstLine(error));
  }
}
