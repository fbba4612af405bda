import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { fromRoot, projectRoot, writeFileAtomic } from '../base/index';
import {
  gitRevision,
  lastChanged,
  listNotebooks,
  markIndex,
  markReadme,
  readNotebook,
} from '../notebook/index';
import { runCommand } from './run';

/** Where the committed edition lies. */
const EDITION = ['reports', 'stanford-dogs'] as const;

/** What the edition says of itself, in edition.json. */
interface Edition {
  /** Commit that it was made from. */
  commit: string;
  /** When, ISO 8601. */
  date: string;
  /** Hash of the notebooks' sources. */
  notebooks: string;
}

/** Hash of the sources of all notebooks: the edition is stale when it changes. */
export function hashNotebooks(): string {
  const hash = createHash('sha256');
  for (const path of listNotebooks()) {
    hash.update(`\n${basename(path)}\n`);
    for (const { cell_type, source } of readNotebook(path).cells) hash.update(`\n${cell_type}\n${source}`);
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * What is wrong with the committed edition; nothing when it is fresh.
 *
 * @returns one line for each fault: no edition, notebooks that have changed since, a path of the machine that made it
 */
export function editionFaults(): string[] {
  const edition = readEdition();
  if (!edition)
    return [`expected an edition in ${join(...EDITION)}, found none: npm run publish -- --dataset PATH`];
  const stale = isFresh(edition)
    ? []
    : [`the edition is stale: notebooks have changed since ${edition.date.slice(0, 10)} (${edition.commit})`];
  return [...stale, ...machinePaths()];
}

/** The committed edition; null where there is none. */
function readEdition(): Edition | null {
  const file = fromRoot(...EDITION, 'edition.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Edition) : null;
}

const isFresh = ({ notebooks }: Edition) => notebooks === hashNotebooks();

/** Says in the edition's index and in the README when the edition was made, and since when it is stale if it is. */
async function markEdition(): Promise<void> {
  const edition = readEdition();
  if (!edition) return;
  const stale = isFresh(edition) ? null : `Stale since ${lastChanged('notebooks')}: notebooks have changed.`;
  const made = `Made on ${edition.date.slice(0, 10)} from commit ${edition.commit}.`;
  const rewrite = async (path: string, change: (text: string) => string) => {
    const before = readFileSync(path, 'utf8');
    const after = change(before);
    if (after !== before) await writeFileAtomic(path, after);
  };
  await rewrite(fromRoot(...EDITION, 'index.html'), (page) => markIndex(page, stale));
  await rewrite(fromRoot('README.md'), (readme) => markReadme(readme, stale ? `${made} **${stale}**` : made));
}

/** Absolute paths of machines in the edition's pages. */
function machinePaths(): string[] {
  const pages = readdirSync(fromRoot(...EDITION)).filter((name) => name.endsWith('.html'));
  return pages.flatMap((name) => {
    const text = readFileSync(fromRoot(...EDITION, name), 'utf8');
    const found = /(?:(?<![\w+/=])\/(?:home|root|Users|work|tmp|var)\/[\w./-]+)/.exec(
      text.replace(/<script[\s\S]*?<\/script>/g, ''),
    );
    return found ? [`${name} holds a path of the machine that made it: ${found[0]}`] : [];
  });
}

/**
 * A page in which a folder is no more than its last name, and files are named from it on. Pictures are left alone: base64
 * holds `/tmp` now and then.
 *
 * @example forgetFolder('in <code>/tmp/a.png</code>', '/tmp') // 'in <code>a.png</code>'
 */
export function forgetFolder(page: string, folder: string): string {
  const escaped = folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const whole = new RegExp(`(?<![\\w+/=.-])${escaped}(?:/|(?![\\w+/=-]))`, 'g');
  return page.replace(whole, (found) => (found.endsWith('/') ? '' : basename(folder)));
}

/** Replaces what only this machine knows, in every page: its folders become their last name. */
async function forgetPaths(dataset: string): Promise<void> {
  const folders = [dataset, projectRoot(), dirname(projectRoot()), homedir(), tmpdir()].filter(
    (folder) => folder.length > 3,
  );
  for (const name of readdirSync(fromRoot(...EDITION)).filter((file) => /\.(html|json)$/.test(file))) {
    const path = fromRoot(...EDITION, name);
    let text = readFileSync(path, 'utf8');
    for (const folder of folders) text = forgetFolder(text, folder);
    await writeFileAtomic(path, text);
  }
}

/**
 * `dogbreeds publish`: runs all notebooks on real photos and writes the committed edition, with outlines for photos.
 *
 * @returns the exit code of the run
 */
export async function publishCommand({
  dataset,
  resume = false,
}: {
  dataset: string;
  resume?: boolean;
}): Promise<number> {
  process.env.DOGBREEDS_EDITION = '1'; // kernels inherit it: figures show outlines, see figures/pictures
  const path = resolve(dataset);
  // as it is now: the run itself writes into data/published, and somebody may edit a notebook meanwhile
  const ran = { commit: gitRevision(), notebooks: hashNotebooks() };
  const code = await runCommand([], { dataset: path, output: fromRoot(...EDITION), force: !resume });
  if (code !== 0) return code;
  await forgetPaths(path);
  const edition: Edition = { ...ran, date: new Date().toISOString() };
  await writeFileAtomic(fromRoot(...EDITION, 'edition.json'), `${JSON.stringify(edition, null, 2)}\n`);
  await markEdition();
  const faults = editionFaults();
  for (const fault of faults) console.error(fault);
  return faults.length > 0 ? 1 : 0;
}

/** Adds `dogbreeds publish` to the command line. */
export function register(program: Command): void {
  program
    .command('publish')
    .description('makes the committed edition of the reports from a full run on real photos')
    .option('--dataset <path>', 'the photos of Stanford Dogs')
    .option('--resume', 'go on where a run that failed stopped: notebooks that ended well are kept')
    .option(
      '--check',
      'say whether the edition is fresh, in its index and the README too; exit status 1 when it is not',
    )
    .action(async ({ dataset, resume, check }: { dataset?: string; resume?: boolean; check?: boolean }) => {
      if (check) {
        await markEdition();
        const faults = editionFaults();
        for (const fault of faults) console.error(fault);
        process.exitCode = faults.length > 0 ? 1 : 0;
        return;
      }
      if (!dataset)
        throw new Error('expected --dataset PATH (photos of Stanford Dogs) or --check, received neither');
      process.exitCode = await publishCommand({ dataset, resume });
    });
}
