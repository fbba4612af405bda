import { checkImage } from '../check-image';
import type { RgbImage } from '../types';
import { rgbToYCrCb, yCrCbToRgb } from './luma';
import { roundPixel } from './round-half-even';

/** Options of `equalizeAdaptive`. */
export interface AdaptiveOptions {
  /** No value counts more often than this many times the mean; 0 for no limit. Default 2. */
  clipLimit?: number;
  /** Tiles across and down. Default 8. */
  tiles?: number;
}

/**
 * CLAHE, contrast limited adaptive histogram equalization: spreads the luma of each part of a picture for itself,
 * not beyond a limit, and blends between the parts. OpenCV's `createCLAHE(clipLimit, (tiles, tiles)).apply` on Y of
 * YCrCb, value for value (K. Zuiderveld, Graphics Gems IV, 1994).
 *
 * @returns a new picture of the same size
 * @throws RangeError for a clip limit below 0 or fewer than one tile
 * @throws Error when the pixels are not as many as the size says
 * @example const clearer = equalizeAdaptive(await decodeImage('dim.jpg'), { clipLimit: 2 });
 */
export function equalizeAdaptive(image: RgbImage, options: AdaptiveOptions = {}): RgbImage {
  checkImage(image);
  const { clipLimit = 2, tiles = 8 } = options;
  if (!(clipLimit >= 0)) throw new RangeError(`expected a clipLimit of at least 0, received ${clipLimit}`);
  if (!(Number.isInteger(tiles) && tiles >= 1 && tiles <= 256))
    throw new RangeError(`expected 1..256 tiles, received ${tiles}`);
  const { width, height } = image;
  const planes = rgbToYCrCb(image.data);
  const luma = equalizePlane(planes.luma, width, height, clipLimit, tiles);
  return { data: yCrCbToRgb({ ...planes, luma }), width, height };
}

/** A side of a picture divided in tiles; beyond the picture its pixels are mirrored. */
interface Tiling {
  /** px */
  side: number;
  /** Pixel of the picture by place in the tiles. */
  sources: Int32Array;
  /** For each pixel: the tile before it, the one behind it, and how far it is from the first's middle, 0..1. */
  before: Int32Array;
  behind: Int32Array;
  share: Float32Array;
}

function divide(size: number, tiles: number, extended: boolean): Tiling {
  const side = (extended ? size + tiles - (size % tiles) : size) / tiles;
  const sources = Int32Array.from({ length: side * tiles }, (_, at) => mirror(at, size));
  const inverse = Math.fround(1 / side);
  const [before, behind, share] = [new Int32Array(size), new Int32Array(size), new Float32Array(size)];
  for (let at = 0; at < size; at++) {
    const place = Math.fround(Math.fround(at * inverse) - 0.5);
    const tile = Math.floor(place);
    before[at] = Math.max(tile, 0);
    behind[at] = Math.min(tile + 1, tiles - 1);
    share[at] = place - tile;
  }
  return { side, sources, before, behind, share };
}

const mirror = (at: number, size: number): number => {
  if (size === 1) return 0;
  const within = at % (2 * (size - 1));
  return within < size ? within : 2 * (size - 1) - within;
};

function equalizePlane(
  plane: Uint8Array,
  width: number,
  height: number,
  clipLimit: number,
  tiles: number,
): Uint8Array {
  const extended = width % tiles !== 0 || height % tiles !== 0;
  const across = divide(width, tiles, extended);
  const down = divide(height, tiles, extended);
  const tables = new Uint8Array(tiles * tiles * 256);
  for (let row = 0, at = 0; row < tiles; row++)
    for (let column = 0; column < tiles; column++, at += 256) {
      const counts = new Int32Array(256);
      for (const y of down.sources.subarray(row * down.side, (row + 1) * down.side))
        for (const x of across.sources.subarray(column * across.side, (column + 1) * across.side)) {
          const value = plane[y * width + x] ?? 0;
          counts[value] = (counts[value] ?? 0) + 1;
        }
      const pixels = across.side * down.side;
      if (clipLimit > 0) clip(counts, Math.max(1, Math.floor((clipLimit * pixels) / 256)));
      const scale = Math.fround(255 / pixels);
      let sum = 0;
      for (const [value, count] of counts.entries()) {
        sum += count;
        tables[at + value] = Math.min(255, roundPixel(Math.fround(sum * scale)));
      }
    }
  return blend(plane, width, height, tables, tiles, across, down);
}

/** Cuts counts at the limit and spreads what was cut off over all values. */
function clip(counts: Int32Array, limit: number): void {
  let clipped = 0;
  for (const [value, count] of counts.entries())
    if (count > limit) {
      clipped += count - limit;
      counts[value] = limit;
    }
  const each = Math.floor(clipped / 256);
  let rest = clipped - each * 256;
  for (const [value, count] of counts.entries()) counts[value] = count + each;
  const step = Math.max(Math.floor(256 / rest), 1);
  for (let value = 0; value < 256 && rest > 0; value += step, rest--)
    counts[value] = (counts[value] ?? 0) + 1;
}

/** Each pixel: the bilinear mean of what the four nearest tiles make of its value, in float32. */
function blend(
  plane: Uint8Array,
  width: number,
  height: number,
  tables: Uint8Array,
  tiles: number,
  across: Tiling,
  down: Tiling,
): Uint8Array {
  const result = new Uint8Array(plane.length);
  const f = Math.fround;
  for (let y = 0, at = 0; y < height; y++) {
    const lower = down.share[y] ?? 0;
    const upper = f(1 - lower);
    const rowBefore = (down.before[y] ?? 0) * tiles;
    const rowBehind = (down.behind[y] ?? 0) * tiles;
    for (let x = 0; x < width; x++, at++) {
      const value = plane[at] ?? 0;
      const right = across.share[x] ?? 0;
      const left = f(1 - right);
      const before = (across.before[x] ?? 0) * 256 + value;
      const behind = (across.behind[x] ?? 0) * 256 + value;
      const above = rowBefore * 256;
      const below = rowBehind * 256;
      const top = f(f((tables[above + before] ?? 0) * left) + f((tables[above + behind] ?? 0) * right));
      const bottom = f(f((tables[below + before] ?? 0) * left) + f((tables[below + behind] ?? 0) * right));
      result[at] = Math.min(255, roundPixel(f(f(top * upper) + f(bottom * lower))));
    }
  }
  return result;
}
