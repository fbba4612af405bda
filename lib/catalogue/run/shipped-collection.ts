import { elementAt } from '../../base/index';
import { evaluateHead } from '../../evaluation/index';
import { fitFinalClassifier } from '../../experiments/index';
import { loadShippedFeatures, splitFeatures } from '../../training/index';
import type { Catalogue } from '../store/open-catalogue';
import { fillCatalogue } from './fill-catalogue';

/** A collection of photos that are not here, but whose true breeds are known. */
export interface ShippedCollection {
  breeds: readonly string[];
  /** True breeds by `root:path`. */
  truth: ReadonlyMap<string, string>;
}

/**
 * Fills a catalogue with what an index of the official test photos would write: a softmax regression is fitted on the
 * features that ship with the project, of the official train list, and answers for the test list.
 *
 * @param options.seed of the split and of the fit
 */
export async function fillFromShippedFeatures(
  catalogue: Catalogue,
  { seed }: { seed: number },
): Promise<ShippedCollection> {
  const split = splitFeatures(await loadShippedFeatures(), { protocol: 'official', seed });
  const { head, metadata } = await fitFinalClassifier(split, { heads: ['softmax regression'] });
  const { files, features, labels } = split.test;
  const { probabilities } = await evaluateHead(head.model, split.test, split.breeds);
  const saved = metadata({ metrics: {}, description: head.name });
  const model = { model: 'notebook 06', backbone: 'shipped features' };
  fillCatalogue(catalogue, { ...saved, ...model, files, probabilities, features });
  const truth = files.map(
    (file, i) => [`features:${file}`, elementAt(split.breeds, elementAt(labels, i))] as const,
  );
  return { breeds: split.breeds, truth: new Map(truth) };
}

/**
 * Share of the photos with a breed whose breed is the true one; null where no breed is named.
 *
 * @param truth true breeds by `root:path`
 */
export function shareRight(catalogue: Catalogue, truth: ReadonlyMap<string, string>): number | null {
  const rows = catalogue.db
    .prepare("select root, path, breed from catalogue where state = 'done' and decision = 'breed'")
    .all() as { root: string; path: string; breed: string }[];
  const right = rows.filter(({ root, path, breed }) => truth.get(`${root}:${path}`) === breed);
  return rows.length === 0 ? null : right.length / rows.length;
}
