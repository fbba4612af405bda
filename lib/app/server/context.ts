import type { Catalogue } from '../../catalogue/index';
import type { RgbImage } from '../../image/index';
import type { Prediction } from '../../models/index';
import type { QueueWatch } from '../../queue/index';
import type { BatchQueue } from '../inference/batch-queue';
import type { InferenceClient } from '../inference/inference-client';
import type { PredictionMemory } from '../photos/prediction-memory';
import type { Limits } from './limits';
import type { Metrics } from './metrics';

/** The catalogue that the app shows, and how people get at it. */
export interface CatalogueAccess {
  catalogue: Catalogue;
  /** The room's functions, which a server without a catalogue does not load. */
  room: typeof import('../../catalogue/index');
  /** Listening on this machine only: then anybody at it may. */
  open: boolean;
  /** Wrong tokens by address: when they came. */
  failures: Map<string, number[]>;
}

/** The queue that the board shows. */
export interface BoardAccess {
  name: string;
  watch: QueueWatch;
}

/** What the routes share. */
export interface AppContext {
  limits: Limits;
  inference: InferenceClient;
  queue: BatchQueue<RgbImage, Prediction>;
  metrics: Metrics;
  memory: PredictionMemory;
  /** CSV that flags are appended to. */
  flagFile: string;
  /** Folder for flagged photos, or null: photos are never written. */
  photoFolder: string | null;
  /** The catalogue that people review, or null. */
  catalogue: CatalogueAccess | null;
  /** The queue whose workers fill that catalogue, or null. */
  board: BoardAccess | null;
}
