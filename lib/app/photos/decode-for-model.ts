import { decodeImage, type RgbImage } from '../../image/index';
import type { ModelInfo } from '../inference/inference-types';
import { ApiError } from '../server/api-error';
import { firstLine, type Photo } from './read-photo';

/**
 * Decodes a photo to the model's input, upright (EXIF).
 *
 * @throws ApiError 422 `unreadable_photo` when its pixels cannot be read.
 */
export async function decodeForModel(
  photo: Photo,
  { input }: Pick<ModelInfo, 'input'>,
  maxPixels: number,
): Promise<RgbImage> {
  try {
    return await decodeImage(photo.bytes, {
      width: input.size,
      height: input.size,
      fit: 'fill',
      interpolation: input.interpolation,
      maxPixels,
      ...(photo.name && { name: photo.name }),
    });
  } catch (error) {
    throw new ApiError(422, 'unreadable_photo', firstLine(error));
  }
}
