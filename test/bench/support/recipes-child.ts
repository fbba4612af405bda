// Two recipes of one network by themselves and together, in a process of its own: arguments backbone, photos, cache
// folder, dataset; prints JSON.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { elementAt } from '../../../lib/base/index';
import { openDataset } from '../../../lib/dataset/index';
import { startEngine } from '../../../lib/engine/index';
import { type BackboneName, loadBackbone } from '../../../lib/models/index';
import { cacheRecipes, type WantedFeatures } from '../../../lib/training/index';

async function main(): Promise<void> {
  const [name, photos, cache = '', path] = process.argv.slice(2);
  const engine = await startEngine();
  const dataset = await openDataset({ path });
  const step = dataset.examples.length / Math.min(Number(photos), dataset.examples.length);
  const examples = Array.from({ length: Math.floor(dataset.examples.length / step) }, (_, i) =>
    elementAt(dataset.examples, Math.floor(i * step)),
  );
  const backbone = await loadBackbone(name as BackboneName);
  let runs = 0;
  /** Wall and processor seconds of calls of `cacheRecipes`, one after the other, with empty caches. */
  async function take(calls: WantedFeatures[][], used = examples) {
    const started = performance.now();
    const before = process.cpuUsage();
    for (const wanted of calls) {
      runs += 1;
      const cacheFolder = join(cache, `together-${runs}`);
      await cacheRecipes({ ...dataset, examples: used }, wanted, { cacheFolder });
      rmSync(cacheFolder, { recursive: true });
    }
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(before);
    return { seconds, cpuSeconds: (user + system) / 1e6 };
  }
  await take([[{ backbone }]], examples.slice(0, 48)); // warms up
  const pairs: Record<string, [WantedFeatures, WantedFeatures]> = {
    'a photo, and the mean with its mirror image': [{ backbone }, { backbone, views: 'flip' }],
    'whole photos, and their middle': [{ backbone }, { backbone, crop: 'central' }],
  };
  const result: Record<string, unknown> = { engine: engine.description, photos: examples.length };
  for (const [pair, wanted] of Object.entries(pairs)) {
    const alone = await take(wanted.map((one) => [one]));
    const together = await take([wanted]);
    result[pair] = {
      ...{ alone, together },
      times: alone.seconds / together.seconds,
      timesCpu: alone.cpuSeconds / together.cpuSeconds,
    };
  }
  console.log(JSON.stringify(result));
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
