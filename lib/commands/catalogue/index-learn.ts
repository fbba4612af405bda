import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadIndexModel } from '../../app/index';
import { userDataFolder } from '../../base/index';
import {
  type Catalogue,
  cataloguePath,
  chooseModel,
  chosenModel,
  type LearnedHead,
  learnHead,
  namedPhotos,
  openCatalogue,
  photoClassifier,
} from '../../catalogue/index';
import { type Classifier, createClassifier, recipeKey, saveModel } from '../../models/index';
import { type FeatureSplit, loadShippedFeatures, splitFeatures } from '../../training/index';

/** Options of `dogbreeds index learn`, as the command line gives them. */
export interface LearnCommandOptions {
  catalogue?: string;
  model?: string;
  output?: string;
  dryRun?: boolean;
  json?: boolean;
}

/**
 * `dogbreeds index learn`: fits the head again with the verdicts of this catalogue, compares it on verdicts that were
 * held back, and makes it the catalogue's model when it is better there. The exit status is 1 when it is not.
 *
 * @throws Error with too few verdicts, or a model whose training features do not ship
 */
export async function learnCommand(options: LearnCommandOptions): Promise<void> {
  const catalogue = openCatalogue(cataloguePath(options.catalogue), { mustExist: true });
  const say = (message: string) => console.error(message);
  try {
    const { classifier, engine } = await loadIndexModel(options.model ?? chosenModel(catalogue), say);
    const split = await originalFeatures(classifier);
    const { photos, missing } = await namedPhotos(catalogue, await photoClassifier(classifier, engine));
    if (missing > 0) say(`${missing} photos with a verdict are not there to be looked at: left out`);
    say(`fitting the head on ${split.train.labels.length} original photos and this collection's verdicts`);
    const learned = await learnHead(classifier.head, split, photos);
    const folder =
      learned.better && !options.dryRun
        ? await keep(catalogue, classifier, engine, learned, options.output)
        : null;
    const { learnedFrom, unknownBreeds, before, after, better } = learned;
    if (options.json)
      console.log(JSON.stringify({ learnedFrom, unknownBreeds, before, after, better, folder }));
    else {
      if (unknownBreeds > 0)
        console.log(`${unknownBreeds} photos of breeds that the model does not know: left out`);
      console.log(
        `learned from ${learnedFrom} verdicts; of ${before.photos} held back it meets ${after.right}, before ${before.right}`,
      );
      console.log(
        folder
          ? `kept in ${folder}; "dogbreeds index --refresh" answers with it, older answers stay for comparison`
          : better
            ? 'better: without --dry-run it would be kept'
            : 'not better on what was held back: the present model stays',
      );
    }
    learned.final.dispose();
    classifier.dispose();
    if (!better) process.exitCode = 1;
  } finally {
    catalogue.close();
  }
}

/** The features that the model's head was trained on. */
async function originalFeatures({ metadata }: Classifier): Promise<FeatureSplit> {
  const networks = metadata.recipe.networks.map(({ backbone }) => backbone);
  const table = await loadShippedFeatures(networks);
  const split = splitFeatures(table, { protocol: 'official', seed: 1 });
  if (!table.recipe || recipeKey(table.recipe) !== recipeKey(metadata.recipe))
    throw new Error(
      `expected a model on the features that ship with the project, received one on ${recipeKey(metadata.recipe)}: only with those can the training photos be replayed`,
    );
  if (split.breeds.join() !== metadata.classNames.join())
    throw new Error('expected a model of the 120 breeds of Stanford Dogs, received one of other classes');
  return split;
}

async function keep(
  catalogue: Catalogue,
  present: Classifier,
  engine: string,
  { final, after, learnedFrom }: LearnedHead,
  output: string | undefined,
): Promise<string> {
  const metadata = final.metadata({
    metrics: { heldBackVerdictsMet: after.right / after.photos },
    description: `${final.head.name}; trained on ${final.trained} photos, among them ${learnedFrom} verdicts of a collection`,
  });
  const { id } = await photoClassifier(
    createClassifier(final.head.model, metadata, present.backbones),
    engine,
  );
  const folder = output ? resolve(output) : userDataFolder('models', `learned-${id}`);
  await saveModel(final.head.model, folder, metadata);
  chooseModel(catalogue, folder);
  return folder;
}

/** Adds `learn` to `dogbreeds index`. */
export function registerLearn(index: Command): void {
  index
    .command('learn')
    .description('fits the head again with the verdicts; kept when better on verdicts held back')
    .option('--catalogue <file>', "the catalogue (default: in the user's data folder)")
    .option('--model <folder>', "folder of the model to start from (default: the catalogue's)")
    .option('--output <folder>', "where to save it (default: in the user's data folder)")
    .option('--dry-run', 'only compare')
    .option('--json', 'print JSON')
    .action((options, command: Command) => learnCommand({ ...command.optsWithGlobals(), ...options }));
}
