import { decodeImage, type RgbImage } from '../../image/index';
import { ApiError } from '../api-error';
import type { AppContext } from '../context';
import { firstLine, type Photo, readPhoto } from '../read-photo';
import type { ModelInfo, PhotoAnswer, Upload } from './inference-types';

/** How many breeds an answer names. */
export const TOP = 5;

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

/**
 * One photo through the whole path: check, decode, wait for a batch, answer. The caller holds a place in the queue.
 *
 * @throws ApiError as {@link readPhoto}, {@link decodeForModel} and the queue do.
 */
export async function answerPhoto(
  app: AppContext,
  upload: Upload,
  signal?: AbortSignal,
): Promise<PhotoAnswer> {
  try {
    const model = app.inference.require();
    const photo = await readPhoto(upload.bytes, upload.name, app.limits);
    const image = await decodeForModel(photo, model, app.limits.maxPixels);
    const { top, notSure, notADog } = await app.queue.add(image, signal);
    const verdict = notADog ? 'not_a_dog' : notSure ? 'not_sure' : 'breed';
    app.metrics.photos.inc({ outcome: verdict });
    const answer: PhotoAnswer = {
      file: photo.name,
      sha256: photo.sha256,
      width: photo.width,
      height: photo.height,
      verdict,
      top: top.slice(0, TOP),
    };
    app.memory.remember(answer);
    return answer;
  } catch (error) {
    app.metrics.photos.inc({ outcome: error instanceof ApiError ? error.code : 'internal' });
    throw error;
  }
}
