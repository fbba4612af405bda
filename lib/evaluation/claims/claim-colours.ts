import { formatPercent } from '../../base/index';

/** Above this Pearson correlation, one channel tells most of what the next one does. */
const STRONG = 0.8;
/** Above this share of pixels at one end, photos are visibly cut off there. */
const CUT_OFF = 0.05;

/**
 * How the levels of photos are spread: whether the ends are heaped up, and whether the channels say the same.
 *
 * @param histogram counts of the 256 levels of each channel
 * @param correlation least Pearson correlation of two channels, -1..1
 * @param name what was looked at, e.g. `200 photos`
 */
export function claimColours(
  histogram: Readonly<Record<'red' | 'green' | 'blue', ArrayLike<number>>>,
  correlation: number,
  name = 'the photos',
): string {
  const channels = [histogram.red, histogram.green, histogram.blue].map((counts) => Array.from(counts));
  const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
  const total = channels.reduce((all, counts) => all + sum(counts), 0);
  if (!(total > 0)) return 'There are no pixels to count.';
  const dark = channels.reduce((all, counts) => all + sum(counts.slice(0, 5)), 0) / total;
  const light = channels.reduce((all, counts) => all + sum(counts.slice(251)), 0) / total;
  const heaped = [dark > CUT_OFF ? 'dark' : '', light > CUT_OFF ? 'light' : ''].filter(Boolean);
  const ends = `In ${name}, ${formatPercent(dark)} of the values lie within five levels of black and ${formatPercent(light)} within five of white`;
  const said =
    heaped.length > 0
      ? `the ${heaped.join(' and the ')} ${heaped.length > 1 ? 'ends are' : 'end is'} heaped up`
      : 'neither end is heaped up';
  const together = !Number.isFinite(correlation)
    ? 'The channels do not vary, so nothing can be said of how they go together.'
    : correlation >= STRONG
      ? `The channels are strongly correlated (${correlation.toFixed(2)} for the two that differ most), which is what whitening removes.`
      : `The two channels that differ most are correlated by ${correlation.toFixed(2)}: colour says something that brightness does not.`;
  return `${ends}: ${said}. ${together}`;
}

/** What whitening does to the correlation of neighbouring pixels. */
export function claimWhitening(before: number, after: number): string {
  if (!Number.isFinite(before) || !Number.isFinite(after))
    return 'The picture does not vary, so whitening has nothing to remove.';
  const values = `Neighbouring pixels are correlated by ${before.toFixed(2)} before and ${after.toFixed(2)} after`;
  return Math.abs(after) < Math.abs(before) / 2
    ? `${values}: what a pixel's neighbour says already is mostly gone.`
    : `${values}: on this picture whitening takes away less than half of it.`;
}

/** Which step changes the spread of the levels most, and which the correlation of neighbours. */
export function claimEffects(
  name: string,
  effects: readonly { step: string; deviation: number; correlation: number }[],
): string {
  const [plain, ...steps] = effects;
  if (!plain || steps.length === 0) return 'No step was measured.';
  const farthest = (of: 'deviation' | 'correlation') =>
    steps.reduce((far, step) =>
      Math.abs(step[of] - plain[of]) > Math.abs(far[of] - plain[of]) ? step : far,
    );
  const [spread, smooth] = [farthest('deviation'), farthest('correlation')];
  const spreads = `changes the spread of the levels most, from a deviation of ${plain.deviation.toFixed(1)} to ${spread.deviation.toFixed(1)}`;
  const correlates = `the correlation of neighbouring pixels, from ${plain.correlation.toFixed(2)} to ${smooth.correlation.toFixed(2)}`;
  return spread === smooth
    ? `On ${name}, "${spread.step}" ${spreads}, and also ${correlates}.`
    : `On ${name}, "${spread.step}" ${spreads}; "${smooth.step}" changes most ${correlates}.`;
}

/** Which step of preprocessing takes longest, and how much. */
export function claimSteps(steps: readonly { step: string; milliseconds: number }[]): string {
  const sorted = steps
    .filter(({ milliseconds }) => Number.isFinite(milliseconds))
    .sort((a, b) => b.milliseconds - a.milliseconds);
  const [slowest, next] = sorted;
  if (!slowest || !next) return 'Fewer than two steps were timed, so there is nothing to compare.';
  const ratio = slowest.milliseconds / next.milliseconds;
  return ratio < 1.2
    ? `${slowest.step} and ${next.step} take about as long, more than the others.`
    : `${slowest.step} takes longest, ${ratio.toFixed(1)} times as long as ${next.step}, the next.`;
}
