import type { RgbImage } from '../../image/index';
import type { Classifier } from '../../models/index';
import type { FromProcess, InferenceOptions, ToProcess } from './inference-types';
import { loadServedModel } from './load-served-model';

const send = (message: FromProcess): void => {
  process.send?.(message, () => undefined); // where the server is gone, this process ends by itself
};
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs after which the engine has seen that the weights stay, and keeps the graph with them folded in. */
const WARM_RUNS = 4;

/** Computes each batch size until its graph is final, before the first visitor asks. */
async function warmUp(classifier: Classifier, batchSizes: number[]): Promise<void> {
  const { size, rows } = classifier.input;
  const grey: RgbImage = { data: new Uint8Array(rows * size * 3).fill(127), width: size, height: rows };
  for (const count of batchSizes)
    for (let run = 0; run < WARM_RUNS; run++) await classifier.classify(Array<RgbImage>(count).fill(grey));
}

async function answer(classifier: Classifier, message: ToProcess): Promise<FromProcess> {
  const { id } = message;
  try {
    return message.type === 'classify'
      ? { type: 'classified', id, value: await classifier.classify(message.images) }
      : { type: 'explained', id, value: await classifier.explain(message.image, message.breed) };
  } catch (error) {
    return { type: 'failed', id, message: messageOf(error) };
  }
}

async function serve({ modelFolder, batchSizes }: InferenceOptions): Promise<void> {
  const { classifier, source, engine } = await loadServedModel(modelFolder, (message) =>
    send({ type: 'progress', message }),
  );
  send({ type: 'progress', message: 'warming up' });
  await warmUp(classifier, batchSizes);
  // One message at a time: the engine computes one batch after another anyway.
  let turn: Promise<void> = Promise.resolve();
  process.on('message', (message: ToProcess) => {
    turn = turn.then(async () => send(await answer(classifier, message)));
  });
  const { classNames, description, metrics, notSureBelow, outOfDistribution } = classifier.metadata;
  send({
    type: 'ready',
    info: {
      classNames,
      backbone: classifier.backbones.map(({ record }) => record.title).join(' + ') || null,
      description,
      source,
      metrics,
      notSureBelow,
      tellsNonDogs: outOfDistribution !== null,
      input: classifier.input,
      engine,
    },
  });
}

serve(JSON.parse(process.argv[2] ?? '{}') as InferenceOptions).catch((error) =>
  send({ type: 'unavailable', message: messageOf(error) }),
);
