import { createHash } from 'node:crypto';
import type * as tf from '@tensorflow/tfjs';
import type { ClassifierMetadata } from './classifier-metadata';

/** Hash of the head's weights and the metadata: classes, calibration, the recipe with its weights' identities. */
export async function modelIdentity(metadata: ClassifierMetadata, head: tf.LayersModel): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(metadata));
  for (const weight of head.getWeights()) {
    const values = await weight.data();
    hash.update(JSON.stringify(weight.shape));
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex').slice(0, 24);
}
