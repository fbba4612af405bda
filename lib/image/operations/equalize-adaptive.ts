import type { RgbImage } from '../types';
import { bytesAt, integersAt, kernels } from '../wasm/kernels';
import { changeLuma } from './luma';

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
  const { clipLimit = 2, tiles = 8 } = options;
  if (!(clipLimit >= 0)) throw new RangeError(`expected a clipLimit of at least 0, received ${clipLimit}`);
  if (!(Number.isInteger(tiles) && tiles >= 1 && tiles <= 256))
    throw new RangeError(`expected 1..256 tiles, received ${tiles}`);
  const { width, height } = image;
  const extended = width % tiles !== 0 || height % tiles !== 0;
  const across = divide(width, tiles, extended);
  const down = divide(height, tiles, extended);
  const [tables, counts] = [256 * tiles * tiles, 2048];
  const padded = (width + 3) & ~3; // columns go 4 at a time
  const [columns, rows] = [across.sources.byteLength, down.sources.byteLength];
  const sizes = [tables, counts, columns, rows, 12 * padded, 12 * height];
  return changeLuma(
    image,
    sizes.reduce((sum, size) => sum + size, 0),
    (luma, newLuma, _pixels, start) => {
      const countsAt = start + tables;
      const columnsAt = countsAt + counts;
      const rowsAt = columnsAt + columns;
      const sharesAcross = rowsAt + rows;
      const sharesDown = sharesAcross + 12 * padded;
      integersAt(columnsAt, across.sources.length).set(across.sources);
      integersAt(rowsAt, down.sources.length).set(down.sources);
      bytesAt(sharesAcross, 12 * padded).set(new Uint8Array(columnPlaces(across, padded)));
      bytesAt(sharesDown, 12 * height).set(new Uint8Array(rowPlaces(down, 256 * tiles)));
      const limit = clipLimit && Math.max(1, Math.floor((clipLimit * across.side * down.side) / 256));
      for (let row = 0, at = start; row < tiles; row++)
        for (let column = 0; column < tiles; column++, at += 256) {
          const [x, y] = [columnsAt + column * across.side * 4, rowsAt + row * down.side * 4];
          kernels().countTile(luma, width, x, across.side, y, down.side, countsAt);
          kernels().tileTable(countsAt, limit, across.side * down.side, at);
        }
      kernels().blendTiles(luma, width, height, start, sharesAcross, padded, sharesDown, newLuma);
    },
  );
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

/** What `blendTiles` takes of the columns: three lists. */
function columnPlaces({ before, behind, share }: Tiling, padded: number): ArrayBuffer {
  const buffer = new ArrayBuffer(12 * padded);
  new Int32Array(buffer, 0, padded).set(before.map((tile) => tile * 256));
  new Int32Array(buffer, 4 * padded, padded).set(behind.map((tile) => tile * 256));
  new Float32Array(buffer, 8 * padded, padded).set(share);
  return buffer;
}

/** What `blendTiles` takes of the rows: three values for each. */
function rowPlaces({ before, behind, share }: Tiling, step: number): ArrayBuffer {
  const buffer = new ArrayBuffer(12 * share.length);
  const [tiles, shares] = [new Int32Array(buffer), new Float32Array(buffer)];
  for (const [at, value] of share.entries()) {
    tiles[3 * at] = (before[at] ?? 0) * step;
    tiles[3 * at + 1] = (behind[at] ?? 0) * step;
    shares[3 * at + 2] = value;
  }
  return buffer;
}
