/** How the learning rate changes over training: a factor of its start value. */
export type ScheduleName = 'constant' | 'cosine' | 'one-cycle';

/**
 * The learning rate at a step.
 *
 * - `constant`: as it is.
 * - `cosine`: falls to 0 along half a cosine (Loshchilov and Hutter 2016, without restarts).
 * - `one-cycle`: rises over the first 15 % from 1/10, then falls as `cosine` does (Smith and Topin 2017).
 *
 * @param start the highest learning rate
 * @param step from 0 to steps - 1; a fraction is allowed
 * @returns the learning rate, never negative
 * @example learningRateAt('cosine', 0.01, 50, 100) // 0.005
 */
export function learningRateAt(schedule: ScheduleName, start: number, step: number, steps: number): number {
  if (schedule === 'constant') return start;
  const part = Math.min(1, Math.max(0, step / Math.max(1, steps)));
  const cosine = (x: number) => (start * (1 + Math.cos(Math.PI * x))) / 2;
  if (schedule === 'cosine') return cosine(part);
  const warm = 0.15;
  return part < warm ? start * (0.1 + (0.9 * part) / warm) : cosine((part - warm) / (1 - warm));
}
