import type { BackboneName } from '../models/index';
import type { FeatureSplit, FeatureTable, History } from '../training/index';
import type { ClassifierEvaluation } from './metrics/evaluate-classifier';

/** One backbone that ran: frozen features, a head fitted on them, and how it did. */
export interface BackboneRun {
  backbone: BackboneName;
  table: FeatureTable;
  split: FeatureSplit;
  /** Photos -> features, seconds, for the photos that the cache lacked; null where features were read from a file. */
  featureSeconds: number | null;
  /** Photos computed in that time; the others came from the cache. */
  computed: number;
  /** Fit of the head, seconds. */
  fitSeconds: number;
  history: History;
  train: ClassifierEvaluation;
  validation: ClassifierEvaluation;
  test: ClassifierEvaluation;
}

/** A head on frozen features, and the same head on the same photos trained on together with the network's last block. */
export interface TunedRun {
  /** `fitSeconds` is the head's. */
  frozen: BackboneRun;
  /** Weights of the head. */
  headWeights: number;
  /** Absent without photos. */
  tuned?: {
    /** `featureSeconds` is that of the block's inputs, `fitSeconds` that of the training. */
    run: BackboneRun;
    /** The layer whose output is cached, e.g. `mixed9`. */
    from: string;
    /** Weights of the block. */
    blockWeights: number;
    /** What the block's inputs take in the cache, bytes. */
    cacheBytes: number;
  };
}

/** One backbone that did not run, and why. */
export interface BackboneNotRun {
  backbone: BackboneName;
  reason: string;
}

/** Whether a backbone ran. @example rows.filter(ran).map(({ test }) => test.accuracy) */
export const ran = (row: BackboneRun | BackboneNotRun): row is BackboneRun => 'test' in row;
