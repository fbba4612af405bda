import type { OverlayOptions } from 'sharp';
import { elementAt } from '../../base/index';
import type { RgbImage } from '../../image/index';
import { drawSheet, fitImage, SHEET_TEXT } from './compose-grid';
import { textPath } from './draw-text';

const GAP = 12;
const TEXT_SIZE = 16;
const CAPTION_HEIGHT = 26;
const HISTOGRAM_HEIGHT = 90;
const BINS = 64;
const CHANNELS = ['#FF6B5E', '#5BD68C', '#6CB4FF'];

/** A picture of one stage of a preprocessing step. */
export interface Stage {
  name: string;
  image: RgbImage;
}

/**
 * Composes pictures of one photo, e.g. before and after a filter, side by side, each with its name and the
 * histogram of its red, green and blue levels below it.
 *
 * @param stages two or more. @param options.size edge of the square that each picture fits into, px, default 360.
 * @returns RGB, 8 bits, one sheet.
 * @throws Error for fewer than two pictures.
 * @example await showImage(await composeBeforeAfter([{ name: 'before', image }, { name: 'equalized', image: equalizeHistogram(image) }]), 'before and after');
 */
export async function composeBeforeAfter(
  stages: readonly Stage[],
  options: { size?: number } = {},
): Promise<RgbImage> {
  if (stages.length < 2)
    throw new Error(`expected at least two pictures to compare, received ${stages.length}`);
  const size = options.size ?? 360;
  const fitted = await Promise.all(stages.map(({ image }) => fitImage(image, size)));
  const histograms = stages.map(({ image }) => CHANNELS.map((_, channel) => levelShares(image, channel)));
  // One scale for all, so that they compare; the ends are left out, since clipping piles pixels up there.
  const most = Math.max(...histograms.flat().flatMap((shares) => [...shares.slice(1, -1)]), 1 / BINS);
  const pictureHeight = Math.max(...fitted.map(({ height }) => height));
  const pictures: OverlayOptions[] = [];
  const marks: string[] = [];
  for (const [i, fit] of fitted.entries()) {
    const { data, width, height } = fit;
    const left = GAP + i * (size + GAP);
    const at = { left: left + Math.floor((size - width) / 2), top: GAP + CAPTION_HEIGHT };
    pictures.push({ input: Buffer.from(data), raw: { width, height, channels: 3 }, ...at });
    marks.push(textPath(elementAt(stages, i).name, left, GAP + TEXT_SIZE, TEXT_SIZE, SHEET_TEXT));
    const top = GAP + CAPTION_HEIGHT + pictureHeight + GAP;
    marks.push(...histogramPaths(elementAt(histograms, i), most, left, top, size));
  }
  const sheetWidth = GAP + stages.length * (size + GAP);
  return drawSheet(sheetWidth, 3 * GAP + CAPTION_HEIGHT + pictureHeight + HISTOGRAM_HEIGHT, pictures, marks);
}

/** Shares of pixels in 64 bins of 4 levels of one channel. */
function levelShares({ data, width, height }: RgbImage, channel: number): Float64Array {
  const shares = new Float64Array(BINS);
  const step = 1 / (width * height);
  for (let at = channel; at < data.length; at += 3) {
    const bin = (data[at] ?? 0) >> 2;
    shares[bin] = (shares[bin] ?? 0) + step;
  }
  return shares;
}

/** One filled outline a channel; a share of `most` is as high as the panel, what is above is cut. */
function histogramPaths(
  histogram: Float64Array[],
  most: number,
  left: number,
  top: number,
  width: number,
): string[] {
  const bottom = top + HISTOGRAM_HEIGHT;
  const paths = histogram.map((shares, channel) => {
    const points = Array.from(shares, (share, bin) => {
      const y = (bottom - Math.min(share / most, 1) * HISTOGRAM_HEIGHT).toFixed(1);
      return `${(left + (bin / BINS) * width).toFixed(1)},${y} ${(left + ((bin + 1) / BINS) * width).toFixed(1)},${y}`;
    });
    const color = CHANNELS[channel];
    return `<polygon points="${left},${bottom} ${points.join(' ')} ${left + width},${bottom}" fill="${color}" fill-opacity="0.3" stroke="${color}" stroke-width="1.2"/>`;
  });
  const base = `<line x1="${left}" y1="${bottom}" x2="${left + width}" y2="${bottom}" stroke="${SHEET_TEXT}" stroke-opacity="0.5"/>`;
  return [...paths, base];
}
