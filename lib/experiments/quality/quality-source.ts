import type { Dataset } from '../../dataset/index';
import { type FeatureTable, loadShippedFeatures, rowsOfFiles, shippedBackbones } from '../../training/index';
import { featuresOf } from '../transfer/run-transfer';

/** What a check of the data looks at. */
export interface QualitySource {
  table: FeatureTable;
  /** The photos themselves; null where only their features are at hand. */
  photos: Dataset | null;
}

/**
 * What `checkQuality` is to look at for the photos of a run: their features from what ships where that holds all of
 * them, else computed (and cached); for drawn pictures, which say nothing of dogs, the shipped features of real photos.
 *
 * @throws WeightsUnavailableError when features must be computed and the network's weights cannot be had
 * @example const { findings } = await checkQuality(await qualitySource(photos), { seed });
 */
export async function qualitySource(photos: Dataset): Promise<QualitySource> {
  const shipped = await loadShippedFeatures();
  if (photos.kind === 'drawn') return { table: shipped, photos: null };
  const known = new Set(shipped.files);
  const files = photos.examples.map(({ file }) => file);
  const table = files.every((file) => known.has(file))
    ? rowsOfFiles(shipped, files)
    : await featuresOf(shippedBackbones(), photos);
  return { table, photos };
}
