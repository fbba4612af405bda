import { elementAt } from '../numbers/element-at';

/** How far a long job is. */
export interface Progress {
  done: number;
  total: number;
  imagesPerSecond: number;
  /** Estimate of the time left, seconds; 0 at the end. */
  secondsLeft: number;
}

export type OnProgress = (progress: Progress) => void;

/**
 * Measures a job's rate over its last ten seconds, so that the time left follows a rate that changes.
 *
 * @param total how many there are to do
 * @returns a function that takes how many are done by now
 * @example
 * const report = measureProgress(8121, (p) => console.log(formatProgress(p)));
 * report(16);
 */
export function measureProgress(total: number, onProgress?: OnProgress): (done: number) => void {
  const windowMs = 10_000;
  const points: { at: number; done: number }[] = [{ at: performance.now(), done: 0 }];
  return (done) => {
    const at = performance.now();
    points.push({ at, done });
    while (points.length > 2 && elementAt(points, 1).at < at - windowMs) points.shift();
    const oldest = elementAt(points, 0);
    const seconds = (at - oldest.at) / 1000;
    const imagesPerSecond = seconds > 0 ? (done - oldest.done) / seconds : 0;
    const secondsLeft = done >= total ? 0 : imagesPerSecond > 0 ? (total - done) / imagesPerSecond : Infinity;
    onProgress?.({ done, total, imagesPerSecond, secondsLeft });
  };
}

/**
 * Progress as a line.
 *
 * @example formatProgress({ done: 160, total: 8121, imagesPerSecond: 38.2, secondsLeft: 208 })
 * // '160 / 8121 photos, 38.2 images/s, 3 min 28 s left'
 */
export function formatProgress({ done, total, imagesPerSecond, secondsLeft }: Progress): string {
  const seconds = Math.round(secondsLeft);
  const left = !Number.isFinite(secondsLeft)
    ? 'time left unknown'
    : seconds < 60
      ? `${seconds} s left`
      : `${Math.floor(seconds / 60)} min ${seconds % 60} s left`;
  return `${done} / ${total} photos, ${imagesPerSecond.toFixed(1)} images/s, ${left}`;
}
