import { formatCount, formatPercent, SMALL_COUNT } from '../../base/index';
import { boxArea } from '../../dataset/index';
import { quantile } from '../intervals/bootstrap-interval';
import { countOf } from './phrases';

/** A photo with the boxes of its dogs, in fractions of its sides. */
interface Annotated {
  boxes: readonly { xmin: number; ymin: number; xmax: number; ymax: number }[];
}

/** Share of the photo inside each box of these photos, 0..1. @example shareHistogramFigure(boxShares(photos), …) */
export const boxShares = (photos: readonly Annotated[]): number[] =>
  photos.flatMap(({ boxes }) => boxes.map(boxArea));

/** How many dogs a photo shows, and how much of it they fill, by the annotated boxes. */
export function claimDogs(photos: readonly Annotated[]): string {
  const annotated = photos.filter(({ boxes }) => boxes.length > 0);
  if (annotated.length === 0)
    return `None of the ${countOf(photos.length, 'photo')} has an annotated box, so nothing is known of how large the dogs are.`;
  const several = annotated.filter(({ boxes }) => boxes.length > 1).length;
  const shares = boxShares(annotated).sort((a, b) => a - b);
  const half = formatPercent(quantile(shares, 0.5), 0);
  const tenth = formatPercent(quantile(shares, 0.1), 0);
  const missing =
    annotated.length < photos.length
      ? ` Boxes are known of ${formatCount(annotated.length)} of ${formatCount(photos.length)} photos.`
      : '';
  const inPercent = annotated.length < SMALL_COUNT ? '' : ` (${formatPercent(several / annotated.length)})`;
  const more =
    several === 0
      ? `No photo shows more than one annotated dog.`
      : `${formatCount(several)} of ${formatCount(annotated.length)} photos${inPercent} show more than one annotated dog.`;
  return `${more} A box covers ${half} of its photo at the median; one box in ten covers no more than ${tenth}, of which little is left after resizing.${missing}`;
}

/** What a sheet of photos shows: framed dogs, or none where nothing is annotated. */
export function describeFrames(photos: readonly Annotated[]): string {
  const framed = photos.filter(({ boxes }) => boxes.length > 0).length;
  if (framed === 0) return 'no dog is framed, as none is annotated';
  if (framed === photos.length) return 'with the annotated dogs framed';
  return `with the annotated dogs framed in ${formatCount(framed)} of ${formatCount(photos.length)}`;
}
