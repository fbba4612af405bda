import { basename } from 'node:path';
import type { Command } from 'commander';
import { openIndexModel } from '../../app/index';
import { progressLine } from '../../base/index';
import {
  cataloguePath,
  mergeParts,
  openCatalogue,
  photoClassifier,
  rootFolder,
  writePart,
} from '../../catalogue/index';

interface ShardCommandOptions {
  part: string;
  out: string;
  model?: string;
  ignore?: string[];
}

/** `dogbreeds index shard`: one part of a folder, into a file; killed, the same command goes on. */
export async function shardCommand(folder: string, options: ShardCommandOptions): Promise<void> {
  const [, name, path = folder] = /^([\w.-]+)=(.+)$/.exec(folder) ?? [];
  const place = rootFolder(path);
  const root = { name: name ?? basename(place), folder: place };
  const { classifier, engine } = await openIndexModel(options.model, (message) => console.error(message));
  const show = progressLine();
  const count = await writePart({
    ...options,
    root,
    classifier: await photoClassifier(classifier, engine),
    onProgress: (done) => show(`${done} photos`),
  });
  console.log(`${count} photos: ${options.out}`);
}

/** `dogbreeds index merge`: parts into the catalogue. */
export async function mergeCommand(files: string[], options: { catalogue?: string }): Promise<void> {
  const catalogue = openCatalogue(cataloguePath(options.catalogue));
  try {
    console.log(`${await mergeParts(catalogue, files)} photos merged into ${catalogue.path}`);
  } finally {
    catalogue.close();
  }
}

/** Adds `shard` and `merge` to `dogbreeds index`. */
export function registerShard(index: Command): void {
  index
    .command('shard')
    .description('one part of a folder into a file, for Slurm, GNU parallel or Kubernetes: no queue needed')
    .argument('<folder>', 'DIR, s3://bucket/prefix, or NAME=DIR')
    .requiredOption('--part <i/n>', 'which part, e.g. 3/8')
    .requiredOption('--out <file>', 'the file to write, or to continue')
    .option('--model <folder>', 'folder of the saved model')
    .option('--ignore <pattern...>', 'paths to leave out')
    .action((folder, options, command: Command) =>
      shardCommand(folder, { ...command.optsWithGlobals(), ...options }),
    );
  index
    .command('merge')
    .description('brings parts into the catalogue')
    .argument('<parts...>', 'files that "index shard" wrote')
    .option('--catalogue <file>', "the catalogue (default: in the user's data folder)")
    .action((files, options, command: Command) =>
      mergeCommand(files, { ...command.optsWithGlobals(), ...options }),
    );
}
