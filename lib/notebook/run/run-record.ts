import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from '../../base/index';
import type { Answer } from '../../figures/index';
import type { ParameterValue } from './parameters';

/** What is kept of a notebook's last run, beside the executed notebook. */
export interface RunRecord {
  /** Hash of sources, data and upstream outputs; the run is up to date while it stays the same. */
  key: string;
  startedAt: string;
  seconds: number;
  revision: string;
  parameters: Record<string, ParameterValue>;
  failure: { ename: string; evalue: string; cell: number } | null;
  /** Hash of what it showed, for the notebooks after it. */
  outputs: string;
  /** The numbers that its summary gave. */
  answers?: Answer[];
  /** The run before this one that ended well. */
  previous?: { startedAt: string; revision: string; answers: Answer[] };
}

/** Reads a record; null when there is none or it cannot be read. */
export function readRunRecord(path: string): RunRecord | null {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null; // written by another version: the notebook runs again
  }
}

/** Writes a record. */
export async function writeRunRecord(path: string, record: RunRecord): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(record, null, 2)}\n`);
}
