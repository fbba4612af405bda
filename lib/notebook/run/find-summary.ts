import { SUMMARY_MIME, type Summary } from '../../figures/index';
import type { Notebook } from '../notebook-file';

/** The summary that a cell of the notebook shows; null when none does. */
export function findSummary(notebook: Notebook): Summary | null {
  for (const cell of notebook.cells) {
    if (cell.cell_type !== 'code') continue;
    for (const output of cell.outputs)
      if ('data' in output && SUMMARY_MIME in output.data) return output.data[SUMMARY_MIME] as Summary;
  }
  return null;
}
