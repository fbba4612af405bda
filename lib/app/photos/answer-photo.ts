import { ApiError } from '../server/api-error';
import type { AppContext } from '../server/context';
import type { Upload } from '../server/read-uploads';
import { decodeForModel } from './decode-for-model';
import type { PhotoAnswer } from './photo-answer';
import { readPhoto } from './read-photo';

/** How many breeds an answer names. */
export const TOP = 5;

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
