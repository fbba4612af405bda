import { hostname } from 'node:os';
import { classifyFiles, type Row } from '../classify/classify-shard';
import type { PhotoClassifier } from '../classify/photo-classifier';
import { type ScanCounts, scanRoot } from '../scan/scan-root';
import type { Catalogue } from '../store/open-catalogue';
import { planShards, type Shard } from '../store/plan-shards';
import type { Root } from '../store/roots';
import { becomeWriter, endRun, startRun } from '../store/runs';
import { type Provenance, upsertRows } from '../store/upsert-rows';
import { registerModel, requestRefresh } from './models';
import { type IndexProgress, tellProgress } from './run-progress';
import { joinMoved, type Moved, type RunSummary, retryFailed, summarize } from './summary';

/** How the shards of a run are computed: here, or on other machines. */
export interface Runner {
  /**
   * @param shards taken as late as possible
   * @param sink writes the rows of some files, with who computed them
   */
  run(shards: Iterable<Shard>, sink: (rows: Row[], worker: string) => Promise<void> | void): Promise<void>;
}

/** Options of {@link indexCollection}. */
export interface IndexOptions {
  classifier: PhotoClassifier;
  /** Default: this process. */
  runner?: Runner;
  ignore?: string[];
  /** Look again at photos that could not be read. */
  retryFailed?: boolean;
  /** Answer anew, oldest first, where the answer is another model's. */
  refresh?: boolean;
  keepFeatures?: boolean;
  acceptGone?: boolean;
  /** Files in a shard, default 64. */
  shardSize?: number;
  signal?: AbortSignal;
  onProgress?: (progress: IndexProgress) => void;
}

/** Rows that are written together, unless a second is over. */
const COMMIT_ROWS = 64;
const COMMIT_MS = 1000;

/**
 * Brings a catalogue up to date with its folders: scan, plan, classify, write. What is known is left alone; a run that
 * was killed at any moment is continued by the next.
 *
 * @throws Error when a root is missing or suddenly empty, a drive goes away, the disk is full, or another process indexes
 * @example
 * const classifier = await photoClassifier(await loadClassifier('data/models/final'), engine);
 * const summary = await indexCollection(catalogue, [addRoot(catalogue, '/mnt/photos')], { classifier });
 */
export async function indexCollection(
  catalogue: Catalogue,
  roots: readonly Root[],
  options: IndexOptions,
): Promise<RunSummary> {
  const { classifier, signal } = options;
  const release = becomeWriter(catalogue);
  const run = startRun(catalogue, 'index', classifier.id, {
    node: process.version,
    engine: classifier.engine,
  });
  const told = tellProgress(catalogue, run);
  const tell = (progress: IndexProgress) => {
    told.progress(progress);
    options.onProgress?.(progress);
  };
  const started = performance.now();
  let computed = 0;
  let moved: Moved = { files: 0, inThisRun: 0 };
  const scans: ScanCounts[] = [];
  const close = (outcome: 'done' | 'stopped' | 'failed') => {
    const summary = summarize(catalogue, run, {
      scans,
      moved,
      classifier,
      computed,
      seconds: (performance.now() - started) / 1000,
    });
    endRun(catalogue, run, outcome, { ...summary.files, computed, seconds: summary.seconds });
    return { ...summary, outcome };
  };
  try {
    registerModel(catalogue, classifier);
    for (const { name, folder } of roots) {
      const before = scans.reduce((sum, { files }) => sum + files, 0);
      const onProgress = (files: number, below: string) =>
        tell({ step: 'scan', done: before + files, total: null, folder: below });
      scans.push(await scanRoot(catalogue, name, folder, { ...options, run, onProgress }));
    }
    retryFailed(catalogue, options.retryFailed ?? false);
    if (options.refresh) requestRefresh(catalogue, classifier.id);
    const total = countPending(catalogue);
    const begin = total > 0 ? tell : told.progress; // rates are taken from here on
    begin({ step: 'classify', done: 0, total });
    const write = upsertRows(catalogue);
    const provenance: Omit<Provenance, 'worker'> = {
      model: classifier.id,
      backbone: classifier.backbone,
      engine: classifier.engine,
      run,
    };
    const runner = options.runner ?? localRunner(roots, classifier, options);
    let done = 0;
    await runner.run(planShards(catalogue, classifier.id, options.shardSize), (rows, worker) => {
      const waited = write(rows, { ...provenance, worker });
      done += waited;
      computed += Math.min(waited, rows.filter((row) => row.answer).length); // a result may come twice
      tell({ step: 'classify', done, total });
    });
    moved = joinMoved(catalogue, run);
    return close(signal?.aborted ? 'stopped' : 'done');
  } catch (error) {
    if (signal?.aborted) return close('stopped');
    try {
      close('failed');
    } catch {
      // a full disk: the run stays open in the table, the next one marks it interrupted
    }
    throw error;
  } finally {
    told.end();
    release();
  }
}

function countPending({ db }: Catalogue): number {
  const [row] = db.prepare("select count(*) as n from file where state = 'pending'").all() as { n: number }[];
  return row?.n ?? 0;
}

/** Computes in this process; decoding runs ahead of the network across shards. */
export function localRunner(
  roots: readonly Root[],
  classifier: PhotoClassifier,
  options: Pick<IndexOptions, 'keepFeatures' | 'signal'> = {},
): Runner {
  const folders = new Map(roots.map(({ name, folder }) => [name, folder]));
  const worker = `${hostname()}:${process.pid}`;
  function* tasks(shards: Iterable<Shard>) {
    for (const shard of shards) {
      const root = folders.get(shard.root);
      if (root === undefined) continue; // of a root that this run leaves alone
      for (const file of shard.files) yield { root, file };
    }
  }
  return {
    async run(shards, sink) {
      let rows: Row[] = [];
      let last = performance.now();
      const flush = async () => {
        if (rows.length > 0) await sink(rows, worker);
        [rows, last] = [[], performance.now()];
      };
      try {
        for await (const part of classifyFiles(tasks(shards), classifier, options)) {
          rows.push(...part);
          if (rows.length >= COMMIT_ROWS || performance.now() - last > COMMIT_MS) await flush();
        }
      } finally {
        await flush(); // what was computed before a drive went away, or Ctrl-C came
      }
    },
  };
}
