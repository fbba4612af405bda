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
  const [tables, counts] = [256 * tiles * tiles, 1024];
  const [columns, rows] = [across.sources.byteLength, down.sources.byteLength];
  const sizes = [tables, counts, columns, rows, 12 * width, 12 * height];
  return changeLuma(
    image,
    sizes.reduce((sum, size) => sum + size, 0),
    (luma, newLuma, _pixels, start) => {
      const countsAt = start + tables;
      const columnsAt = countsAt + counts;
      const rowsAt = columnsAt + columns;
      const sharesAcross = rowsAt + rows;
      const sharesDown = sharesAcross + 12 * width;
      integersAt(columnsAt, across.sources.length).set(across.sources);
      integersAt(rowsAt, down.sources.length).set(down.sources);
      bytesAt(sharesAcross, 12 * width).set(new Uint8Array(places(across, 256)));
      bytesAt(sharesDown, 12 * height).set(new Uint8Array(places(down, 256 * tiles)));
      const limit = clipLimit && Math.max(1, Math.floor((clipLimit * across.side * down.side) / 256));
      for (let row = 0, at = start; row < tiles; row++)
        for (let column = 0; column < tiles; column++, at += 256) {
          const [x, y] = [columnsAt + column * across.side * 4, rowsAt + row * down.side * 4];
          kernels().countTile(luma, width, x, across.side, y, down.side, countsAt);
          kernels().tileTable(countsAt, limit, across.side * down.side, at);
        }
      kernels().blendTiles(luma, width, height, start, sharesAcross, sharesDown, newLuma);
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

/** What `blendTiles` takes of a side: two places and a share for each pixel. */
function places({ before, behind, share }: Tiling, step: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(12 * share.length));
  for (const [at, value] of share.entries()) {
    view.setInt32(12 * at, (before[at] ?? 0) * step, true);
    view.setInt32(12 * at + 4, (behind[at] ?? 0) * step, true);
    view.setFloat32(12 * at + 8, value, true);
  }
  return view.buffer as ArrayBuffer;
}
