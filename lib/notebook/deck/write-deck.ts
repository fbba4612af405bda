import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '../../base/index';
import { type Notebook, readNotebook } from '../notebook-file';
import { writeAssets } from '../report/page';
import { createFigureRenderer, type FigureRenderer } from '../report/static-figure';
import { LANGUAGES } from './language';
import { deckFile, renderDeck } from './render-deck';

/** The executed notebooks of a run's folder, by name. */
export function readParts(state: string): { name: string; notebook: Notebook }[] {
  if (!existsSync(state)) return [];
  const files = readdirSync(state).filter((name) => name.endsWith('.ipynb'));
  return files.sort().map((file) => ({
    name: basename(file, '.ipynb'),
    notebook: readNotebook(join(state, file)),
  }));
}

/**
 * Writes the slides of a run in every language, and the files that they share with reports.
 *
 * @param options.state folder of the executed notebooks
 * @param options.folder where `deck.html` and its like go
 * @param options.renderer to draw charts with; absent: one of its own
 * @throws Error when no notebook of the run was executed
 */
export async function writeDeck(options: {
  state: string;
  folder: string;
  parts?: { name: string; notebook: Notebook }[];
  standalone?: boolean;
  renderer?: () => FigureRenderer;
}): Promise<void> {
  const parts = options.parts ?? readParts(options.state);
  if (parts.length === 0)
    throw new Error(`expected executed notebooks in ${options.state}, found none: npx dogbreeds run`);
  await writeAssets(options.folder, options.standalone);
  const own = options.renderer ? null : createFigureRenderer();
  try {
    for (const language of LANGUAGES) {
      const html = await renderDeck(
        parts,
        language,
        options.renderer ?? (() => own as FigureRenderer),
        options,
      );
      await writeFileAtomic(join(options.folder, deckFile(language)), html);
    }
  } finally {
    own?.close();
  }
}
