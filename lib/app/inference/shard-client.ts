import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Row, Shard } from '../../catalogue/index';
import type { ShardAnswer } from './shard-thread';

/** A model in a thread of its own, which computes shards while this thread stays free. */
export interface ShardClient {
  /** Id of the model, as the catalogue keeps it. */
  model: string;
  engine: string;
  classify(shard: Shard, root: string): Promise<Row[]>;
  close(): Promise<void>;
}

/**
 * Loads a model in another thread.
 *
 * @throws Error when there is no model
 */
export async function startShardClient(
  options: { model?: string; keepFeatures: boolean },
  say: (message: string) => void,
): Promise<ShardClient> {
  const thread = new Worker(join(__dirname, 'shard-thread.mjs'), { workerData: options });
  const calls = new Map<number, { resolve: (rows: Row[]) => void; reject: (error: Error) => void }>();
  let count = 0;
  const { model, engine } = await new Promise<{ model: string; engine: string }>((resolve, reject) => {
    const lost = (error: Error) => {
      reject(error);
      for (const call of calls.values()) call.reject(error);
      calls.clear();
    };
    thread.on('error', lost);
    thread.on('exit', (code) => lost(new Error(`the computing thread ended with ${code}`)));
    thread.on('message', (answer: ShardAnswer) => {
      if (answer.type === 'say') say(answer.message);
      else if (answer.type === 'ready') resolve(answer);
      else if (answer.type === 'unavailable') reject(new Error(answer.message));
      else {
        const call = calls.get(answer.id);
        calls.delete(answer.id);
        if (answer.type === 'rows') call?.resolve(answer.rows);
        else call?.reject(Object.assign(new Error(answer.message), { name: answer.name }));
      }
    });
  });
  return {
    model,
    engine,
    classify: (shard, root) =>
      new Promise((resolve, reject) => {
        const id = count++;
        calls.set(id, { resolve, reject });
        thread.postMessage({ id, shard, root });
      }),
    close: async () => void (await thread.terminate()),
  };
}
