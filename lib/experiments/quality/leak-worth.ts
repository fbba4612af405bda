import { comparePaired, evaluateHead, type PairedComparison, pick } from '../../evaluation/index';
import {
  type FeaturePart,
  type FeatureTable,
  fitQuickSoftmax,
  gatherRows,
  splitFeatures,
} from '../../training/index';

/** What copies of test photos among the training photos were worth. */
export interface LeakWorth {
  /** Test photos that have a copy among the training photos, and all test photos. */
  leaked: number;
  test: number;
  /** Training photos that were taken out. */
  removed: number;
  /** A: with the copies among the training photos, B: without them; on all test photos. */
  all: PairedComparison;
  /** The same on the test photos that have a copy; null where there is none. */
  onLeaked: PairedComparison | null;
}

/**
 * How much accuracy a leak is worth: softmax regression on frozen features is fitted with the training photos as a
 * random split that knows nothing of copies gives them, and again without those that are copies of test photos; both
 * answer the same test photos.
 *
 * @param groups group of each photo that has a copy (`checkQuality(...).groups`)
 * @throws Error when the table names no breeds
 * @example const { all } = await leakWorth(table, groups, { seed: 1 });
 */
export async function leakWorth(
  table: FeatureTable,
  groups: ReadonlyMap<string, string>,
  { seed = 0 }: { seed?: number } = {},
): Promise<LeakWorth> {
  // hashes would keep exact copies together: left out, so that the split is one that knows nothing of them
  const { hashes: _, ...blind } = table;
  const split = splitFeatures(blind, { protocol: 'random', seed });
  const { train, test, breeds, size } = split;
  const inTest = new Set(test.files.flatMap((file) => groups.get(file) ?? []));
  const inTrain = new Set(train.files.flatMap((file) => groups.get(file) ?? []));
  const isCopy = (file: string, among: ReadonlySet<string>) => among.has(groups.get(file) ?? '');
  const clean = keepRows(train, size, (file) => !isCopy(file, inTest));
  const predict = async (part: FeaturePart) => {
    const { model } = await fitQuickSoftmax(part.features, part.labels, breeds.length);
    const { predicted } = await evaluateHead(model, test, breeds);
    model.dispose();
    return predicted;
  };
  const [withCopies, without] = [await predict(train), await predict(clean)];
  const leaked = [...test.files.keys()].filter((row) => isCopy(test.files[row] ?? '', inTrain));
  return {
    leaked: leaked.length,
    test: test.files.length,
    removed: train.files.length - clean.files.length,
    all: comparePaired(test.labels, withCopies, without),
    onLeaked:
      leaked.length > 0
        ? comparePaired(pick(test.labels, leaked), pick(withCopies, leaked), pick(without, leaked))
        : null,
  };
}

function keepRows(part: FeaturePart, size: number, keep: (file: string) => boolean): FeaturePart {
  const rows = [...part.files.keys()].filter((row) => keep(part.files[row] ?? ''));
  const files = rows.flatMap((row) => part.files[row] ?? []);
  return {
    features: gatherRows(part.features, size, rows),
    files,
    labels: Int32Array.from(rows, (row) => part.labels[row] ?? -1),
  };
}
