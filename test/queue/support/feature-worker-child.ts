// A worker for features in a process of its own: node --import tsx feature-worker-child.ts URL IMAGES CACHE
import { startEngine } from '../../../lib/engine/index';
import { startFeatureWorker } from '../../../lib/training/index';
import { meanColourBackbone } from '../../training/mean-colour';

const [url = '', images = '', cacheFolder = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  await startEngine({ backend: 'cpu' });
  const backbone = meanColourBackbone();
  const worker = await startFeatureWorker(images, backbone, {
    ...{ url, cacheFolder, lockMs: 1500 },
    say: (message) => console.log(message),
    onDone: (photos) => console.log(`done ${photos}`),
    onProgress: () => {},
  });
  console.log('ready');
  process.on('SIGTERM', () => void worker.close());
  await worker.ended;
}

main().catch((error: Error) => {
  console.log(error.message);
  process.exit(1);
});
