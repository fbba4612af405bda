import { fitFinalClassifier } from '../../experiments/index';
import { type Classifier, createClassifier, loadNetworks, type OnProgress } from '../../models/index';
import { HEADS, loadShippedFeatures, splitFeatures } from '../../training/index';

/** Heads that are fitted without a network's training. */
const QUICK = HEADS.filter((name) => name !== 'dense 512 + dropout');

/**
 * Trains a head on the features that ship with the project, as notebook 05 does but for the dense head: on the photos
 * of the official train list. Takes about a minute of two cores; nothing is saved.
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
  const { train, validation, breeds } = split;
  say(
    `no model in ${folder}: training a head for ${breeds.length} breeds on the features of ${train.labels.length + validation.labels.length} photos`,
  );
  const { head, chosen, heads, trained, metadata } = await fitFinalClassifier(split, { heads: QUICK });
  for (const { model } of heads) if (model !== head.model) model.dispose();
  const description = `${head.name} on ${table.source}; trained at start on ${trained} photos`;
  const saved = metadata({ metrics: { validationTop1: chosen.validation.accuracy.estimate }, description });
  return createClassifier(head.model, saved, await loadNetworks(saved.recipe, { onProgress }));
}
