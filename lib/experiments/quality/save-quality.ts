import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { csvLine, writeFileAtomic } from '../../base/index';
import { keep } from '../../figures/index';
import type { QualityReport } from './check-quality';

type Cell = string | number | boolean | null;

/**
 * Writes a report on the quality of the data as three CSV files: `findings.csv`, `copies.csv`, `suspicious.csv`; in a
 * notebook it keeps the findings for the slides too.
 *
 * @param folder made with its parents
 * @returns the paths that were written
 * @throws Error when the folder cannot be written
 * @example await saveQuality(report, 'data/runs/quality');
 */
export async function saveQuality(report: QualityReport, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  keep(
    'quality',
    report.findings.map(({ finding, count, decision }) => ({ finding, count, decision })),
  );
  const tables: Record<string, readonly object[]> = {
    'findings.csv': report.findings,
    'copies.csv': report.duplicates,
    'suspicious.csv': report.suspicious,
  };
  const paths: string[] = [];
  for (const [name, rows] of Object.entries(tables)) {
    const [first] = rows;
    const header = first ? csvLine(Object.keys(first)) : '';
    const lines = rows.map((row) => csvLine(Object.values(row) as Cell[]));
    const path = join(folder, name);
    await writeFileAtomic(path, header + lines.join(''));
    paths.push(path);
  }
  return paths;
}
