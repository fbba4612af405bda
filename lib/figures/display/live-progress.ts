import { randomBytes } from 'node:crypto';
import { display, inNotebook, PROGRESS_MIME } from './display';

/** Tells how far a long step is; see {@link liveProgress}. */
export interface LiveProgress {
  /** `done` of `total` units; `note` stands behind, e.g. a loss. */
  update(done: number, total: number, note?: string): void;
  /** Says that the step is over. */
  end(text?: string): void;
}

const PAUSE_MS = 250;

/** Seconds as people say them. */
function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/**
 * A line that overwrites itself under the cell, in JupyterLab, VS Code and the terminal of `npm start`; reports
 * leave it out. Outside of a notebook it writes to stderr.
 *
 * @example
 * const progress = liveProgress('features');
 * for (let index = 0; index < photos.length; index++) { await work(photos[index]); progress.update(index + 1, photos.length); }
 * progress.end();
 */
export function liveProgress(label: string): LiveProgress {
  const id = randomBytes(8).toString('hex');
  const started = Date.now();
  let last = 0;
  let shown = false;
  const show = (text: string, fraction: number) => {
    last = Date.now();
    if (inNotebook())
      display({ [PROGRESS_MIME]: { text, fraction }, 'text/plain': text }, { id, update: shown });
    else process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
    shown = true;
  };
  return {
    update(done, total, note) {
      if (Date.now() - last < (inNotebook() || process.stderr.isTTY ? PAUSE_MS : 5000)) return;
      const seconds = (Date.now() - started) / 1000;
      const left =
        done > 0 && done < total ? `, ${formatDuration((seconds / done) * (total - done))} left` : '';
      const counts = `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`;
      show(`${label}: ${counts}${left}${note ? `, ${note}` : ''}`, total > 0 ? done / total : 0);
    },
    end(text) {
      const seconds = (Date.now() - started) / 1000;
      show(text ?? `${label}: done in ${formatDuration(seconds)}`, 1);
      if (!inNotebook() && process.stderr.isTTY) process.stderr.write('\n');
    },
  };
}
