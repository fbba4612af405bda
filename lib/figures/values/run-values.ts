import type { Calibration, FiledShare, Interval } from '../../evaluation/index';
import type { ReferenceScores } from '../tables/result-tables';

/** A picture before and after an operation, with what can be measured on both. */
export interface OperationValues {
  before: PictureValues;
  after: PictureValues;
}

/** A picture small enough for a slide, and its statistics. */
export interface PictureValues {
  /** WebP, base64. */
  picture: string;
  /** Shares of pixels in 64 bins of 4 levels: red, green, blue. */
  levels: number[][];
  /** Standard deviation of the levels, 0..255, mean of the channels. */
  contrast: number;
  /** Mean absolute difference of neighbouring pixels, 0..255, mean of the channels. */
  roughness: number;
  /** Correlation of neighbouring pixels, -1..1. */
  correlation: number;
}

/** Kinds of preprocessing or augmentation compared by what a network is worth after them. */
export interface PreparationValues {
  name: string;
  accuracy: Interval;
  /** Over no preparation, with the same seeds; null for no preparation itself. */
  gain: Interval | null;
}

/** One layer of a network as `model.summary()` shows it. */
export interface LayerValues {
  /** Class, e.g. `Conv2D`. */
  kind: string;
  /** Shape of what it gives, without the batch. */
  shape: (number | null)[];
  parameters: number;
}

/** The presentation's CNN after training. */
export interface ScratchValues {
  breeds: number;
  /** Whether the pictures were drawn by the project: then no score may be quoted. */
  drawn: boolean;
  /** Name and fingerprint of the photos; absent in older runs. */
  photos?: string;
  /** Test photos. */
  tested: number;
  imageSize: number;
  epochs: number;
  seconds: number;
  scores: ReferenceScores;
  accuracy: Interval;
  chance: number;
}

/** Networks trained from scratch with several seeds. */
export interface SeedsValues {
  /** Name and fingerprint of the photos. */
  photos: string;
  rows: SeedsRow[];
}

/** One network over its seeds: means, and Student's intervals. */
export interface SeedsRow {
  /** `presentation`: the presentation's; `residual`: a small residual network. */
  network: 'presentation' | 'residual';
  breeds: number;
  seeds: number;
  parameters: number;
  /** Macro precision, a breed that is never predicted counts 1. */
  precision: Interval;
  /** Micro precision and recall. */
  accuracy: Interval;
  /** Macro recall. */
  recall: Interval;
}

/** A search over hyper-parameters. */
export interface SearchValues {
  trials: number;
  breeds: number;
  /** Validation accuracy and settings of each trial. */
  results: { accuracy: number; settings: Record<string, number | string> }[];
  /** Importance of each hyper-parameter, 0..1, largest first. */
  importance: { name: string; share: number }[];
  /** Test accuracy of the presentation's network and of the best one found. */
  presentation: Interval;
  best: Interval;
}

/** A pretrained network with a head on its frozen features. */
export interface NetworkValues {
  /** As in `BACKBONES`. */
  name: string;
  fitSeconds: number;
  train: number;
  validation: number;
  test: Interval;
  recall: number;
  /** Per breed: precision, recall, F1, photos. */
  report: { breed: string; precision: number; recall: number; f1: number; photos: number }[];
}

/** A classifier on frozen features. */
export interface ClassifierValues {
  name: string;
  seconds: number;
  validation: number;
  test: Interval;
}

/** Two ways to show photos to the same network, judged on the same test photos. */
export interface VariantValues {
  network: string;
  own: Interval;
  variant: Interval;
  /** Of the paired comparison (McNemar). */
  pValue: number;
}

/** The final model. */
export interface FinalValues {
  head: string;
  networks: string[];
  /** Numbers of a photo's features. */
  features: number;
  layers: LayerValues[];
  protocol: string;
  breeds: number;
  train: number;
  validation: number;
  test: number;
  scores: ReferenceScores;
  accuracy: Interval;
  top5: number;
  /** Softmax regression on the same features: what they are worth without ImageNet's own classifier. */
  plain: Interval | null;
}

/** A confusion matrix. */
export interface ConfusionValues {
  breeds: string[];
  /** Counts, rows actual, columns predicted. */
  matrix: number[][];
}

/** Whether percentages can be trusted. */
export interface TrustValues {
  before: Calibration;
  after: Calibration;
  /** By wanted precision: 95 % and 99 %. */
  filed: FiledShare[];
}

/** The index of a collection. */
export interface IndexValues {
  /** Catalogue file; empty: shipped features stood for a collection. */
  collection: string;
  files: number;
  decisions: Record<string, number>;
  verdicts: number;
  /** Share of right names as far as verdicts tell. */
  precision: Interval | null;
  /** The same from all true labels, where they are known. */
  right: number | null;
}

/**
 * What a run keeps for the slides, by name; a cell records it with `keep`. Every value is optional: a slide whose values
 * are missing says which notebook brings them.
 */
export interface RunValues {
  /** 01: the photos at hand. */
  photos: {
    name: string;
    kind: string;
    photos: number;
    breeds: number;
    /** Number of channels -> photos. */
    channels: Record<string, number>;
    setAside: number;
  };
  /** 01: what the check of the data found; count is null where it could not be looked for. */
  quality: { finding: string; count: number | null; decision: string }[];
  /** 02: whether operations are shown on a drawn picture. */
  example: { title: string; isDrawn: boolean };
  /** 02: operations. */
  equalized: OperationValues;
  denoised: OperationValues;
  whitened: OperationValues;
  augmented: { original: PictureValues; variants: PictureValues[] };
  /** 02: milliseconds for a photo. */
  costs: { step: string; milliseconds: number }[];
  /** 02: accuracy after each kind of preprocessing and augmentation: of the small network, and of frozen features. */
  preparations: PreparationValues[];
  preparationsFrozen: PreparationValues[];
  /** 03: the small network. */
  scratchLayers: { layers: LayerValues[]; parameters: number };
  scratchFew: ScratchValues;
  scratchMany: ScratchValues;
  scratchSeeds: SeedsValues;
  search: SearchValues;
  /** 04: networks that ran, and what stands on the best one's features. */
  networks: { breeds: number; photos: number; rows: NetworkValues[] };
  classifiers: { network: string; rows: ClassifierValues[] };
  boxes: VariantValues;
  scaling: VariantValues;
  /** 05: the final model. */
  final: FinalValues;
  confusion: ConfusionValues;
  trust: TrustValues;
  /** 06: the index. */
  index: IndexValues;
}
