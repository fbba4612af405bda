import { formatCount, formatPart } from '../../base/index';
import { countOf, median } from './phrases';

/**
 * What resizing to a network's size does to photos of these sizes.
 *
 * @param target side that the network wants, px
 */
export function claimSizes(sizes: readonly { width: number; height: number }[], target: number): string {
  if (sizes.length === 0) return 'There are no photos to measure.';
  const sides = sizes.map(({ width, height }) => Math.min(width, height));
  const [least, most] = [sides.reduce((a, b) => Math.min(a, b)), sides.reduce((a, b) => Math.max(a, b))];
  const small = sides.filter((side) => side < target).length;
  const range =
    least === most
      ? `The shorter side of every photo is ${formatCount(most)} px`
      : `The shorter side runs from ${formatCount(least)} to ${formatCount(most)} px, ${formatCount(median(sides))} at the median`;
  const blown =
    small === 0
      ? `none is smaller than the ${target} px of a network's input, so nothing has to be blown up`
      : `${formatPart(small, sides.length)} of the photos ${small === 1 && sides.length < 50 ? 'is' : 'are'} smaller than the ${target} px of a network's input and ${small === 1 && sides.length < 50 ? 'is' : 'are'} blown up`;
  return `${range}; ${blown}. ${claimShape(sizes)}`;
}

/** How far the photos are from square. */
function claimShape(sizes: readonly { width: number; height: number }[]): string {
  const long = sizes.filter(({ width, height }) => Math.max(width, height) > 1.5 * Math.min(width, height));
  if (long.length === 0)
    return 'None is more than half again as long as wide, so stretching to a square bends them little.';
  return `${formatPart(long.length, sizes.length)} of them are more than half again as long as wide: stretching to a square bends those most.`;
}

/** What is not plain RGB among the photos. */
export function claimChannels(photos: readonly { channels: number; file: string }[]): string {
  const odd = photos.filter(({ channels }) => channels !== 3);
  if (photos.length === 0) return 'There are no photos to look at.';
  if (odd.length === 0) return `All ${countOf(photos.length, 'photo')} are plain RGB.`;
  const examples = odd.slice(0, 3).map(({ file, channels }) => `${file}: ${countOf(channels, 'channel')}`);
  const more = odd.length > examples.length ? ', …' : '';
  return `${formatCount(odd.length)} of ${formatCount(photos.length)} photos ${odd.length === 1 ? 'is' : 'are'} not plain RGB (${examples.join(', ')}${more}).`;
}
