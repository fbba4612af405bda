import type * as tf from '@tensorflow/tfjs';
import { evaluateHead } from '../../evaluation/index';
import { type FinalClassifier, fitFinalClassifier } from '../../experiments/index';
import { type FeaturePart, type FeatureSplit, type HeadName, joinParts } from '../../training/index';

/** A photo that people have named, as the network sees it. */
export interface NamedPhoto {
  sha256: string;
  breed: string;
  features: Float32Array;
  /** Photos of one group (near duplicates) are learned from together or held back together. */
  group: string;
}

/** How a head does on the verdicts that were held back. */
export interface HeldBackFigures {
  photos: number;
  right: number;
  /** Mean of -log of the probability that the head gives to what people said. */
  logLoss: number;
}

/** What {@link learnHead} found. */
export interface LearnedHead {
  /** Verdicts that the new head learned from. */
  learnedFrom: number;
  /** Photos under breeds that the model does not know: left out. */
  unknownBreeds: number;
  before: HeldBackFigures;
  after: HeldBackFigures;
  /** More of the held back verdicts are met, at no worse log loss. */
  better: boolean;
  /** The new head with its calibration; dispose it. */
  final: FinalClassifier;
}

/** Options of {@link learnHead}. */
export interface LearnHeadOptions {
  /** Heads to choose from, by the original validation photos. Default: those that are fitted in seconds. */
  heads?: readonly HeadName[];
  /** How often a named photo counts beside an original one. Default 3. */
  weight?: number;
  /** Share of verdicts that are held back. Default a third. */
  heldBack?: number;
}

/** Fewer named photos say nothing of what was held back. */
export const FEWEST_VERDICTS = 30;
const HEADS: readonly HeadName[] = ['softmax regression', 'softmax from ImageNet classifier'];

/**
 * Fits the head again with a collection's own verdicts: original training features are replayed, so that what is rare
 * here is not forgotten. The new head is compared with the present one on verdicts that neither learned from; the choice
 * of those hangs on the photos' hashes alone, so that it is the same next time.
 *
 * @param current the present head, on the same features
 * @param split the original features, with breeds in the order of the head's outputs
 * @throws Error with too few verdicts to tell
 */
export async function learnHead(
  current: tf.LayersModel,
  split: FeatureSplit,
  photos: readonly NamedPhoto[],
  options: LearnHeadOptions = {},
): Promise<LearnedHead> {
  const { heads = HEADS, weight = 3, heldBack = 1 / 3 } = options;
  const known = photos.filter(({ breed }) => split.breeds.includes(breed));
  if (known.length < FEWEST_VERDICTS)
    throw new Error(
      `expected at least ${FEWEST_VERDICTS} photos that people have named, found ${known.length}: review some more`,
    );
  const held = known.filter(({ group }) => shareOf(group) < heldBack);
  const own = known.filter(({ group }) => shareOf(group) >= heldBack);
  if (held.length === 0 || own.length === 0)
    throw new Error('expected named photos to learn from and to hold back: review some more');
  let train = split.train;
  for (let time = 0; time < weight; time++) train = joinParts(train, partOf(own, split));
  const final = await fitFinalClassifier({ ...split, train }, { heads });
  const judged = partOf(held, split);
  const [before, after] = [
    await judge(current, judged, split.breeds),
    await judge(final.head.model, judged, split.breeds),
  ];
  return {
    learnedFrom: own.length,
    unknownBreeds: photos.length - known.length,
    before,
    after,
    better: after.right > before.right && after.logLoss <= before.logLoss,
    final,
  };
}

/** Where a group lies between 0 and 1: as good as random, and always the same. */
const shareOf = (group: string): number => Number.parseInt(group.slice(0, 8), 16) / 2 ** 32;

function partOf(photos: readonly NamedPhoto[], { breeds, size }: FeatureSplit): FeaturePart {
  const features = new Float32Array(photos.length * size);
  for (const [row, photo] of photos.entries()) features.set(photo.features, row * size);
  return {
    features,
    labels: Int32Array.from(photos, ({ breed }) => breeds.indexOf(breed)),
    files: photos.map(({ sha256 }) => sha256),
  };
}

async function judge(head: tf.LayersModel, part: FeaturePart, breeds: string[]): Promise<HeldBackFigures> {
  const { predicted, probabilities } = await evaluateHead(head, part, breeds);
  let [right, logLoss] = [0, 0];
  for (const [row, label] of part.labels.entries()) {
    if (predicted[row] === label) right++;
    logLoss -=
      Math.log(Math.max(1e-12, probabilities[row * breeds.length + label] ?? 0)) / part.labels.length;
  }
  return { photos: part.labels.length, right, logLoss };
}
