import type { QueueCounts } from './queue-counts';

/**
 * What workers did in a run, for its end.
 *
 * @param pieces what a task consists of, in the plural: `photos`
 */
export function describeWorkers(counts: QueueCounts | undefined, pieces: string): string {
  const workers = [...(counts?.paceBy ?? [])].map(
    ([name, pace]) =>
      `${name}: ${show(counts?.piecesBy.get(name) ?? 0)} ${pieces}, ${pace.mean()?.toFixed(1)} ${pieces}/s`,
  );
  const { pieces: all = 0, repeated = 0, halved = 0 } = counts ?? {};
  return [
    `${show(all)} ${pieces} from ${workers.length} workers`,
    ...workers,
    `${show(repeated)} shards came twice, ${show(halved)} were halved`,
  ].join('\n');
}

const show = (n: number): string => n.toLocaleString('en');
