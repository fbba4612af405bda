import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  columnFromArray,
  dictionary,
  field,
  fixedSizeList,
  float32,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  uint8,
  utf8,
} from '@uwdata/flechette';
import { fromRoot, writeFileAtomic } from '../../base/index';
import { BACKBONES, type BackboneName, weightRecord } from '../../models/index';
import { fixedSizeRows } from './feature-segment';
import type { FeatureTable } from './feature-table';
import { joinFeatures } from './join-features';
import { readRecipe } from './stored-recipe';

/** Version of the file's layout. */
const LAYOUT = '1';

/**
 * What may be served, the best first, by validation accuracy (`npm run bench -- head-study`) among recipes that are at
 * least half as fast as ResNet50 at 224 px.
 */
const PREFERRED: readonly (readonly BackboneName[])[] = [['inceptionv3'], ['resnet50']];

/** The network of `--fast` runs, and where no other's features ship. */
export const FAST_BACKBONES: readonly BackboneName[] = ['resnet50'];

/** The features of a network that ship with the project. */
export const shippedFeaturesPath = (backbone: string = shippedBackbones()[0] ?? ''): string =>
  fromRoot('data', 'features', `stanford-dogs-${backbone}.arrow`);

const ships = (backbone: string) => existsSync(shippedFeaturesPath(backbone));

/**
 * The networks of the best recipe whose features ship with the project: those of the served model.
 *
 * @example shippedBackbones() // ['inceptionv3']
 */
export const shippedBackbones = (): readonly BackboneName[] =>
  PREFERRED.find((names) => names.every(ships)) ?? FAST_BACKBONES;

/**
 * The networks that a text names, as parameters and flags say it; joined ones with `+` between.
 *
 * @param text '' = {@link shippedBackbones}
 * @throws Error when a name is no backbone's, or is there twice
 * @example networksNamed('inceptionv3+efficientnetlite2') // ['inceptionv3', 'efficientnetlite2']
 */
export function networksNamed(text: string): readonly BackboneName[] {
  if (text.trim() === '') return shippedBackbones();
  const names = text.split('+').map((name) => weightRecord(name.trim()).name);
  if (new Set(names).size < names.length) throw new Error(`expected each network once, received "${text}"`);
  return names;
}

/**
 * Writes features as an Arrow IPC file, quantized to 8 bits row by row: columns `file`, `breed`, `split` (`train`,
 * `test` or null), `scale` (float32) and `features` (fixed-size list of uint8); a feature is its byte times its
 * row's scale. The file appears whole or not at all.
 *
 * @param table features that are not negative, as those that come out of a ReLU and a mean are
 * @param metadata kept in the schema as text, beside the table's recipe: command, dataset, engine
 * @throws Error when a feature is negative or not finite, or breeds or splits are missing
 * @example await writeFeatures('features.arrow', table, { recipe: 'dogbreeds features --export' })
 */
export async function writeFeatures(
  path: string,
  table: FeatureTable,
  metadata: Record<string, string> = {},
): Promise<void> {
  const { files, breeds, splits, size, source, recipe } = table;
  if (!breeds || !splits) throw new Error('expected a feature table with breeds and splits, found none');
  const quantized = files.map((_, row) => quantizeRow(table.features.subarray(row * size, (row + 1) * size)));
  const arrow = tableFromColumns({
    file: columnFromArray(files, utf8()),
    breed: columnFromArray(breeds, dictionary(utf8())),
    split: columnFromArray(splits, dictionary(utf8())),
    scale: columnFromArray(
      quantized.map(({ scale }) => scale),
      float32(),
    ),
    features: columnFromArray(
      quantized.map(({ bytes }) => bytes),
      fixedSizeList(field('item', uint8(), false), size),
    ),
  });
  arrow.schema.metadata = new Map(
    Object.entries({
      ...{ layout: LAYOUT, source },
      ...(recipe && { featureRecipe: JSON.stringify(recipe) }),
      ...metadata,
    }),
  );
  const file = tableToIPC(arrow, { format: 'file' });
  if (!file) throw new Error(`expected an Arrow file for ${path}, received nothing`);
  await writeFileAtomic(path, file);
}

