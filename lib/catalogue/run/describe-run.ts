import { Pace, type QueueCounts } from '../../queue/index';
import type { IndexProgress } from './run-progress';
import { DECISION_WORDS, type RunSummary } from './summary';

const TERMINAL_MS = 200;
const AGAIN_MS = 1000;
const LOG_MS = 10_000;

/**
 * Shows a run's progress on stderr: over one line in a terminal, drawn again every second (a slow photo shows in the rate),
 * elsewhere now and then. After `end()` nothing is drawn; a process that has nothing else to do ends without it.
 *
 * @param workers what they do, where others compute
 */
export function showProgress(workers: () => QueueCounts | undefined = () => undefined) {
  const terminal = process.stderr.isTTY;
  let latest: IndexProgress | null = null;
  let shownAt = 0;
  let last: { at: number; done: number } | null = null;
  let open = false;
  const pace = new Pace();
  const draw = ({ step, done, total, folder = '' }: IndexProgress, now: number) => {
    shownAt = now;
    if (last && done > last.done) {
      pace.add(last.at, now, done - last.done);
      last = { at: now, done };
    }
    const text =
      step === 'scan'
        ? `looking: ${count(done)} photos${folder && `, ${folder}`}`
        : `${count(done)} of ${count(total ?? 0)} photos${timeLeft(pace.perSecond(now), (total ?? 0) - done)}${showPaces(workers(), now)}`;
    open = !isFinished({ step, done, total });
    process.stderr.write(
      terminal
        ? `\r\x1b[K${text.slice(0, (process.stderr.columns || 101) - 1)}${open ? '' : '\n'}`
        : `${text}\n`,
    );
  };
  const again = () => {
    if (latest && open) draw(latest, Date.now());
  };
  const timer = terminal ? setInterval(again, AGAIN_MS).unref() : undefined;
  return {
    progress(progress: IndexProgress): void {
      const now = Date.now();
      latest = progress;
      if (progress.step === 'classify') last ??= { at: now, done: progress.done };
      if (isFinished(progress) || now - shownAt >= (terminal ? TERMINAL_MS : LOG_MS)) draw(progress, now);
    },
    end(): void {
      clearInterval(timer);
      if (terminal && open) process.stderr.write('\n');
      open = false;
    },
  };
}

const isFinished = ({ step, done, total }: IndexProgress): boolean => step === 'classify' && done === total;

const timeLeft = (perSecond: number | null, left: number): string =>
  perSecond ? `, ${perSecond.toFixed(1)} photos/s, ${duration(left / perSecond)} left` : '';

/** So many workers are named in a line of progress. */
const MOST_NAMED = 4;

/** The present pace of each worker, for the line of progress. */
function showPaces(counts: QueueCounts | undefined, now: number): string {
  const paces = [...(counts?.paceBy ?? [])].map(
    ([name, pace]) => `${name} ${pace.perSecond(now)?.toFixed(1)}/s`,
  );
  if (paces.length === 0) return '';
  const more = paces.length - MOST_NAMED;
  return `; ${paces.slice(0, MOST_NAMED).join(', ')}${more > 0 ? `, ${more} more` : ''}`;
}

/** Seconds for people: `8 s`, `3 min`, `2 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const count = (n: number): string => n.toLocaleString('en');

/** The lines that `dogbreeds index` ends with. */
export function describeSummary(summary: RunSummary, path: string): string {
  const { files, decisions, others, computed, seconds, older, unreadableFolders } = summary;
  const known = Object.values(decisions).reduce((sum, n) => sum + n, 0);
  const parts = Object.entries(DECISION_WORDS).flatMap(([key, words]) =>
    decisions[key] ? [`${count(decisions[key])} ${words}`] : [],
  );
  const changes = (['added', 'changed', 'moved', 'returned', 'gone', 'unchanged'] as const).flatMap((key) =>
    files[key] > 0 ? [`${count(files[key])} ${key === 'added' ? 'new' : key}`] : [],
  );
  const left = Object.entries(others).sort(([, a], [, b]) => b - a);
  return [
    `${count(known)} photos: ${parts.join(', ') || 'none'}`,
    `this run: ${changes.join(', ') || 'nothing found'}; ${count(computed)} computed in ${duration(seconds)}`,
    ...(left.length > 0
      ? [
          `left out: ${left
            .slice(0, 8)
            .map(([ending, n]) => `${count(n)} ${ending}`)
            .join(', ')}${left.length > 8 ? ' ...' : ''}`,
        ]
      : []),
    ...unreadableFolders.slice(0, 5).map(({ folder, code }) => `could not be listed: ${folder} (${code})`),
    ...(older > 0 ? [`${count(older)} answers are an older model's: --refresh asks again`] : []),
    ...(summary.outcome === 'stopped' ? ['stopped: the same command goes on'] : []),
    `catalogue: ${path}`,
  ].join('\n');
}
