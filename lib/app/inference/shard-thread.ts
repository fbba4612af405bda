import { parentPort, workerData } from 'node:worker_threads';
import { classifyShard, photoClassifier, type Row, type Shard } from '../../catalogue/index';
import { openIndexModel } from './load-index-model';

/** What the thread is asked. */
export interface ShardQuestion {
  id: number;
  shard: Shard;
  root: string;
}

/** What the thread says: first who it is, then rows. */
export type ShardAnswer =
  | { type: 'say'; message: string }
  | { type: 'ready'; model: string; engine: string }
  | { type: 'rows'; id: number; rows: Row[] }
  | { type: 'failed'; id: number; name: string; message: string }
  | { type: 'unavailable'; message: string };

const send = (answer: ShardAnswer): void => parentPort?.postMessage(answer);
const { model, keepFeatures } = workerData as { model?: string; keepFeatures: boolean };

async function serve(): Promise<void> {
  const { classifier, engine } = await openIndexModel(model, (message) => send({ type: 'say', message }));
  const photos = await photoClassifier(classifier, engine);
  let turn: Promise<void> = Promise.resolve();
  parentPort?.on('message', ({ id, shard, root }: ShardQuestion) => {
    turn = turn.then(() =>
      classifyShard(shard, root, photos, { keepFeatures }).then(
        (rows) => send({ type: 'rows', id, rows }),
        (error: Error) => send({ type: 'failed', id, name: error.name, message: error.message }),
      ),
    );
  });
  send({ type: 'ready', model: photos.id, engine });
}

serve().catch((error: Error) => send({ type: 'unavailable', message: error.message }));
