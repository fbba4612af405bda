import { calibrateClassifier, evaluateHead } from '../../evaluation/index';
import {
  type Classifier,
  type ClassifierMetadata,
  createClassifier,
  loadBackbone,
  type OnProgress,
} from '../../models/index';
import { availableHeads, fitNamedHead, loadShippedFeatures, splitFeatures } from '../../training/index';

/**
 * Trains a head on the ResNet50 features that ship with the project: the best of `HEADS` on the photos of the
 * official train list but for those that are carved off to calibrate it. Takes seconds; nothing is saved.
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
  const split = splitFeatures(table, { protocol: 'official', seed: 1 });
  const { train, validation, breeds: classNames } = split;
  say(
    `no model in ${folder}: training a head for ${classNames.length} breeds on the features of ${train.labels.length} photos`,
  );
  const head = availableHeads(classNames, 'resnet50').at(-1)!;
  const { model } = await fitNamedHead(head, split);
  const { probabilities, accuracy } = await evaluateHead(model, validation, classNames);
  const calibrated = calibrateClassifier({
    probabilities,
    labels: validation.labels,
    classes: classNames.length,
    features: { size: split.size, train, validation: validation.features },
  });
  const metadata: ClassifierMetadata = {
    classNames,
    backbone: 'resnet50',
    featureTransform: 'none',
    ...calibrated,
    metrics: { validationTop1: accuracy.estimate },
    description: `${head} on ${table.source}; trained at start on ${train.labels.length} photos`,
  };
  return createClassifier(model, metadata, await loadBackbone('resnet50', { onProgress }));
}
