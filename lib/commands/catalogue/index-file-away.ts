import type { Command } from 'commander';
import {
  cataloguePath,
  type FileAwayKind,
  fileAway,
  openCatalogue,
  writeDetectorJson,
} from '../../catalogue/index';

/** Options of `dogbreeds index file-away`, as the command line gives them. */
export interface FileAwayCommandOptions {
  catalogue?: string;
  sidecars?: boolean;
  photos?: boolean;
  links?: string;
  detectorJson?: string;
  minProbability?: string;
  yes?: boolean;
}

/** Files that are named in the output before the rest is only counted. */
const SHOWN = 20;

/**
 * `dogbreeds index file-away [query]`: keywords, links or JSON for other programs. Says what it would do; with `--yes` it
 * does it.
 *
 * @throws Error unless exactly one of the ways is asked for
 */
export async function fileAwayCommand(
  query: string | undefined,
  options: FileAwayCommandOptions,
): Promise<void> {
  const ways = [options.sidecars, options.photos, options.links, options.detectorJson].filter(Boolean);
  if (ways.length !== 1)
    throw new Error('expected one of --sidecars, --photos, --links FOLDER and --detector-json FILE');
  const minProbability = Number(options.minProbability ?? 0.95);
  if (!(minProbability >= 0 && minProbability <= 1))
    throw new Error(`expected --min-probability from 0 to 1, received ${options.minProbability}`);
  const catalogue = openCatalogue(cataloguePath(options.catalogue), { mustExist: true });
  try {
    if (options.detectorJson) {
      console.log(
        `${await writeDetectorJson(catalogue, options.detectorJson, query)} photos: ${options.detectorJson}`,
      );
      return;
    }
    const kind: FileAwayKind = options.links ? 'links' : options.photos ? 'photo' : 'sidecar';
    const dryRun = !options.yes;
    let shown = 0;
    const counts = await fileAway(catalogue, {
      kind,
      query,
      minProbability,
      dryRun,
      linksFolder: options.links,
      onStep: ({ action, target, path, keywords, error }) => {
        if (action === 'keep' || (action !== 'fail' && shown++ >= SHOWN)) return;
        console.log(`${dryRun ? 'would ' : ''}${action}  ${target || path}  ${error ?? keywords.join(', ')}`);
      },
    });
    const parts = Object.entries(counts).flatMap(([action, n]) => (n > 0 ? [`${n} ${action}`] : []));
    console.log(
      `${parts.join(', ') || 'nothing to do'}${dryRun ? ' (nothing was written: --yes does it)' : ''}`,
    );
    if (counts.fail > 0) process.exitCode = 1;
  } finally {
    catalogue.close();
  }
}

/** Adds `file-away` to `dogbreeds index`. */
export function registerFileAway(index: Command): void {
  index
    .command('file-away')
    .description('keywords, links or JSON for other programs; without --yes it only says what it would do')
    .argument('[query]', 'which photos, as "index find" takes it (default: all)')
    .option('--catalogue <file>', "the catalogue (default: in the user's data folder)")
    .option('--sidecars', 'keywords into XMP sidecars beside the photos; the photos are not touched')
    .option('--photos', 'keywords into the photos themselves (XMP, IPTC; needs exiftool-vendored)')
    .option('--links <folder>', 'links to the photos, in a folder for each breed')
    .option('--detector-json <file>', 'the JSON that Timelapse and other readers of MegaDetector take')
    .option(
      '--min-probability <p>',
      "machine's answers from here on; people's verdicts always (default: 0.95)",
    )
    .option('--dry-run', 'only say what would be done (default)')
    .option('--yes', 'do it')
    .action((query, options, command: Command) =>
      fileAwayCommand(query, {
        ...command.optsWithGlobals(),
        ...options,
        yes: options.yes && !options.dryRun,
      }),
    );
}
