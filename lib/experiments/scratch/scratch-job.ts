import type { FitScratchCnnOptions, History } from '../../training/index';

/** Which photos a worker has. */
export interface ScratchData {
  /** Folder of photos; none: the pictures that the project draws. */
  path?: string;
  limitPerBreed?: number;
}

/** One training that a worker is asked for; must survive being sent to another process. */
export interface ScratchJob {
  /** The presentation's first ones. */
  breeds: number;
  /** Of the random 75 / 15 / 10 split. */
  splitSeed: number;
  options: Omit<FitScratchCnnOptions, 'onBatch' | 'onEpoch'>;
  /** Whether the test part is read, once, after training. Default false. */
  test?: boolean;
}

/** How a trained network does on photos that it has not seen. */
export interface ScratchScores {
  accuracy: number;
  /** Macro precision; a breed that is never predicted counts 1, as in the presentation. */
  precision: number;
  /** Macro precision; a breed that is never predicted counts 0. */
  precisionZero: number;
  /** Macro recall. */
  recall: number;
  /** Breeds that were predicted at least once. */
  predicted: number;
  photos: number;
}

/** What became of a job. */
export interface ScratchResult {
  history: History;
  bestEpoch: number;
  seconds: number;
  parameters: number;
  validation: ScratchScores;
  /** Null where the test part was not to be read. */
  test: ScratchScores | null;
}

export interface ToWorker {
  id: number;
  job: ScratchJob;
}

export type FromWorker = { id: number; result: ScratchResult } | { id: number; error: string };
