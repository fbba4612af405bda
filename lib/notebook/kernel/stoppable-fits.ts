import { beginStoppable } from '../../base/index';

/** The part of a TensorFlow.js layers model that matters here. */
interface Fitted {
  stopTraining: boolean;
}
type Fit = (this: Fitted, ...args: unknown[]) => Promise<{ epoch: number[] }>;

const DONE = Symbol.for('dogbreeds.stoppable-fits');

/**
 * Makes plain `model.fit` and `model.fitDataset` end after the batch in which the cell is interrupted; what they
 * return holds the epochs that were done, the model its weights of that batch.
 *
 * @param tfjs the exports of `@tensorflow/tfjs`
 */
export function stoppableFits(tfjs: unknown): void {
  const prototype = (tfjs as { LayersModel?: { prototype: Record<string | symbol, unknown> } }).LayersModel
    ?.prototype;
  if (!prototype || prototype[DONE]) return;
  prototype[DONE] = true;
  for (const name of ['fit', 'fitDataset']) {
    const fit = prototype[name] as Fit;
    prototype[name] = async function (this: Fitted, ...args: unknown[]) {
      const work = beginStoppable();
      let stopped = false;
      const watch = setInterval(() => {
        work.shouldStop().then((stop) => {
          if (!stop || stopped) return;
          stopped = true;
          this.stopTraining = true;
        });
      }, 20);
      try {
        return await fit.apply(this, args);
      } finally {
        clearInterval(watch);
        work.end(
          stopped
            ? `model.${name} ended after its batch; the model has the weights of that batch`
            : undefined,
        );
      }
    };
  }
}
