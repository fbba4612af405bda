import * as tf from '@tensorflow/tfjs';
import { kFold } from '../../dataset/index';
import { accuracy, predictedClasses } from '../../evaluation/index';
import { type FeatureTable, fitQuickSoftmax, gatherRows } from '../../training/index';

/** Class probabilities of every photo by a model that did not learn from it. */
export interface OutOfFold {
  /** Breed names in the order of the columns. */
  breeds: string[];
  /** Breed of each row as it is given, index into `breeds`. */
  labels: Int32Array;
  /** Row-major [rows, breeds]. */
  probabilities: Float32Array;
  /** Share of rows whose likeliest class is their label, 0..1. */
  accuracy: number;
}

/**
 * Out-of-fold probabilities by softmax regression on frozen features: in each of `folds` rounds a fold is left out of
 * the fit and then predicted. Folds are stratified, and groups of copies are kept together: a copy in another fold would
 * vouch for a wrong label.
 *
 * @param groups group of a file (`joinPairs`); files without one stand alone
 * @throws Error when the table names no breeds
 * @example const { probabilities, labels } = await outOfFold(await loadShippedFeatures(), { seed: 1 });
 */
export async function outOfFold(
  table: FeatureTable,
  options: {
    folds?: number;
    seed?: number;
    groups?: ReadonlyMap<string, string>;
    onFold?: (done: number, folds: number) => void;
  } = {},
): Promise<OutOfFold> {
  const { folds = 5, seed = 0, groups, onFold } = options;
  const { breeds: breedOf, files, size } = table;
  if (!breedOf)
    throw new Error(`expected a feature table that names breeds, received one without: ${table.source}`);
  const breeds = [...new Set(breedOf)].sort();
  const indexOf = new Map(breeds.map((breed, label) => [breed, label]));
  const labels = Int32Array.from(breedOf, (breed) => indexOf.get(breed) ?? -1);
  const rows = files.map((file, row) => {
    const group = groups?.get(file);
    return { breed: breedOf[row] ?? '', ...(group !== undefined && { group }) };
  });
  const foldOf = kFold(rows, { folds, seed });
  const probabilities = new Float32Array(files.length * breeds.length);
  for (let fold = 0; fold < folds; fold += 1) {
    const kept = [...foldOf.keys()].filter((row) => foldOf[row] !== fold);
    const left = [...foldOf.keys()].filter((row) => foldOf[row] === fold);
    const own = kept.map((row) => labels[row] ?? -1);
    const { model } = await fitQuickSoftmax(gatherRows(table.features, size, kept), own, breeds.length);
    const output = tf.tidy(
      () =>
        model.predict(
          tf.tensor2d(gatherRows(table.features, size, left), [left.length, size]),
        ) as tf.Tensor2D,
    );
    const predicted = await output.data();
    tf.dispose([output]);
    model.dispose();
    for (const [i, row] of left.entries())
      probabilities.set(predicted.subarray(i * breeds.length, (i + 1) * breeds.length), row * breeds.length);
    onFold?.(fold + 1, folds);
  }
  const answers = predictedClasses(probabilities, breeds.length);
  return { breeds, labels, probabilities, accuracy: accuracy(labels, answers) };
}
