import type * as tf from '@tensorflow/tfjs';
import { type Dataset, type Example, splitRandom } from '../../dataset/index';
import { accuracy, precisionRecallF1, predictedClasses } from '../../evaluation/index';
import { fitScratchCnn, predictScratchCnn } from '../../training/index';
import type { ScratchJob, ScratchResult, ScratchScores } from './scratch-job';

/**
 * Trains one small CNN and judges it, as `trainScratch` does, by a photo and its mirror image: on the validation part, and
 * once on the test part where the job says so.
 *
 * @param dataset has the job's breeds only
 * @throws Error when a photo cannot be read, or a checkpoint is of another run
 */
export async function trainJob(dataset: Dataset, job: ScratchJob): Promise<ScratchResult> {
  const split = splitRandom(dataset.examples, { seed: job.splitSeed });
  const { model, history, bestEpoch, seconds } = await fitScratchCnn(dataset, split, job.options);
  try {
    const parameters = model.countParams();
    const validation = await scoresOf(model, dataset, split.validation);
    const test = job.test ? await scoresOf(model, dataset, split.test) : null;
    return { history, bestEpoch, seconds, parameters, validation, test };
  } finally {
    model.dispose();
  }
}

async function scoresOf(
  model: tf.LayersModel,
  dataset: Dataset,
  examples: readonly Example[],
): Promise<ScratchScores> {
  const classes = dataset.breeds.length;
  const labels = examples.map(({ label }) => label);
  const answers = predictedClasses(
    await predictScratchCnn(model, dataset, examples, { views: 'flip' }),
    classes,
  );
  const macro = (zeroDivision: number) => precisionRecallF1(labels, answers, classes, { zeroDivision }).macro;
  return {
    accuracy: accuracy(labels, answers),
    precision: macro(1).precision,
    precisionZero: macro(0).precision,
    recall: macro(0).recall,
    predicted: new Set(answers).size,
    photos: examples.length,
  };
}
