// Trains for a search in a process of its own: node --import tsx training-child.ts URL FOLDER DATA
// Or searches itself: node --import tsx training-child.ts URL TABLE DATA --search
import { searchScratch, startTrainingWorker } from '../../../lib/experiments/index';
import { DRAWN_SEARCH } from '../../experiments/drawn-search';

const [url = '', folder = '', data = '{}', search] = process.argv.slice(2);
const queue = { url, lockMs: 1500, giveUpMs: 20_000, say: (message: string) => console.log(message) };

async function main(): Promise<void> {
  if (search) {
    await searchScratch(JSON.parse(data), {
      ...{ ...DRAWN_SEARCH.options, workers: queue, path: folder },
      onTrial: ({ trial, losses }) => console.log(`trial ${trial} ${losses.length}`),
    });
    return;
  }
  const worker = await startTrainingWorker(JSON.parse(data), {
    ...{ ...queue, folder, workers: 2 },
    onDone: (epochs) => console.log(`done ${epochs}`),
  });
  console.log('ready');
  process.on('SIGTERM', () => void worker.close());
  await worker.ended;
}

main().catch((error: Error) => {
  console.log(error.message);
  process.exit(1);
});
