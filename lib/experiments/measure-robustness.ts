import { join } from 'node:path';
import { createRandom, measureProgress, type OnProgress } from '../base/index';
import { boxArea, type Dataset, type Example } from '../dataset/index';
import { accuracyInterval, comparePaired, type Interval, pick } from '../evaluation/index';
import { DEGRADATIONS, decodePhoto, degradePhoto } from '../image/index';
import { type Classifier, loadClassifier } from '../models/index';

/** A classifier under one condition. */
export interface RobustnessRow {
  condition: string;
  photos: number;
  /** Top-1 accuracy with Wilson's 95 % interval. */
  accuracy: Interval;
  /** Against the same photos as they are, with a bootstrap interval; null where the photos are others. */
  difference: Interval | null;
}

/** Options of {@link measureRobustness}. */
export interface RobustnessOptions {
  /** Photos of each condition, drawn from all. Default 300. */
  sample?: number;
  /** Of the drawing and of the noise. Default 0. */
  seed?: number;
  /** Photos in one pass. Default 8. */
  batchSize?: number;
  onProgress?: OnProgress;
}

/**
 * {@link measureRobustness} of a saved model; nothing is measured without photos, or with a sample of 0.
 *
 * @param folder what `saveModel` wrote
 * @throws Error when the folder holds no model, or a photo cannot be read
 * @example const worse = await testWorsePhotos('data/models/final', photos, split.test.files, { sample: 300 });
 */
export async function testWorsePhotos(
  folder: string,
  photos: Pick<Dataset, 'examples' | 'imagesFolder'> | null,
  files: readonly string[],
  options: RobustnessOptions = {},
): Promise<RobustnessRow[]> {
  if (!photos || options.sample === 0) return [];
  const classifier = await loadClassifier(folder);
  try {
    return await measureRobustness(classifier, photos, files, options);
  } finally {
    classifier.dispose();
  }
}

/** A dog is small when its box covers less of the photo. */
const SMALL = 0.2;

/**
 * How far a classifier can be trusted with photos that are worse than the data set's: accuracy on a sample of photos as
 * they are, on small dogs and several dogs among them (as the annotations say), and on the same photos degraded
 * (`degradePhoto`), each with its interval and its difference to the photos as they are. Every photo takes the way of
 * an upload: a file's bytes, `decodePhoto`, `classify`. Degraded photos stay in memory.
 *
 * @param classifier of breeds that the photos are labelled with
 * @param files of the test part, never of what the classifier learned from
 * @throws Error when a photo cannot be read, or none is asked for
 * @example showTable(await measureRobustness(classifier, dataset, split.test.files, { sample: 300 }));
 */
export async function measureRobustness(
  classifier: Classifier,
  dataset: Pick<Dataset, 'examples' | 'imagesFolder'>,
  files: readonly string[],
  { sample = 300, seed = 0, batchSize = 8, onProgress }: RobustnessOptions = {},
): Promise<RobustnessRow[]> {
  const wanted = new Set(files);
  const chosen = createRandom(seed)
    .shuffle(dataset.examples.filter(({ file }) => wanted.has(file)))
    .slice(0, sample);
  if (chosen.length === 0)
    throw new Error(
      `expected test photos of the dataset, received ${files.length} files that it does not hold`,
    );
  const { classNames } = classifier.metadata;
  const labels = labelsOf(chosen, classNames);
  const report = measureProgress(chosen.length * (1 + DEGRADATIONS.length), onProgress);
  let done = 0;
  async function answers(photo: (path: string, index: number) => Promise<Buffer | string>) {
    const predicted = new Int32Array(chosen.length);
    // without boxes: an upload has none, and those of a photo that was turned would be elsewhere
    const decode = async ({ file }: Example, index: number) =>
      decodePhoto(await photo(join(dataset.imagesFolder, file), index), classifier.input);
    for (let from = 0; from < chosen.length; from += batchSize) {
      const batch = chosen.slice(from, from + batchSize);
      const images = await Promise.all(batch.map((example, i) => decode(example, from + i)));
      for (const [i, { top }] of (await classifier.classify(images, 1)).entries())
        predicted[from + i] = classNames.indexOf(top[0]?.breed ?? '');
      done += batch.length;
      report(done);
    }
    return predicted;
  }

  const clean = await answers(async (path) => path);
  const rows: RobustnessRow[] = [row('as they are', labels, clean)];
  for (const [condition, holds] of Object.entries(SUBSETS)) {
    const kept = chosen.flatMap((example, index) => (holds(example) ? [index] : []));
    if (kept.length > 0) rows.push(row(condition, pick(labels, kept), pick(clean, kept)));
  }
  for (const degradation of DEGRADATIONS) {
    const predicted = await answers((path, index) => degradePhoto(path, degradation, seed + index));
    const { difference } = comparePaired(labels, clean, predicted, { seed });
    rows.push({ ...row(degradation, labels, predicted), difference });
  }
  return rows;
}

const SUBSETS: Record<string, (example: Example) => boolean> = {
  [`small dogs: under ${100 * SMALL} % of the photo`]: ({ boxes }) =>
    boxes.length > 0 && Math.max(...boxes.map(boxArea)) < SMALL,
  'several dogs': ({ boxes }) => boxes.length > 1,
};

const row = (condition: string, labels: ArrayLike<number>, predicted: ArrayLike<number>): RobustnessRow => ({
  condition,
  photos: labels.length,
  accuracy: accuracyInterval(labels, predicted),
  difference: null,
});

function labelsOf(examples: readonly Example[], names: readonly string[]): Int32Array {
  return Int32Array.from(examples, ({ file, breed }) => {
    const label = names.indexOf(breed);
    if (label < 0)
      throw new Error(`expected a breed that the classifier knows, received ${breed} of ${file}`);
    return label;
  });
}
