import type { RgbImage } from '../../image/index';
import type { Predictor } from '../../models/index';
import type { FromProcess, InferenceOptions, ToProcess } from './inference-types';
import { openServedModel } from './load-served-model';

const send = (message: FromProcess): void => {
  process.send?.(message, () => undefined); // where the server is gone, this process ends by itself
};
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** How long the first visitor goes before the graphs of larger batches, ms. */
const FIRST_VISITOR_MS = 500;

/** Computes a batch, after which its graph is compiled. */
async function warmUp(classifier: Predictor, count: number): Promise<void> {
  const { size, rows } = classifier.input;
  const grey: RgbImage = { data: new Uint8Array(rows * size * 3).fill(127), width: size, height: rows };
  await classifier.classify(Array<RgbImage>(count).fill(grey));
}

async function answer(classifier: Predictor, message: ToProcess): Promise<FromProcess> {
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
  const { classifier, source, engine } = await openServedModel(modelFolder, (message) =>
    send({ type: 'progress', message }),
  );
  const [one = 1, ...more] = [...batchSizes].sort((a, b) => a - b);
  if (!classifier.isWarm) {
    send({ type: 'progress', message: 'warming up' });
    await warmUp(classifier, one);
  }
  // One message at a time: the engine computes one batch after another anyway.
  let turn: Promise<void> = Promise.resolve();
  process.on('message', (message: ToProcess) => {
    turn = turn.then(async () => send(await answer(classifier, message)));
  });
  const warmMore = () => {
    // a batch that fails here fails again for who asks for it, and is told there
    for (const count of more) turn = turn.then(() => warmUp(classifier, count)).catch(() => undefined);
  };
  if (!classifier.isWarm) setTimeout(warmMore, FIRST_VISITOR_MS).unref();
  const { classNames, description, metrics, notSureBelow, outOfDistribution } = classifier.metadata;
  send({
    type: 'ready',
    info: {
      classNames,
      backbone: classifier.networks.join(' + ') || null,
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
