import type { Command } from 'commander';
import { progressLine } from '../base/index';
import { downloadStanfordDogs, STANFORD_DOGS_ARCHIVES } from '../dataset/index';

/** `dogbreeds download`: fetches Stanford Dogs. */
export async function downloadCommand({
  to,
  baseUrl,
  only,
}: {
  to?: string;
  baseUrl?: string;
  only?: string[];
}): Promise<void> {
  const show = progressLine();
  const unknown =
    only?.filter((name) => !STANFORD_DOGS_ARCHIVES.some((archive) => archive.name === name)) ?? [];
  const names = STANFORD_DOGS_ARCHIVES.map(({ name }) => name);
  if (unknown.length > 0)
    throw new Error(`expected archives out of ${names.join(', ')}, received ${unknown.join(', ')}`);
  const folder = await downloadStanfordDogs({
    folder: to,
    baseUrl,
    archives: STANFORD_DOGS_ARCHIVES.filter(({ name }) => !only || only.includes(name)),
    onProgress: (name, done, total) =>
      show(`${name}: ${(done / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`, done === total),
  });
  console.log(`Stanford Dogs is in ${folder}: npx dogbreeds dataset ${folder}`);
}

/** Adds `dogbreeds download` to the command line. */
export function register(program: Command): void {
  program
    .command('download')
    .description('downloads Stanford Dogs (816 MB); continues where it stopped')
    .option('--to <folder>', 'where to (default: data/raw/stanford-dogs)')
    .option('--base-url <url>', 'a mirror (default: DOGBREEDS_DATASET_URL, or vision.stanford.edu)')
    .option('--only <archives...>', 'only some of lists.tar, annotation.tar, images.tar')
    .action((options) => downloadCommand(options));
}
