import { type RunValues, VALUES_MIME } from '../../figures/index';
import type { Notebook } from '../notebook-file';

/** The values that cells of executed notebooks kept for the slides; of one name the last. */
export function collectValues(notebooks: readonly Notebook[]): Partial<RunValues> {
  const found: Record<string, unknown> = {};
  for (const { cells } of notebooks)
    for (const cell of cells) {
      if (cell.cell_type !== 'code') continue;
      for (const output of cell.outputs) {
        const kept =
          'data' in output ? (output.data[VALUES_MIME] as { name: string; value: unknown }) : undefined;
        if (kept) found[kept.name] = kept.value;
      }
    }
  return found;
}
