import type { OnProgress } from '../../base/index';
import type { OnEpoch } from '../../training/index';
import { liveProgress } from './live-progress';

/**
 * Shows how far a long step is while it runs.
 *
 * @param run gets what to call with each progress
 * @example const table = await withProgress('features', (onProgress) => extractPhotoFeatures('resnet50', photos, { onProgress }));
 */
export async function withProgress<T>(
  label: string,
  run: (onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  const live = liveProgress(label);
  try {
    return await run(({ done, total, imagesPerSecond }) =>
      live.update(done, total, `${imagesPerSecond.toFixed(1)} photos/s`),
    );
  } finally {
    live.end();
  }
}

/**
 * Shows loss and accuracy after each epoch while a network trains.
 *
 * @example const run = await withEpochs('training', (onEpoch) => trainScratch(few, { epochs: 20, onEpoch }));
 */
export async function withEpochs<T>(label: string, run: (onEpoch: OnEpoch) => Promise<T>): Promise<T> {
  const live = liveProgress(label);
  try {
    return await run(({ epoch, epochs, loss, valAccuracy }) =>
      live.update(
        epoch + 1,
        epochs,
        `loss ${loss.toFixed(3)}, validation accuracy ${valAccuracy?.toFixed(3) ?? 'not measured'}`,
      ),
    );
  } finally {
    live.end();
  }
}
