import sharp from 'sharp';
import { elementAt } from '../../base/index';
import type { Box } from '../../dataset/index';
import type { HeatMap } from '../../models/index';

/** Side of the picture that is sent; the browser stretches it over the photo. */
const SIDE = 224;

/** Control points of the inferno colour map (van der Walt and Smith), 0..1 in steps of 1/8. */
const INFERNO: readonly [red: number, green: number, blue: number][] = [
  [0, 0, 4],
  [31, 12, 72],
  [85, 15, 109],
  [136, 34, 106],
  [186, 54, 85],
  [227, 89, 51],
  [249, 140, 10],
  [249, 201, 50],
  [252, 255, 164],
];

/** Inferno's colour at `x` (0..1), each channel 0..255, linear between the control points. */
export function inferno(x: number): [number, number, number] {
  const at = Math.min(Math.max(x, 0), 1) * (INFERNO.length - 1);
  const low = Math.min(Math.floor(at), INFERNO.length - 2);
  const [from, to] = [elementAt(INFERNO, low), elementAt(INFERNO, low + 1)];
  const mix = (c: 0 | 1 | 2) => Math.round(from[c] + (at - low) * (to[c] - from[c]));
  return [mix(0), mix(1), mix(2)];
}

/**
 * A heat map as a transparent PNG (data URL) to lay over the photo: inferno colours, and the colder the clearer.
 *
 * @param map values 0..1, row-major
 * @param part of the photo that the map is of, in fractions of it: outside nothing is drawn
 * @example `<img src="${await heatMapPng(explanation.gradCam, shownPart(model.input, photo))}">`
 */
export async function heatMapPng(map: HeatMap, part: Box): Promise<string> {
  const [left, top] = [Math.round(part.xmin * SIDE), Math.round(part.ymin * SIDE)];
  const width = Math.max(1, Math.round(part.xmax * SIDE) - left);
  const height = Math.max(1, Math.round(part.ymax * SIDE) - top);
  const grey = Uint8Array.from(map.data, (x: number) => Math.round(255 * Math.min(Math.max(x, 0), 1)));
  const smooth = await sharp(grey, {
    raw: { width: map.width, height: map.height, channels: 1 },
  })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .extractChannel(0)
    .raw()
    .toBuffer();
  const rgba = Buffer.alloc(SIDE * SIDE * 4);
  for (const [i, value] of smooth.entries()) {
    const heat = value / 255;
    const pixel = (top + Math.floor(i / width)) * SIDE + left + (i % width);
    rgba.set([...inferno(0.15 + 0.85 * heat), Math.round(255 * Math.min(1, 0.15 + 0.85 * heat))], 4 * pixel);
  }
  const png = await sharp(rgba, { raw: { width: SIDE, height: SIDE, channels: 4 } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
