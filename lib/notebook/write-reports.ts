import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../dataset/index';
import { SUMMARY_MIME, type Summary } from '../figures/index';
import { fromRoot } from '../root';
import type { Notebook } from './notebook-file';
import { writeAssets } from './report/page';
import { renderIndex } from './report/render-index';
import { notebookTitle, renderReport } from './report/render-report';
import { createFigureRenderer, type FigureRenderer } from './report/static-figure';
import { type NotebookOutcome, readExecuted } from './run-all';

/** Writes the pages of one run; see {@link createReportWriter}. */
export interface ReportWriter {
  /** Writes a notebook's report, if it has changed; true when it was written. */
  write(outcome: NotebookOutcome): Promise<boolean>;
  /** Writes the index over all notebooks of the run. */
  finish(outcomes: NotebookOutcome[]): Promise<void>;
  close(): void;
}

/** The summary that a cell of the notebook shows; null when none does. */
export function findSummary(notebook: Notebook): Summary | null {
  for (const cell of notebook.cells) {
    if (cell.cell_type !== 'code') continue;
    for (const output of cell.outputs)
      if ('data' in output && SUMMARY_MIME in output.data) return output.data[SUMMARY_MIME] as Summary;
  }
  return null;
}

/** Hash of everything in lib/notebook/report, which decides how a page looks. */
function hashRenderer(folder = fromRoot('lib', 'notebook', 'report')): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    hash.update(entry.isDirectory() ? hashRenderer(path) : readFileSync(path));
  }
  return hash.digest('hex');
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
  plan: { name: string; notebook: Notebook }[];
  standalone?: boolean;
}): ReportWriter {
  const { folder, standalone } = options;
  const links = options.plan.map(({ name, notebook }) => ({
    href: `${name}.html`,
    title: notebookTitle(notebook, name),
  }));
  const rendererHash = hashRenderer();
  let renderer: FigureRenderer | null = null;
  const stampFile = (name: string) => join(options.state, `${name}.report`);
  return {
    async write(outcome) {
      const notebook = readExecuted(outcome);
      const { record, planned } = outcome;
      if (!notebook || !record) return false;
      const target = join(folder, `${planned.name}.html`);
      const stamp = createHash('sha256')
        .update(JSON.stringify([rendererHash, record, links, standalone === true, folder]))
        .digest('hex');
      const known = existsSync(stampFile(planned.name)) ? readFileSync(stampFile(planned.name), 'utf8') : '';
      if (known === stamp && existsSync(target)) return false;
      renderer ??= createFigureRenderer();
      if (!standalone) await writeAssets(folder);
      const run = { ...record, name: planned.name };
      const { html } = await renderReport(notebook, run, { links, standalone, renderer });
      await writeFileAtomic(target, html);
      await writeFileAtomic(stampFile(planned.name), stamp);
      return true;
    },
    async finish(outcomes) {
      if (!standalone) await writeAssets(folder);
      const entries = outcomes.map((outcome, index) => {
        const notebook = readExecuted(outcome);
        const failed = outcome.record?.failure;
        const status =
          outcome.status === 'not run'
            ? `Not run: ${outcome.message}.`
            : failed
              ? `This run failed in cell ${failed.cell + 1}: ${failed.ename}.`
              : 'ok';
        return { ...links[index], summary: notebook && findSummary(notebook), status };
      });
      await writeFileAtomic(join(folder, 'index.html'), renderIndex(entries, { standalone }));
    },
    close: () => renderer?.close(),
  };
}
