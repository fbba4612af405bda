import type { RgbImage } from '../../image/index';
import type { Prediction } from '../../models/index';
import type { BatchQueue } from '../inference/batch-queue';
import type { InferenceClient } from '../inference/inference-client';
import type { PredictionMemory } from '../photos/prediction-memory';
import type { CatalogueAccess } from './catalogue-access';
import type { Limits } from './limits';
import type { Metrics } from './metrics';

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
}
