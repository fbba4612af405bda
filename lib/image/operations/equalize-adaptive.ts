import type { RgbImage } from '../types';
import { integersAt, kernels } from '../wasm/kernels';
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
  const padded = (width + 3) & ~3; // columns go 4 at a time
  const sizes = [
    256 * tiles ** 2,
    1024 * (tiles + 1) ** 2,
    across.sources.byteLength,
    down.sources.byteLength,
    8 * padded,
    8 * height,
  ];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return changeLuma(image, total, (luma, newLuma, _pixels, start) => {
    let end = start;
    const [tables = 0, between = 0, columns = 0, rows = 0, sharesAcross = 0, sharesDown = 0] = sizes.map(
      (size) => {
        end += size;
        return end - size;
      },
    );
    integersAt(columns, across.sources.length).set(across.sources);
    integersAt(rows, down.sources.length).set(down.sources);
    placeShares(across, sharesAcross, { step: 1024, each: 1, shares: padded });
    placeShares(down, sharesDown, { step: 1024 * (tiles + 1), each: 2, shares: 1 });
    const { countTile, tileTable, pairTables, blendTiles } = kernels();
    const pixels = across.side * down.side;
    const limit = clipLimit && Math.max(1, Math.floor((clipLimit * pixels) / 256));
    for (let row = 0, at = tables; row < tiles; row++)
      for (let column = 0; column < tiles; column++, at += 256) {
        const [x, y] = [columns + column * across.side * 4, rows + row * down.side * 4];
        countTile(luma, width, x, across.side, y, down.side);
        tileTable(limit, pixels, at);
      }
    pairTables(tables, tiles, between);
    blendTiles(luma, width, height, between, sharesAcross, padded, sharesDown, newLuma);
  });
}

/** A side of a picture divided in tiles; beyond the picture its pixels are mirrored. */
interface Tiling {
  /** px */
  side: number;
  /** Pixel of the picture by place in the tiles. */
  sources: Int32Array;
  /** For each pixel: how many middles of tiles lie before it, and how far it is from the last of them, 0..1. */
  passed: Int32Array;
  share: Float32Array;
}

function divide(size: number, tiles: number, extended: boolean): Tiling {
  const side = (extended ? size + tiles - (size % tiles) : size) / tiles;
  const sources = new Int32Array(side * tiles);
  for (let at = 0; at < sources.length; at++) sources[at] = mirror(at, size);
  const inverse = Math.fround(1 / side);
  const [passed, share] = [new Int32Array(size), new Float32Array(size)];
  for (let at = 0; at < size; at++) {
    const place = Math.fround(Math.fround(at * inverse) - 0.5);
    const tile = Math.floor(place);
    passed[at] = tile + 1;
    share[at] = place - tile;
  }
  return { side, sources, passed, share };
}

const mirror = (at: number, size: number): number => {
  if (size === 1) return 0;
  const within = at % (2 * (size - 1));
  return within < size ? within : 2 * (size - 1) - within;
};

/** What `blendTiles` takes: places times `step` and shares, `each` values apart, the shares so many behind the places. */
function placeShares(
  { passed, share }: Tiling,
  at: number,
  { step, each, shares }: { step: number; each: number; shares: number },
): void {
  const places = integersAt(at, shares + each * share.length);
  const values = new Float32Array(places.buffer, at + 4 * shares);
  places.fill(0); // columns beyond the last lie somewhere, too
  for (let i = 0; i < share.length; i++) {
    places[each * i] = (passed[i] ?? 0) * step;
    values[each * i] = share[i] ?? 0;
  }
}
