/** One figure an epoch, in the order of the epochs. Names follow Keras' `History`, spelt as TypeScript does. */
export interface History {
  /** Mean loss over the training photos while they were learnt from, regularization included. */
  loss: number[];
  /** Share of right answers over the same passes, 0..1. */
  accuracy: number[];
  /** Cross-entropy on the validation photos after the epoch; empty without validation photos. */
  valLoss: number[];
  valAccuracy: number[];
  /** Learning rate at the epoch's start. */
  learningRate: number[];
}

/** A model after training. */
export interface Fit<Model> {
  model: Model;
  history: History;
  /** The epoch, counted from 0, whose weights the model has: the best on validation, or the last. */
  bestEpoch: number;
  /** How long fitting took, seconds. */
  seconds: number;
}

/** A history without an epoch. */
export const emptyHistory = (): History => ({
  loss: [],
  accuracy: [],
  valLoss: [],
  valAccuracy: [],
  learningRate: [],
});

/** What happened in an epoch, for live displays. */
export interface EpochReport {
  /** Counted from 0. */
  epoch: number;
  epochs: number;
  loss: number;
  accuracy: number;
  valLoss: number | null;
  valAccuracy: number | null;
  learningRate: number;
  /** Since the fit began. */
  seconds: number;
}

export type OnEpoch = (report: EpochReport) => void;
