// Trains the scratch CNN with a checkpoint in the file of the first argument, until it is killed; a line an epoch.
import { startEngine } from '../../lib/engine/index';
import { fitScratchCnn } from '../../lib/training/index';
import { drawnPhotos, SMALL } from './drawn-photos';

async function main(): Promise<void> {
  await startEngine();
  const { dataset, split } = await drawnPhotos();
  await fitScratchCnn(dataset, split, {
    ...SMALL,
    checkpoint: process.argv[2],
    // the checkpoint of an epoch is written after its report: one batch later it is there
    onBatch: ({ epoch, batch }) => console.log(epoch, batch),
  });
}
main();
