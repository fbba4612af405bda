import sharp, { type OverlayOptions } from 'sharp';
import type { RgbImage } from '../../image/index';
import { COLORS } from '../plots/theme';
import { fitText, textPath, textWidth } from './draw-text';

/** A rectangle in fractions (0..1) of the picture's width and height. */
export interface TileBox {
  xmin: number;
  ymin: number;
  xmax: number;
  ymax: number;
}

/** A picture of a grid. */
export interface Tile {
  image: RgbImage;
  /** One line below the picture, cut where it is too long. */
  caption?: string;
  /** Rectangles that are drawn on the picture, e.g. the annotated dogs. */
  boxes?: TileBox[];
}

/** The sheet behind the pictures and its text: dark, so that it suits light and dark pages alike. */
export const SHEET = '#1B1F26';
export const SHEET_TEXT = '#E6E8EB';
const GAP = 8;
const TEXT_SIZE = 14;
const CAPTION_HEIGHT = 22;

/**
 * Composes pictures into one contact sheet: each fitted whole into a square tile, its boxes drawn, its caption
 * below.
 *
 * @param options.columns default: as square as the number of tiles allows, at most 6.
 * @param options.tileSize edge of a tile, px, default 180.
 * @returns RGB, 8 bits, all tiles on one sheet.
 * @throws Error when there is no tile.
 * @example await showImage(await composeGrid(photos.map(({ image, breed }) => ({ image, caption: breed }))), 'a photo per breed');
 */
export async function composeGrid(
  tiles: readonly Tile[],
  options: { columns?: number; tileSize?: number } = {},
): Promise<RgbImage> {
  if (tiles.length === 0) throw new Error('expected at least one picture for the grid, received none');
  const size = options.tileSize ?? 180;
  const columns = Math.min(options.columns ?? Math.min(Math.ceil(Math.sqrt(tiles.length)), 6), tiles.length);
  const caption = tiles.some((tile) => tile.caption) ? CAPTION_HEIGHT : 0;
  const width = GAP + columns * (size + GAP);
  const height = GAP + Math.ceil(tiles.length / columns) * (size + caption + GAP);
  const pictures: OverlayOptions[] = [];
  const marks: string[] = [];
  for (const [i, tile] of tiles.entries()) {
    const left = GAP + (i % columns) * (size + GAP);
    const top = GAP + Math.floor(i / columns) * (size + caption + GAP);
    const fitted = await fitImage(tile.image, size);
    const x = left + Math.floor((size - fitted.width) / 2);
    const y = top + Math.floor((size - fitted.height) / 2);
    const raw = { width: fitted.width, height: fitted.height, channels: 3 as const };
    pictures.push({ input: Buffer.from(fitted.data), raw, left: x, top: y });
    for (const box of tile.boxes ?? []) marks.push(boxOutline(box, x, y, fitted));
    if (tile.caption) {
      const text = fitText(tile.caption, TEXT_SIZE, size);
      const start = left + (size - textWidth(text, TEXT_SIZE)) / 2;
      marks.push(textPath(text, start, top + size + 16, TEXT_SIZE, SHEET_TEXT));
    }
  }
  return drawSheet(width, height, pictures, marks);
}

/** The picture made to fit into a square of `size` px; small pictures grow by whole factors, pixels kept sharp. */
export async function fitImage(image: RgbImage, size: number): Promise<RgbImage> {
  const scale = Math.min(size / image.width, size / image.height);
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const { data } = await sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: scale > 2 ? 'nearest' : 'lanczos3' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width, height };
}

/** A sheet with pictures on it and SVG marks over them, as RGB pixels. */
export async function drawSheet(
  width: number,
  height: number,
  pictures: OverlayOptions[],
  marks: string[],
): Promise<RgbImage> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${marks.join('')}</svg>`;
  const data = await sharp({ create: { width, height, channels: 3, background: SHEET } })
    .composite([...pictures, { input: Buffer.from(svg), left: 0, top: 0 }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { data, width, height };
}

/** A box as a light line with a dark rim, which shows on any picture. */
function boxOutline(box: TileBox, left: number, top: number, image: RgbImage): string {
  const x = left + box.xmin * image.width;
  const y = top + box.ymin * image.height;
  const place = `x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${((box.xmax - box.xmin) * image.width).toFixed(1)}" height="${((box.ymax - box.ymin) * image.height).toFixed(1)}" fill="none"`;
  return `<rect ${place} stroke="#000" stroke-opacity="0.6" stroke-width="4"/><rect ${place} stroke="${COLORS.orange}" stroke-width="2"/>`;
}
