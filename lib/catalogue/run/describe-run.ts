import type { IndexProgress } from './index-collection';
import { DECISION_WORDS, type RunSummary } from './summary';

const TERMINAL_MS = 200;
const LOG_MS = 10_000;

/** Shows a run's progress on stderr: over one line in a terminal, elsewhere now and then. */
export function showProgress(): (progress: IndexProgress) => void {
  const terminal = process.stderr.isTTY;
  let shownAt = 0;
  let first: { at: number; done: number } | null = null;
  return ({ step, done, total, folder = '' }) => {
    const now = Date.now();
    if (step === 'classify') first ??= { at: now, done };
    const finished = step === 'classify' && done === total;
    if (!finished && now - shownAt < (terminal ? TERMINAL_MS : LOG_MS)) return;
    shownAt = now;
    const text =
      step === 'scan'
        ? `looking: ${count(done)} photos, ${folder}`
        : `${count(done)} of ${count(total ?? 0)} photos${pace(first, now, done, total ?? 0)}`;
    process.stderr.write(terminal ? `\r\x1b[K${text.slice(0, 100)}${finished ? '\n' : ''}` : `${text}\n`);
  };
}

function pace(first: { at: number; done: number } | null, now: number, done: number, total: number): string {
  if (!first || done <= first.done || now - first.at < 1000) return '';
  const perSecond = (1000 * (done - first.done)) / (now - first.at);
  return `, ${perSecond.toFixed(1)} photos/s, ${duration((total - done) / perSecond)} left`;
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
