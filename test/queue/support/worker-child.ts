// A worker in a process of its own: node --import tsx worker-child.ts URL ROOT [--model ID] [--slow MS] [--name NAME]
// A photo whose name has "poison" kills the process as a crash in native code does.
import { setTimeout as sleep } from 'node:timers/promises';
import { classifyShard } from '../../../lib/catalogue/classify/classify-shard';
import { startShardWorker } from '../../../lib/catalogue/run/queue-runner';
import { meanColourClassifier } from '../../catalogue/support/mean-colour-classifier';

const [url = '', root = '', ...flags] = process.argv.slice(2);
const flag = (name: string) => flags[flags.indexOf(`--${name}`) + 1];
const has = (name: string) => flags.includes(`--${name}`);
const classifier = meanColourClassifier(has('model') ? flag('model') : undefined);

startShardWorker({
  url,
  model: classifier.id,
  roots: new Map([['photos', root]]),
  lockMs: 1500,
  giveUpMs: 20_000,
  name: has('name') ? flag('name') : undefined,
  say: (message) => console.log(message),
  async classify(shard, folder) {
    if (shard.files.some(({ path }) => path.includes('poison'))) process.kill(process.pid, 'SIGKILL');
    if (has('slow')) await sleep(Number(flag('slow')));
    return classifyShard(shard, folder, classifier);
  },
})
  .then(async (worker) => {
    console.log('ready');
    process.on('SIGTERM', () => void worker.close());
    await worker.ended;
  })
  .catch((error: Error) => {
    console.log(error.message);
    process.exit(1);
  });
