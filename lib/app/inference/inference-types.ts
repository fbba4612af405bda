import type { RgbImage } from '../../image/index';
import type { ClassifierInput, Explanation, Prediction } from '../../models/index';

/** What the process that computes says about the model it serves. */
export interface ModelInfo {
  classNames: string[];
  backbone: string | null;
  /** One line for people: data and split of the head. */
  description: string;
  /** `saved`: read from the model folder. `trained at start`: the folder was empty, the head was trained now or at an earlier start. */
  source: 'saved' | 'trained at start';
  metrics: Record<string, number>;
  notSureBelow: number;
  /** Whether pictures that are no dogs can be told apart. */
  tellsNonDogs: boolean;
  /** How photos must be decoded for the model. */
  input: ClassifierInput;
  /** The engine's own line, e.g. `onnxruntime 1.30.0, cpu, 2 threads`. */
  engine: string;
}

/** Which model is served. */
export interface InferenceOptions {
  /** Folder that `saveModel` wrote. */
  modelFolder: string;
  /** Batch sizes to warm up, so that the first visitors do not wait for a graph to be built. */
  batchSizes: number[];
}

/** Messages to the process. */
export type ToProcess =
  | { type: 'classify'; id: number; images: RgbImage[] }
  | { type: 'explain'; id: number; image: RgbImage; breed: string | null };

/** Messages from the process. */
export type FromProcess =
  | { type: 'progress'; message: string }
  | { type: 'ready'; info: ModelInfo }
  | { type: 'classified'; id: number; value: Prediction[] }
  | { type: 'explained'; id: number; value: Explanation }
  | { type: 'failed'; id: number; message: string }
  | { type: 'unavailable'; message: string };
