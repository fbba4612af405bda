import type { Command } from 'commander';
import { DEFAULT_PORT, finalModelFolder, startApp, untilSignal } from '../../app/index';
import { formatPercent, wholeNumber, writableData } from '../../base/index';
import {
  cataloguePath,
  estimatePrecision,
  invitePerson,
  listPeople,
  openCatalogue,
  revokePerson,
  setThreshold,
  suggestThreshold,
} from '../../catalogue/index';

interface ReviewCommandOptions {
  catalogue?: string;
  host?: string;
  port?: string;
  model?: string;
  allowHost?: string[];
  redis?: string;
  queue?: string;
}

/**
 * `dogbreeds index review`: the app with the catalogue's review page, until Ctrl-C. On 127.0.0.1 anybody at this machine
 * may judge; on another address only who was invited.
 */
export async function reviewCommand(options: ReviewCommandOptions): Promise<void> {
  const starting = startApp({
    host: options.host,
    port: wholeNumber('--port', options.port ?? String(DEFAULT_PORT), 0, 65535),
    modelFolder: options.model ?? finalModelFolder(),
    flagFile: writableData('runs', 'flags.csv'),
    catalogueFile: cataloguePath(options.catalogue),
    redis: options.redis,
    queue: options.queue,
    allowedHosts: options.allowHost?.map((name) => name.toLowerCase()),
  });
  const stopped = untilSignal(async () => (await starting).close());
  stopped.catch(() => undefined); // a start that fails is told below
  const app = await starting;
  console.log(`ready: open ${app.url}/review (Ctrl+C stops)`);
  await stopped;
}

/** `dogbreeds index invite NAME`: a link for a person at another machine. */
export function inviteCommand(
  name: string,
  options: { catalogue?: string; viewOnly?: boolean; revoke?: boolean },
): void {
  const catalogue = openCatalogue(cataloguePath(options.catalogue), { mustExist: true });
  try {
    if (options.revoke) {
      revokePerson(catalogue, name);
      console.log(`${name} may no longer look`);
      return;
    }
    const token = invitePerson(catalogue, { name, role: options.viewOnly ? 'view' : 'review' });
    console.log(`give ${name} this link, once (put the server's address before it): /review?token=${token}`);
    console.log(
      `invited: ${listPeople(catalogue)
        .map((person) => `${person.name} (${person.revoked ? 'revoked' : person.role})`)
        .join(', ')}`,
    );
  } finally {
    catalogue.close();
  }
}

/** `dogbreeds index precision`: how right the machine is here, and a threshold from verdicts. */
export function precisionCommand(options: {
  catalogue?: string;
  target?: string;
  set?: boolean;
  json?: boolean;
}): void {
  const catalogue = openCatalogue(cataloguePath(options.catalogue), { mustExist: true });
  try {
    const estimate = estimatePrecision(catalogue);
    const target = Number(options.target ?? 0.95);
    if (!(target > 0 && target < 1))
      throw new Error(`expected --target between 0 and 1, received ${options.target}`);
    const threshold = suggestThreshold(catalogue, target);
    if (options.json) console.log(JSON.stringify({ ...estimate, target, threshold }));
    else {
      for (const { breed, photos, verdicts, precision } of [
        { breed: 'all', ...estimate.all },
        ...estimate.byBreed,
      ])
        console.log(
          `${breed.replaceAll('_', ' ').padEnd(30)} ${String(photos).padStart(8)} photos  ${
            precision
              ? `${formatPercent(precision.estimate)} right (${formatPercent(precision.low)} to ${formatPercent(precision.high)}), ${verdicts} verdicts`
              : 'no random verdicts yet ("Measure" on the review page)'
          }`,
        );
      console.log(
        threshold === null
          ? `the verdicts there are can vouch for no threshold with ${formatPercent(target)} right names: more of them, drawn at random ("Measure" on the review page), may`
          : `from ${formatPercent(threshold)} on, at least ${formatPercent(target)} of the names are right, with 95 % confidence from the verdicts${options.set ? '' : ' (--set makes it the threshold of "not sure")'}`,
      );
    }
    if (options.set && threshold !== null)
      console.log(
        `${setThreshold(catalogue, threshold)} decisions changed: below ${formatPercent(threshold)} is "not sure" now`,
      );
  } finally {
    catalogue.close();
  }
}

/** Adds `review`, `invite` and `precision` to `dogbreeds index`. */
export function registerReview(index: Command): void {
  const all = <T>(options: T, command: Command): T => ({ ...command.optsWithGlobals(), ...options });
  index
    .command('review')
    .description('the page on which people judge photos by keyboard')
    .option('--catalogue <file>', "the catalogue (default: in the user's data folder)")
    .option(
      '--host <address>',
      'address to listen on (default: 127.0.0.1); on another one only who was invited may look',
    )
    .option('--port <number>', 'port to listen on, 0 for a free one (default: 7860)')
    .option('--model <folder>', 'folder of the saved model (default: data/models/final)')
    .option('--allow-host <name...>', 'further host names to answer for, e.g. behind a proxy')
    .option('--redis <url>', 'also show how the queue of "index --redis" goes, under /board')
    .option('--queue <name>', 'name of that queue (default: dogbreeds)')
    .action((options, command: Command) => reviewCommand(all(options, command)));
  index
    .command('invite')
    .description('a link for a person at another machine')
    .argument('<name>', 'under which verdicts are kept')
    .option('--catalogue <file>', "the catalogue (default: in the user's data folder)")
    .option('--view-only', 'may look, not judge')
    .option('--revoke', 'take the link back')
    .action((name, options, command: Command) => inviteCommand(name, all(options, command)));
  index
    .command('precision')
    .description('how right the machine is on this collection, by breed, from verdicts')
    .option('--catalogue <file>', "the catalogue (default: in the user's data folder)")
    .option('--target <share>', 'wanted share of right names, for the threshold (default: 0.95)')
    .option('--set', 'make that threshold the one of "not sure"')
    .option('--json', 'print JSON')
    .action((options, command: Command) => precisionCommand(all(options, command)));
}
