import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot, writeFileAtomic } from '../../base/index';
import { writeDeck as writeSlides } from '../deck/write-deck';
import { type Notebook, readNotebook } from '../notebook-file';
import { writeAssets } from '../report/page';
import { renderCover } from '../report/render-cover';
import { type IndexEntry, renderIndex } from '../report/render-index';
import { type MethodEntry, renderMethod } from '../report/render-method';
import { notebookTitle, renderReport } from '../report/render-report';
import { createFigureRenderer, type FigureRenderer } from '../report/static-figure';
import { movedAnswers } from './compare-runs';
import { findSummary } from './find-summary';
import { hashOutputs } from './fingerprint';
import { type NotebookOutcome, readExecuted } from './run-all';
import { type RunRecord, readRunRecord } from './run-record';

/** Writes the pages of one run; see {@link createReportWriter}. */
export interface ReportWriter {
  /** Writes a notebook's report, if it has changed; true when it was written. */
  write(outcome: NotebookOutcome): Promise<boolean>;
  /** Writes the index over all notebooks of the run. */
  finish(outcomes: NotebookOutcome[]): Promise<void>;
  close(): void;
}

/** Hash of everything that decides how a page looks. */
function hashRenderer(): string {
  const hash = createHash('sha256');
  for (const part of ['report', 'deck', 'assets']) {
    const folder = fromRoot('lib', 'notebook', part);
    for (const name of readdirSync(folder)) hash.update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

/** What the index says of a notebook: `ok`, or why there is no complete report. */
function describeStatus(
  outcome: NotebookOutcome | undefined,
  record: RunRecord | null,
  hasPage: boolean,
): string {
  if (outcome?.status === 'not run') return `Not run: ${outcome.message}.`;
  if (record?.failure) return `This run failed in cell ${record.failure.cell + 1}: ${record.failure.ename}.`;
  return hasPage ? 'ok' : 'Not run yet.';
}

/**
 * Writes reports, their shared files and the index into a folder. A page is only rendered again when its notebook
 * was run, or when the code that renders it has changed.
 *
 * @param options.state folder for what is remembered between runs
 */
export function createReportWriter(options: {
  folder: string;
  state: string;
  /** All notebooks that the pages link to, in order; a run may cover some of them only. */
  set: { name: string; notebook: Notebook }[];
  standalone?: boolean;
}): ReportWriter {
  const { folder, standalone } = options;
  const links = options.set.map(({ name, notebook }) => ({
    href: `${name}.html`,
    title: notebookTitle(notebook, name),
  }));
  const rendererHash = hashRenderer();
  let renderer: FigureRenderer | null = null;
  const stampFile = (name: string) => join(options.state, `${name}.report`);
  const hasDeck = options.set.length > 1;
  const openRenderer = () => {
    renderer ??= createFigureRenderer();
    return renderer;
  };
  /** Slides of what has been run; false when there is nothing to show. */
  const writeDeck = async (): Promise<boolean> => {
    const parts = options.set.flatMap(({ name }) => {
      const executed = join(options.state, `${name}.ipynb`);
      return existsSync(executed) ? [{ name, notebook: readNotebook(executed) }] : [];
    });
    const target = join(folder, 'deck.html');
    if (!hasDeck || parts.length === 0) return existsSync(target);
    const shown = parts.map(({ name, notebook }) => [
      name,
      hashOutputs(notebook),
      notebook.cells.map((cell) => cell.source),
    ]);
    const stamp = createHash('sha256')
      .update(JSON.stringify([rendererHash, shown, standalone === true, folder]))
      .digest('hex');
    const known = existsSync(stampFile('deck')) ? readFileSync(stampFile('deck'), 'utf8') : '';
    if (known === stamp && existsSync(target)) return true;
    await writeSlides({ state: options.state, folder, parts, standalone, renderer: openRenderer });
    await writeFileAtomic(stampFile('deck'), stamp);
    return true;
  };
  return {
    async write(outcome) {
      if (outcome.kept) return false;
      const notebook = readExecuted(outcome);
      const { record, planned } = outcome;
      if (!notebook || !record) return false;
      const target = join(folder, `${planned.name}.html`);
      const stamp = createHash('sha256')
        .update(JSON.stringify([rendererHash, record, links, standalone === true, folder]))
        .digest('hex');
      const known = existsSync(stampFile(planned.name)) ? readFileSync(stampFile(planned.name), 'utf8') : '';
      if (known === stamp && existsSync(target)) return false;
      await writeAssets(folder, standalone);
      const run = { ...record, name: planned.name };
      const { html } = await renderReport(notebook, run, {
        links,
        deck: hasDeck,
        standalone,
        renderer: openRenderer(),
      });
      await writeFileAtomic(target, html);
      await writeFileAtomic(stampFile(planned.name), stamp);
      return true;
    },
    async finish(outcomes) {
      await writeAssets(folder, standalone);
      const runs: MethodEntry[] = [];
      const found = options.set.map(({ name }, index) => {
        const outcome = outcomes.find(({ planned }) => planned.name === name);
        const record = outcome
          ? (outcome.kept ?? outcome.record)
          : readRunRecord(join(options.state, `${name}.json`));
        const executed = join(options.state, `${name}.ipynb`);
        const notebook = record && existsSync(executed) ? readNotebook(executed) : null;
        const status = describeStatus(outcome, record, existsSync(join(folder, `${name}.html`)));
        const moved = record ? movedAnswers(record) : [];
        const link = links[index] ?? { href: `${name}.html`, title: name };
        const summary = notebook && findSummary(notebook);
        runs.push({ ...link, summary, record });
        return { ...link, notebook, summary, status, moved, since: record?.previous?.startedAt };
      });
      const entries: IndexEntry[] = [];
      for (const { notebook, ...entry } of found)
        entries.push({ ...entry, cover: notebook ? await renderCover(notebook, openRenderer) : undefined });
      const deck = await writeDeck();
      await writeFileAtomic(
        join(folder, 'index.html'),
        renderIndex(entries, { standalone, deck, method: true }),
      );
      await writeFileAtomic(join(folder, 'method.html'), renderMethod(runs, { standalone }));
    },
    close: () => renderer?.close(),
  };
}