/** A file of features, read back. */
export interface StoredFeatures extends FeatureTable {
  breeds: string[];
  splits: ('train' | 'test' | null)[];
  /** What was written beside the table: the recipe, the command, dataset, engine. */
  metadata: Record<string, string>;
}

/**
 * Reads what {@link writeFeatures} wrote.
 *
 * @throws Error when the file is missing, cut off or no such table
 * @example (await readFeatures('features.arrow')).size // 2048
 */
export async function readFeatures(path: string): Promise<StoredFeatures> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new Error(
      `expected features in ${path}, found nothing readable (${(error as NodeJS.ErrnoException).code}): ` +
        'make them with "npx dogbreeds features --dataset PATH --export FILE"',
    );
  }
  try {
    return decodeFeatures(bytes);
  } catch (error) {
    throw new Error(`${path} is damaged or no table of features: ${(error as Error).message}`);
  }
}

/**
 * The features of 8,121 photos of Stanford Dogs that ship with the project, 120 breeds, with the official splits:
 * pooled features of one network, or of several, joined. `data/features/README.md` says how they were made.
 *
 * @param backbones default: those of the served model
 * @throws Error when a file is missing or damaged
 * @example
 * const table = await loadShippedFeatures();
 * table.files.length; // 8121
 */
export async function loadShippedFeatures(
  backbones: string | readonly string[] = shippedBackbones(),
): Promise<StoredFeatures> {
  const names = typeof backbones === 'string' ? [backbones] : backbones;
  return joinFeatures(await Promise.all(names.map((name) => readFeatures(shippedFeaturesPath(name)))));
}

/**
 * The shipped features of every network that has some, for comparing networks without photos.
 *
 * @example Object.keys(await loadEachShippedFeatures()) // ['resnet50', 'inceptionv3', 'efficientnetlite2']
 */
export async function loadEachShippedFeatures(): Promise<Partial<Record<BackboneName, StoredFeatures>>> {
  const tables: Partial<Record<BackboneName, StoredFeatures>> = {};
  for (const name of BACKBONES.filter(ships)) tables[name] = await loadShippedFeatures(name);
  return tables;
}

/** One scale for a row: its largest value becomes 255. */
function quantizeRow(row: Float32Array): { scale: number; bytes: Uint8Array } {
  let largest = 0;
  for (const value of row) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
      throw new Error(`expected features that are finite and not negative, received ${value}`);
    if (value > largest) largest = value;
  }
  const scale = Math.fround(largest / 255);
  return { scale, bytes: Uint8Array.from(row, (value) => (scale > 0 ? Math.round(value / scale) : 0)) };
}

function decodeFeatures(bytes: Uint8Array): StoredFeatures {
  const arrow = tableFromIPC(bytes);
  const metadata = Object.fromEntries(arrow.schema.metadata ?? []);
  if (metadata.layout !== LAYOUT)
    throw new Error(`expected layout ${LAYOUT}, found ${metadata.layout ?? 'none'}`);
  const child = (name: string) => {
    const found = arrow.getChild(name);
    if (!found) throw new Error(`expected a column "${name}", found none`);
    return found;
  };
  const column = child('features');
  const values = fixedSizeRows(column);
  const size = (column.type as { stride: number }).stride;
  const features = new Float32Array(arrow.numRows * size);
  if (values.length < features.length)
    throw new Error(`expected ${features.length} values, found ${values.length}`);
  for (const [row, scale] of (child('scale').toArray() as Float32Array).entries()) {
    const bytes = values.subarray(row * size, (row + 1) * size);
    const target = features.subarray(row * size, (row + 1) * size);
    for (const [i, byte] of bytes.entries()) target[i] = byte * scale;
  }
  const recipe = readRecipe(metadata);
  return {
    features,
    size,
    files: [...child('file')] as string[],
    breeds: [...child('breed')] as string[],
    splits: [...child('split')] as ('train' | 'test' | null)[],
    source: metadata.source ?? '',
    metadata,
    ...(recipe && { recipe }),
  };
}
