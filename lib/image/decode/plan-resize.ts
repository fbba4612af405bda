import type { Box } from '../../dataset/index';
import type { Interpolation, ResizeOptions } from '../operations/resize-image';

/** The size that a photo is to get. */
export interface WantedSize {
  /** Wanted width, px. Alone: the height follows. */
  width?: number;
  /** Wanted height, px. Alone: the width follows. */
  height?: number;
  /** `fill` stretches (as Keras does), `cover` cuts off, `inside` keeps the shape within the size. Default `fill`. */
  fit?: 'fill' | 'cover' | 'inside';
  /** Default `bilinear`. */
  interpolation?: Interpolation;
}

/** How much larger than wanted a picture at least is after a first, quick reduction: Pillow's `reducing_gap`. */
const REDUCING_GAP = 2;
/** Photos up to this many pixels are never reduced like that. */
export const EXACT_PIXELS = 1_000_000;

/** How a picture of this size is to be resized, if at all. */
export function planResize(
  fromWidth: number,
  fromHeight: number,
  options: WantedSize,
): ResizeOptions | undefined {
  const { width = Infinity, height = Infinity, interpolation } = options;
  if (width === Infinity && height === Infinity) return undefined;
  const fit = width < Infinity && height < Infinity ? (options.fit ?? 'fill') : 'inside';
  if (fit === 'fill') return { width, height, interpolation };
  const [across, down] = [width / fromWidth, height / fromHeight];
  const scale = fit === 'cover' ? Math.max(across, down) : Math.min(across, down);
  const scaled = {
    width: scale === across ? width : Math.max(1, Math.round(fromWidth * scale)),
    height: scale === down ? height : Math.max(1, Math.round(fromHeight * scale)),
  };
  if (fit === 'inside') return { ...scaled, interpolation };
  const left = Math.floor((scaled.width - width + 1) / 2);
  const top = Math.floor((scaled.height - height + 1) / 2);
  return { ...scaled, interpolation, window: { left, top, width, height } };
}

/** 2, 4, 8 ...: by how much a picture is reduced before it is resized; 1 for not at all. */
export function halvings(width: number, height: number, plan: ResizeOptions | undefined): number {
  if (!plan || plan.interpolation === 'nearest' || width * height <= EXACT_PIXELS) return 1;
  const ratio = Math.min(width / plan.width, height / plan.height) / REDUCING_GAP;
  return ratio >= 2 ? 2 ** Math.floor(Math.log2(ratio)) : 1;
}

/** A box in fractions -> whole pixels, at least one, inside the picture. */
export function cropToPixels(box: Box, width: number, height: number) {
  const { xmin, ymin, xmax, ymax } = box;
  if (!(xmin >= 0 && ymin >= 0 && xmax <= 1 && ymax <= 1 && xmax > xmin && ymax > ymin))
    throw new RangeError(
      `expected a crop in fractions with 0 <= min < max <= 1, received ${JSON.stringify(box)}`,
    );
  const left = Math.min(width - 1, Math.round(xmin * width));
  const top = Math.min(height - 1, Math.round(ymin * height));
  return {
    left,
    top,
    width: Math.max(1, Math.round(xmax * width) - left),
    height: Math.max(1, Math.round(ymax * height) - top),
  };
}
