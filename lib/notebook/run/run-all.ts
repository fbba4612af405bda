import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readNotebook, writeNotebook } from '../notebook-file';
import { findSummary } from './find-summary';
import { hashData, hashOutputs, hashSources } from './fingerprint';
import { gitRevision } from './git-revision';
import { type RunEvent, runNotebook } from './run-notebook';
import type { PlannedNotebook } from './run-plan';
import { type RunRecord, readRunRecord, writeRunRecord } from './run-record';

/** How a notebook of a run ended. */
export interface NotebookOutcome {
  planned: PlannedNotebook;
  /** `skipped`: up to date; `not run`: one that it needs failed, or the run was stopped. */
  status: 'ok' | 'failed' | 'skipped' | 'not run';
  /** The executed notebook. */
  executed: string;
  record: RunRecord | null;
  /** The earlier run that ended well and stays, with its report, where this one was stopped. */
  kept?: RunRecord;
  /** For people: notebook, cell, source, error, stack. */
  message: string;
}

/** Options of {@link runAll}. */
export interface RunAllOptions {
  /** Folder for executed notebooks and records. */
  folder: string;
  /** Run what is up to date too. */
  force?: boolean;
  /** Notebooks at the same time, as far as they do not need each other. */
  jobs?: number;
  cellTimeoutMs?: number;
  signal?: AbortSignal;
  onEvent?: (name: string, event: RunEvent) => void;
  /** Called as soon as a notebook has ended, in the order in which they end; awaited. */
  onOutcome?: (outcome: NotebookOutcome) => Promise<void> | void;
}

/**
 * Runs notebooks in their order, up to `jobs` at a time. One whose cells, parameters, lib files, packages, data and
 * upstream outputs are as at its last successful run is skipped. After a failure those that need it do not run. A
 * notebook that runs is kept in `unfinished/`: it takes the place of the last run's when it ends, and one that is
 * stopped or killed never takes the place of one that ended well.
 *
 * @returns an outcome per notebook, in the plan's order
 */
export async function runAll(plan: PlannedNotebook[], options: RunAllOptions): Promise<NotebookOutcome[]> {
  const outcomes = new Map<string, NotebookOutcome>();
  const revision = gitRevision();
  const upstream = ({ needs }: PlannedNotebook) =>
    needs.map((name) => `${name} ${outcomes.get(name)?.record?.outputs ?? ''}`);
  const keyOf = (planned: PlannedNotebook, sources: string) =>
    createHash('sha256')
      .update([sources, hashData(planned.parameters.dataset), ...upstream(planned)].join('\n'))
      .digest('hex');

  const runOne = async (planned: PlannedNotebook): Promise<NotebookOutcome> => {
    const executed = join(options.folder, `${planned.name}.ipynb`);
    const recordFile = join(options.folder, `${planned.name}.json`);
    const bad = planned.needs.find(
      (name) => !['ok', 'skipped'].includes(outcomes.get(name)?.status ?? 'not run'),
    );
    const notRun = (message: string): NotebookOutcome => ({
      planned,
      status: 'not run',
      executed,
      record: null,
      message,
    });
    if (options.signal?.aborted) return notRun('the run was stopped before');
    if (bad) return notRun(`it needs ${bad}, which did not end well`);
    const sources = hashSources(planned.notebook, planned.parameters);
    const before = readRunRecord(recordFile);
    if (
      !options.force &&
      before &&
      !before.failure &&
      existsSync(executed) &&
      before.key === keyOf(planned, sources)
    )
      return { planned, status: 'skipped', executed, record: before, message: '' };

    const startedAt = new Date().toISOString();
    const unfinished = join(options.folder, 'unfinished', `${planned.name}.ipynb`);
    const { failure, seconds, notebook } = await runNotebook(planned.path, {
      output: unfinished,
      shown: planned.shown,
      parameters: planned.parameters,
      cellTimeoutMs: options.cellTimeoutMs,
      signal: options.signal,
      onEvent: (event) => options.onEvent?.(planned.name, event),
    });
    const previous = before?.failure
      ? before.previous
      : before?.answers && {
          startedAt: before.startedAt,
          revision: before.revision,
          answers: before.answers,
        };
    const record: RunRecord = {
      // Sources as they were before the run, data as the run left it: it may have downloaded weights.
      key: keyOf(planned, sources),
      startedAt,
      seconds,
      revision,
      parameters: planned.parameters,
      failure: failure && { ename: failure.ename, evalue: failure.evalue, cell: failure.cell },
      outputs: hashOutputs(notebook),
      answers: findSummary(notebook)?.answers ?? [],
      ...(previous && { previous }),
    };
    if (failure?.kind === 'stopped' && before && !before.failure && existsSync(executed)) {
      const message = `${failure.message}\n\n  kept: the run of ${before.startedAt}; what this one reached is in ${unfinished}`;
      return { planned, status: 'failed', executed: unfinished, record, kept: before, message };
    }
    await writeNotebook(executed, notebook);
    await rm(unfinished, { force: true });
    await writeRunRecord(recordFile, record);
    return { planned, status: failure ? 'failed' : 'ok', executed, record, message: failure?.message ?? '' };
  };

  const waiting = [...plan];
  const running = new Map<string, Promise<void>>();
  const isDone = (name: string) => outcomes.has(name);
  while (waiting.length > 0 || running.size > 0) {
    while (running.size < (options.jobs ?? 1)) {
      const index = waiting.findIndex((planned) => planned.needs.every(isDone));
      if (index < 0) break;
      const [planned] = waiting.splice(index, 1);
      if (!planned) break;
      const job = runOne(planned).then(async (outcome) => {
        outcomes.set(planned.name, outcome);
        await options.onOutcome?.(outcome);
        running.delete(planned.name);
      });
      running.set(planned.name, job);
    }
    if (running.size === 0)
      throw new Error(
        `notebooks that need each other in a circle: ${waiting.map(({ name }) => name).join(', ')}`,
      );
    await Promise.race(running.values());
  }
  return plan.flatMap(({ name }) => outcomes.get(name) ?? []);
}

/** The executed notebook of an outcome; null when it has not been run. */
export const readExecuted = ({ executed }: NotebookOutcome) =>
  existsSync(executed) ? readNotebook(executed) : null;
