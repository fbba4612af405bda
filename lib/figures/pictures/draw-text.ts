import { readFileSync } from 'node:fs';

/** The parts of opentype.js (which ships no types) that are used here. */
interface Command {
  type: 'M' | 'L' | 'Q' | 'C' | 'Z';
  x?: number;
  y?: number;
  x1?: number;
  y1?: number;
  x2?: number;
  y2?: number;
}
interface Glyph {
  index: number;
  advanceWidth: number;
  /** Accented letters are made of parts, which are looked up in `font`. */
  getPath(x: number, y: number, size: number, options: object, font: Font): { commands: Command[] };
}
interface Font {
  unitsPerEm: number;
  charToGlyph(character: string): Glyph;
  getKerningValue(left: Glyph, right: Glyph): number;
}

let cached: Font | undefined;

function font(): Font {
  if (!cached) {
    const { parse } = require('opentype.js') as { parse(data: ArrayBuffer): Font };
    const file = require.resolve('@fontsource/source-sans-3/files/source-sans-3-latin-400-normal.woff');
    cached = parse(new Uint8Array(readFileSync(file)).buffer);
  }
  return cached;
}

/** Glyphs of a text with their places, in font units; characters that the font lacks become `?`. */
function place(text: string): { glyphs: { glyph: Glyph; at: number }[]; width: number } {
  let at = 0;
  let last: Glyph | undefined;
  const glyphs = [...text].map((character) => {
    const found = font().charToGlyph(character);
    const glyph = found.index === 0 ? font().charToGlyph('?') : found;
    if (last) at += font().getKerningValue(last, glyph);
    const placed = { glyph, at };
    at += glyph.advanceWidth;
    last = glyph;
    return placed;
  });
  return { glyphs, width: at };
}

/**
 * Width of a text, px.
 *
 * @param size font size, px.
 * @example textWidth('beagle', 16) // 43.8
 */
export const textWidth = (text: string, size: number): number =>
  (place(text).width * size) / font().unitsPerEm;

/**
 * The text, cut with an ellipsis where it is wider than `width` px.
 *
 * @example fitText('Chesapeake Bay retriever', 14, 100) // 'Chesapeake Bay…'
 */
export function fitText(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && textWidth(`${characters.join('').trimEnd()}…`, size) > width)
    characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

/**
 * A text as an SVG path (Source Sans 3), so that a picture looks the same on a machine without any font.
 *
 * @param x left edge, px. @param y baseline, px. @param size font size, px.
 * @example `<svg xmlns="http://www.w3.org/2000/svg">${textPath('beagle', 4, 20, 16, '#fff')}</svg>`
 */
export function textPath(text: string, x: number, y: number, size: number, color: string): string {
  const scale = size / font().unitsPerEm;
  const commands = place(text).glyphs.flatMap(
    ({ glyph, at }) => glyph.getPath(x + at * scale, y, size, {}, font()).commands,
  );
  return `<path fill="${color}" d="${commands.map(pathStep).join('')}"/>`;
}

/** One step of a path (opentype.js' own `toPathData` writes NaN for a coordinate a hair beside a whole number). */
function pathStep({ type, x1, y1, x2, y2, x, y }: Command): string {
  const numbers = [x1, y1, x2, y2, x, y].filter((value): value is number => value !== undefined);
  return type + numbers.map((value) => value.toFixed(1)).join(' ');
}
