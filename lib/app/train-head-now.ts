import * as tf from '@tensorflow/tfjs';
import { createRandom } from '../dataset/index';
import { calibrateClassifier, topKAccuracy } from '../evaluation/index';
import {
  type Classifier,
  type ClassifierMetadata,
  createClassifier,
  loadBackbone,
  type OnProgress,
} from '../models/index';
import { fitSoftmaxRegression, loadShippedFeatures, takeRows } from '../training/index';

/** Share of the photos that are held out for calibration. */
const HELD_OUT = 0.15;

/**
 * Trains a head on the ResNet50 features that ship with the project: softmax regression on 85 % of the photos of the
 * official train list, calibrated on the other 15 %. Takes seconds; nothing is saved.
 *
 * @param folder where a saved model was looked for; named in the message
 * @throws Error when the features are not there, saying how to get a model
 */
export async function trainHeadNow(
  folder: string,
  say: (message: string) => void,
  onProgress: OnProgress,
): Promise<Classifier> {
  const table = await loadShippedFeatures().catch((error: Error) => {
    throw new Error(`expected a model in ${folder}, found none: "npm start" trains one (${error.message})`);
  });
  const train = table.splits!.flatMap((split, row) => (split === 'train' ? [row] : []));
  const classNames = [...new Set(table.breeds!)].sort();
  say(
    `no model in ${folder}: training a head for ${classNames.length} breeds on ${train.length} photos' features`,
  );
  const shuffled = createRandom(1).shuffle(train);
  const held = Math.round(HELD_OUT * shuffled.length);
  const rows = (indices: number[]) => {
    const { features, breeds } = takeRows(table, indices);
    return { features, labels: breeds!.map((breed) => classNames.indexOf(breed)) };
  };
  const fitted = rows(shuffled.slice(held));
  const validation = rows(shuffled.slice(0, held));
  const { model } = await fitSoftmaxRegression(fitted.features, fitted.labels, {
    classes: classNames.length,
    c: 0.01,
    maxIterations: 15,
  });
  const input = tf.tensor2d(validation.features, [held, table.size]);
  const output = model.predictOnBatch(input) as tf.Tensor2D;
  const probabilities = await output.data();
  tf.dispose([input, output]);
  const calibrated = calibrateClassifier({
    probabilities,
    labels: validation.labels,
    classes: classNames.length,
    features: { size: table.size, train: fitted, validation: validation.features },
  });
  const metadata: ClassifierMetadata = {
    classNames,
    backbone: 'resnet50',
    featureTransform: 'none',
    ...calibrated,
    metrics: { validationTop1: topKAccuracy(validation.labels, probabilities, classNames.length, 1) },
    description: `softmax regression on ${table.source}; trained at start on ${fitted.labels.length} photos`,
  };
  return createClassifier(model, metadata, await loadBackbone('resnet50', { onProgress }));
}
