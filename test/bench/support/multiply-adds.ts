import type * as tf from '@tensorflow/tfjs';

/** Multiply-adds of one picture through a network: its convolutions and dense layers. */
export function multiplyAdds({ layers }: tf.LayersModel): number {
  let sum = 0;
  for (const layer of layers) {
    const output = [layer.outputShape].flat(2).slice(1).map(Number);
    const places = output.slice(0, -1).reduce((a, b) => a * b, 1);
    for (const weight of layer.getWeights()) {
      const { rank, size } = weight;
      // a kernel works at every place of the output; biases, scales and statistics have one axis
      if (rank === 4) sum += size * places;
      else if (rank === 2) sum += size;
    }
  }
  return sum;
}
