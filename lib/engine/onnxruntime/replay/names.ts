import * as tf from '@tensorflow/tfjs';
import { recording } from '../graph/value';

type Apply = tf.layers.Layer['apply'];

/** Makes what a layer records carry the layer's name, for the errors of what cannot be computed. */
export function nameLayers(): void {
  const { prototype } = tf.layers.Layer;
  const { apply } = prototype as { apply: Apply };
  prototype.apply = function (...args: Parameters<Apply>) {
    const outer = recording.layer;
    if (!(this instanceof tf.LayersModel)) recording.layer = this.name;
    try {
      return apply.apply(this, args);
    } finally {
      recording.layer = outer;
    }
  };
}
