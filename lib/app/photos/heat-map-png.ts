import sharp from 'sharp';
import type { HeatMap } from '../../models/index';

/** Side of the picture that is sent; the browser stretches it over the photo. */
const SIDE = 224;

/** Control points of the inferno colour map (van der Walt and Smith), 0..1 in steps of 1/8. */
const INFERNO = [
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
  const mix = (c: number) =>
    Math.round(INFERNO[low][c] + (at - low) * (INFERNO[low + 1][c] - INFERNO[low][c]));
  return [mix(0), mix(1), mix(2)];
}

/**
 * A heat map as a transparent PNG (data URL) to lay over the photo: inferno colours, and the colder the clearer.
 *
 * @param map values 0..1, row-major.
 * @example `<img src="${await heatMapPng(explanation.gradCam)}">`
 */
export async function heatMapPng(map: HeatMap): Promise<string> {
  const grey = Uint8Array.from(map.data, (x: number) => Math.round(255 * Math.min(Math.max(x, 0), 1)));
  const smooth = await sharp(grey, {
    raw: { width: map.width, height: map.height, channels: 1 },
  })
    .resize(SIDE, SIDE, { fit: 'fill', kernel: 'cubic' })
    .extractChannel(0)
    .raw()
    .toBuffer();
  const rgba = Buffer.alloc(SIDE * SIDE * 4);
  for (let i = 0; i < smooth.length; i++) {
    const heat = smooth[i] / 255;
    rgba.set([...inferno(0.15 + 0.85 * heat), Math.round(255 * Math.min(1, 0.15 + 0.85 * heat))], 4 * i);
  }
  const png = await sharp(rgba, { raw: { width: SIDE, height: SIDE, channels: 4 } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
