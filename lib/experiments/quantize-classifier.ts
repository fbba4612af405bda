import { join } from 'node:path';
import { runAhead } from '../base/index';
import type { Dataset } from '../dataset/index';
import { comparePaired, evaluateHead, type PairedComparison, predictedClasses } from '../evaluation/index';
import { decodePhoto, type RgbImage } from '../image/index';
import {
  type Backbone,
  type FeatureRecipe,
  loadNetworks,
  networkRecipe,
  type QuantizationReport,
  type QuantizeBackboneOptions,
  quantizeBackbone,
} from '../models/index';
import {
  type CacheFeaturesOptions,
  type ExtractedFeatures,
  extractFeatures,
  type FeaturePart,
  type FeatureTable,
  type HeadName,
  joinFeatures,
  rowsOfFiles,
  splitFeatures,
  transformTable,
} from '../training/index';
import { type FinalClassifier, fitFinalClassifier } from './fit-final-classifier';

/** Options of {@link quantizeClassifier}. */
export interface QuantizeClassifierOptions extends QuantizeBackboneOptions {
  /** Train photos on which ranges are found. Default 128. */
  photos?: number;
  /** Test photos on which float and 8 bits are compared; 0: none. Default 0. */
  test?: number;
  /** Heads to choose from. Default: all that the features allow. */
  heads?: readonly HeadName[];
  seed?: number;
  cacheFolder?: string;
  onProgress?: CacheFeaturesOptions['onProgress'];
}

/** A classifier whose networks compute in 8 bits. */
export interface QuantizedClassifier {
  final: FinalClassifier;
  /** Of each network, with its 8-bit form. */
  backbones: Backbone[];
  reports: QuantizationReport[];
  /** Float (A) against 8 bits (B) on test photos; null where none were asked for. */
  test: (PairedComparison & { photos: number; sameAnswer: number }) | null;
}

/**
 * Makes a classifier with 8-bit networks: ranges from train photos, the head that validation chooses on float features,
 * fitted on those of the train part and calibrated on the 8-bit features of the validation photos, so that temperature and
 * thresholds are those of what will answer. Start the engine `onnxruntime` first.
 *
 * @param dataset that holds the photos of `float`, with an official split
 * @param float the networks' float features, with their recipe
 * @throws Error when the recipe is not known, or a photo of the table is not in the dataset
 * @example const { final, backbones } = await quantizeClassifier(dataset, await loadShippedFeatures());
 */
export async function quantizeClassifier(
  dataset: Dataset,
  float: FeatureTable,
  options: QuantizeClassifierOptions = {},
): Promise<QuantizedClassifier> {
  const { photos = 128, test = 0, seed = 1, heads } = options;
  const { recipe } = float;
  if (!recipe)
    throw new Error('expected features with their recipe, received them without: extract them again');
  const split = splitFeatures(float, { protocol: 'official', seed });
  const examples = new Map(dataset.examples.map((example) => [example.file, example]));
  const examplesOf = (files: readonly string[]) =>
    files.map((file) => {
      const example = examples.get(file);
      if (!example) throw new Error(`expected the photo ${file} in ${dataset.name}, found none`);
      return example;
    });
  const seen: RgbImage[] = [];
  const decode = (example: Dataset['examples'][number]) =>
    decodePhoto(join(dataset.imagesFolder, example.file), recipe.input, { boxes: example.boxes });
  for await (const outcome of runAhead(examplesOf(spread(split.train.files, photos)), decode, 16))
    if (!('error' in outcome)) seen.push(outcome.value);
  const backbones: Backbone[] = [];
  const reports: QuantizationReport[] = [];
  for (const network of await loadNetworks(recipe)) {
    const { backbone, report } = await quantizeBackbone(network, seen, recipe.input, options);
    backbones.push(backbone);
    reports.push(report);
  }
  const int8Recipe: FeatureRecipe = { ...recipe, networks: backbones.map(networkRecipe) };

  /** The same photos of a part, seen in 8 bits. */
  async function inInt8(part: FeaturePart, files: readonly string[]): Promise<FeaturePart> {
    const tables: ExtractedFeatures[] = [];
    const few = { ...dataset, examples: examplesOf(files), quarantine: [] };
    const { crop, cropFraction, boxMargin, resize, views, interpolation } = int8Recipe.input;
    const { cacheFolder, onProgress } = options;
    for (const backbone of backbones)
      tables.push(
        await extractFeatures(few, backbone, {
          ...{ crop, cropFraction, boxMargin, resize, views, interpolation, cacheFolder, onProgress },
        }),
      );
    const table = transformTable(joinFeatures(tables), recipe?.transform ?? 'none');
    return { ...takePart(part, files), features: rowsOfFiles(table, files).features };
  }

  const validation = await inInt8(split.validation, split.validation.files);
  // the float classifier in 8 bits, not another one: which head it has is not chosen again
  const before = await fitFinalClassifier(split, { heads });
  const final = await fitFinalClassifier(
    { ...split, validation, recipe: int8Recipe },
    { heads: [before.head.name] },
  );
  const compared = test > 0 ? spread(split.test.files, test) : [];
  let comparison: QuantizedClassifier['test'] = null;
  if (compared.length > 0) {
    const int8 = await inInt8(split.test, compared);
    const floatPart = { ...takePart(split.test, compared), features: rowsOfFiles(float, compared).features };
    const answers = async (model: FinalClassifier, part: FeaturePart) => {
      const { probabilities } = await evaluateHead(model.head.model, part, split.breeds);
      return predictedClasses(probabilities, split.breeds.length);
    };
    const [a, b] = [await answers(before, floatPart), await answers(final, int8)];
    const same = Array.from(a, (answer, row) => Number(answer === b[row]));
    comparison = {
      ...comparePaired(int8.labels, a, b),
      photos: compared.length,
      sameAnswer: same.reduce((sum, each) => sum + each, 0) / same.length,
    };
  }
  before.dispose();
  return { final, backbones, reports, test: comparison };
}

/** Items evenly spread over a list, at most `count`. */
function spread<T>(items: readonly T[], count: number): T[] {
  const step = Math.max(1, items.length / count);
  return items.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step)).slice(0, count);
}

/** Labels and files of some of a part's photos. */
function takePart(part: FeaturePart, files: readonly string[]): FeaturePart {
  const rowOf = new Map(part.files.map((file, row) => [file, row]));
  const labels = Int32Array.from(files, (file) => part.labels[rowOf.get(file) ?? -1] ?? -1);
  return { features: new Float32Array(), labels, files: [...files] };
}
