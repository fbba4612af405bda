import { existsSync } from 'node:fs';
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
import { type BackboneName, loadBackbone, sourceIdentity, weightRecord } from '../../models/index';
import { fixedSizeRows } from './feature-segment';

/** A linear classifier that is known before fitting. */
export interface HeadPrior {
  /** Row-major [size, classes]. */
  kernel: Float32Array;
  /** [classes]. */
  bias: Float32Array;
}

/** The rows of a network's ImageNet classifier for the 120 breeds; those of the shipped features ship too. */
export const imagenetPriorPath = (backbone: string): string =>
  fromRoot('data', 'features', `imagenet-classifier-${backbone}.arrow`);

/** Whether the rows of every one of these networks' ImageNet classifiers are there. */
export const hasImagenetPrior = (backbones: readonly string[]): boolean =>
  backbones.length > 0 && backbones.every((name) => existsSync(imagenetPriorPath(name)));

/**
 * What networks' own ImageNet classifiers know of breeds: each of the 120 breeds is one of ImageNet's 1000 classes.
 * A head that starts from it (`fitSoftmaxRegression({ prior })`) needs few photos of each breed. The classifiers were
 * trained on ImageNet photos, those of Stanford Dogs among them: what is measured with it on Stanford Dogs is no
 * measure for new photos. Several networks' logits are averaged.
 *
 * @param breeds in the order of the labels
 * @param backbones whose features the head sees, in that order, joined and not transformed
 * @throws Error when a file is missing, or has no row for a breed
 * @example const prior = await loadImagenetPrior(['Chihuahua', 'Saluki'], ['resnet50']); // kernel [2048, 2]
 */
export async function loadImagenetPrior(
  breeds: readonly string[],
  backbones: readonly string[],
): Promise<HeadPrior> {
  const rows = await Promise.all(backbones.map((name) => readRows(breeds, name)));
  const size = rows.reduce((sum, { width }) => sum + width, 0);
  const kernel = new Float32Array(size * breeds.length);
  const bias = new Float32Array(breeds.length);
  const share = 1 / backbones.length;
  let from = 0;
  for (const { kernels, biases, width } of rows) {
    for (const [label, row] of kernels.entries()) {
      bias[label] = (bias[label] ?? 0) + share * (biases[label] ?? 0);
      for (const [i, value] of row.entries()) kernel[(from + i) * breeds.length + label] = share * value;
    }
    from += width;
  }
  return { kernel, bias };
}

/** One network's rows, in the order of the breeds. */
async function readRows(breeds: readonly string[], backbone: string) {
  const path = imagenetPriorPath(backbone);
  const bytes = await readFile(path).catch(() => {
    throw new Error(
      `expected the ImageNet classifier's rows in ${path}, found none: "${commandFor(backbone)}" makes them`,
    );
  });
  const table = tableFromIPC(bytes);
  const column = (name: string) => {
    const found = table.getChild(name);
    if (!found) throw new Error(`expected a column "${name}" in ${path}, found none`);
    return found;
  };
  const names = [...column('breed')] as string[];
  const biases = column('bias').toArray() as Float32Array;
  const values = fixedSizeRows(column('kernel')) as Float32Array;
  const width = values.length / names.length;
  const rows = breeds.map((breed) => {
    const row = names.indexOf(breed);
    if (row < 0)
      throw new Error(`expected a breed of Stanford Dogs, received "${breed}": ImageNet has no class for it`);
    return row;
  });
  return {
    width,
    kernels: rows.map((row) => values.subarray(row * width, (row + 1) * width)),
    biases: rows.map((row) => biases[row] ?? 0),
  };
}

const commandFor = (backbone: string) =>
  `npx dogbreeds features --dataset PATH --backbone ${backbone} --export-classifier`;

/**
 * Writes the file that {@link loadImagenetPrior} reads, from a network's own classifier.
 *
 * @param breeds all 120: name and WordNet id, e.g. `n02085620`
 * @throws Error when a WordNet id is no dog of ImageNet, or the weights come without the classifier
 */
export async function writeImagenetPrior(
  path: string,
  breeds: readonly { breed: string; wnid: string }[],
  name: BackboneName,
): Promise<void> {
  const { kernel, bias, size } = await imagenetClassifier(name);
  const classes = breeds.map(({ wnid }) =>
    imagenetClass(
      wnid,
      breeds.map((each) => each.wnid),
    ),
  );
  const rows = classes.map((index) =>
    Float32Array.from({ length: size }, (_, i) => kernel[i * 1000 + index] ?? 0),
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
      classes.map((index) => bias[index] ?? 0),
      float32(),
    ),
    kernel: columnFromArray(rows, fixedSizeList(field('item', float32(), false), size)),
  });
  const { source, licence } = weightRecord(name);
  table.schema.metadata = new Map([
    ['weights', sourceIdentity(source)],
    ['licence', licence],
    ['recipe', commandFor(name)],
  ]);
  const file = tableToIPC(table, { format: 'file' });
  if (!file) throw new Error(`expected an Arrow file for ${path}, received nothing`);
  await writeFileAtomic(path, file);
}

/**
 * A network's own classifier of ImageNet's 1000 classes: the dense layer (or convolution of 1 x 1) behind its pooled
 * features.
 *
 * @returns kernel row-major [size, 1000], bias [1000]
 * @throws WeightsUnavailableError when the weights come without it
 */
export async function imagenetClassifier(
  name: BackboneName,
): Promise<{ kernel: Float32Array; bias: Float32Array; size: number }> {
  const backbone = await loadBackbone(name, { classifier: 'logits' });
  try {
    const size = backbone.featureSize;
    const last = backbone.classifier?.layers.filter((layer) => layer.getWeights().length > 0).at(-1);
    const [kernel, bias] = await Promise.all((last?.getWeights() ?? []).map((weight) => weight.data()));
    if (kernel?.length !== size * 1000 || bias?.length !== 1000)
      throw new Error(
        `expected ${name} to end in a dense layer of ${size} x 1000 weights, found ${kernel?.length}`,
      );
    return { kernel: Float32Array.from(kernel), bias: Float32Array.from(bias), size };
  } finally {
    (backbone.classifier ?? backbone.model).dispose();
  }
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
