import type { RgbImage } from '../image/index';
import type { Prediction } from '../models/index';
import type { BatchQueue } from './batch-queue';
import type { InferenceClient } from './inference-client';
import type { Limits } from './limits';
import type { Metrics } from './metrics';
import type { PredictionMemory } from './prediction-memory';

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
}
