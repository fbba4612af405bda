/**
 * Writes the real probabilities that make_real_labels.py reads: out of fold, of the photos whose features ship. Run:
 * `node --import tsx test/golden/evaluation/print-out-of-fold.ts FOLDER`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEngine } from '../../../lib/engine/index';
import { suspiciousLabels } from '../../../lib/evaluation/index';
import { outOfFold } from '../../../lib/experiments/index';
import { loadShippedFeatures } from '../../../lib/training/index';

async function main(folder: string): Promise<void> {
  await startEngine();
  const { breeds, labels, probabilities, accuracy } = await outOfFold(await loadShippedFeatures(), {
    seed: 42,
  });
  writeFileSync(join(folder, 'labels.i32'), labels);
  writeFileSync(join(folder, 'probabilities.f32'), probabilities);
  const ours = suspiciousLabels(labels, probabilities, breeds.length).map(({ row }) => row);
  writeFileSync(join(folder, 'ours.json'), JSON.stringify({ classes: breeds.length, accuracy, ours }));
}

main(process.argv[2] ?? '.');
