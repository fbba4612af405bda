import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import type { Browser } from 'playwright-core';
import { findChromium, fromRoot, writeFileAtomic } from '../base/index';
import { deckFile, LANGUAGES, writeDeck } from '../notebook/index';

/** Folder of the run whose notebooks were executed last. */
function latestRun(): string {
  const runs = fromRoot('data', 'runs');
  const folders = existsSync(runs) ? readdirSync(runs).map((name) => join(runs, name)) : [];
  const dated = folders.flatMap((folder) => {
    const notebooks = readdirSync(folder).filter((name) => name.endsWith('.ipynb'));
    const times = notebooks.map((name) => statSync(join(folder, name)).mtimeMs);
    return times.length > 0 ? [{ folder, time: Math.max(...times) }] : [];
  });
  const [latest] = dated.sort((a, b) => b.time - a.time);
  if (!latest)
    throw new Error(
      `expected executed notebooks in ${relative(process.cwd(), runs) || runs}, found none: npx dogbreeds run`,
    );
  return latest.folder;
}

/** A Chromium of this machine. @throws Error with what to do where there is none */
async function openChromium(page: string): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath)
    throw new Error(
      `expected Chromium or Chrome to print ${basename(page)}, found none: install one, or name it in CHROMIUM_PATH; or open ${page} in any browser, add ?print-pdf to the address, and print to PDF`,
    );
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] });
}

/** Prints slides to PDF, 1280 x 720 px a page. */
async function printPdf(browser: Browser, page: string, target: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, offline: true });
  const tab = await context.newPage();
  await tab.goto(`${pathToFileURL(page).href}?print-pdf`);
  await tab.locator('.pdf-page').last().waitFor();
  await tab.evaluate('document.fonts.ready.then(() => true)');
  const pdf = await tab.pdf({ width: '1280px', height: '720px', printBackground: true });
  await writeFileAtomic(target, pdf);
  await context.close();
}

/** `dogbreeds deck`: writes the slides of a run in every language, and prints them on request. */
export async function deckCommand(options: { run?: string; output?: string; pdf?: boolean }): Promise<void> {
  const state = options.run ? resolve(options.run) : latestRun();
  const own = join(state, 'reports');
  const folder = options.output ? resolve(options.output) : existsSync(own) ? own : fromRoot('reports');
  await writeDeck({ state, folder });
  const pages = LANGUAGES.map((language) => join(folder, deckFile(language)));
  const shown = (path: string) => relative(process.cwd(), path);
  for (const page of pages) console.log(shown(page));
  if (!options.pdf) return;
  const browser = await openChromium(shown(join(folder, deckFile('en'))));
  try {
    for (const page of pages) {
      const target = page.replace(/\.html$/, '.pdf');
      await printPdf(browser, page, target);
      console.log(shown(target));
    }
  } finally {
    await browser.close();
  }
}

/** Adds `dogbreeds deck` to the command line. */
export function register(program: Command): void {
  program
    .command('deck')
    .description('the slides of a run, in English and French, as pages and as PDF')
    .option('--run <folder>', 'executed notebooks (default: the latest of data/runs)')
    .option('--output <folder>', 'where the slides go (default: beside the reports of the run)')
    .option('--pdf', 'print them too; needs Chromium or Chrome')
    .action(deckCommand);
}
