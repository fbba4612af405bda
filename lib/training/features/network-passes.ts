import * as tf from '@tensorflow/tfjs';
import { mirrorImage, type RgbImage } from '../../image/index';
import { type Backbone, photoFeatures } from '../../models/index';

/** A picture that waits for its pass, and who wants its features. */
interface Waiting {
  image: RgbImage;
  mirrored: boolean;
  take(features: Float32Array): void | Promise<void>;
}

/** Pictures on their way through one network, in passes of one shape. */
export interface NetworkPasses {
  /** Pictures that wait. */
  readonly waiting: number;
  add(picture: Waiting): void;
  /** Runs the network on the pictures that have waited longest; missing ones are filled up with black. */
  run(): Promise<void>;
}

/**
 * Collects square pictures for a network.
 *
 * @param batchSize pictures in a pass
 * @example
 * passes.add({ image, mirrored: false, take: (features) => store.append(key, features) });
 * if (passes.waiting >= 16) await passes.run();
 */
export function openPasses(backbone: Backbone, batchSize: number): NetworkPasses {
  const { inputSize: size } = backbone;
  const input = { size, views: 1 } as const;
  const black: RgbImage = { width: size, height: size, data: new Uint8Array(size * size * 3) };
  const queue: Waiting[] = [];
  const pixels = new Float32Array(batchSize * size * size * 3);
  return {
    get waiting() {
      return queue.length;
    },
    add: (picture) => void queue.push(picture),
    async run() {
      const pass = queue.splice(0, batchSize);
      const images = Array.from({ length: batchSize }, (_, i) => {
        const { image = black, mirrored = false } = pass[i] ?? {};
        return mirrored ? mirrorImage(image) : image;
      });
      const output = tf.tidy(() => photoFeatures(images, backbone, input, pixels));
      const rows = (await output.data()) as Float32Array;
      output.dispose();
      const width = rows.length / batchSize;
      for (const [i, { take }] of pass.entries()) await take(rows.subarray(i * width, (i + 1) * width));
    },
  };
}
