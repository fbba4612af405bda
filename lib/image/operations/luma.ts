// RGB <-> luma and colour differences, 8 bits each, as OpenCV's COLOR_RGB2YCrCb and COLOR_YCrCb2RGB (RGB2YCrCb_i and
// YCrCb2RGB_i of imgproc/src/color_yuv.simd.hpp: fixed-point numbers with 14 bits after the point).

const HALF = 1 << 13;

/** Planes of `rgbToYCrCb`, one byte for each pixel. */
export interface YCrCb {
  luma: Uint8Array;
  red: Uint8Array;
  blue: Uint8Array;
}

/** @param rgb HWC, three channels */
export function rgbToYCrCb(rgb: Uint8Array): YCrCb {
  const pixels = rgb.length / 3;
  const luma = new Uint8ClampedArray(pixels);
  const red = new Uint8ClampedArray(pixels);
  const blue = new Uint8ClampedArray(pixels);
  for (let i = 0, p = 0; p < pixels; i += 3, p++) {
    const r = rgb[i] ?? 0;
    const g = rgb[i + 1] ?? 0;
    const b = rgb[i + 2] ?? 0;
    const y = (r * 4899 + g * 9617 + b * 1868 + HALF) >> 14;
    luma[p] = y;
    red[p] = ((r - y) * 11682 + (128 << 14) + HALF) >> 14;
    blue[p] = ((b - y) * 9241 + (128 << 14) + HALF) >> 14;
  }
  return {
    luma: new Uint8Array(luma.buffer),
    red: new Uint8Array(red.buffer),
    blue: new Uint8Array(blue.buffer),
  };
}

/** The way back from `rgbToYCrCb`. */
export function yCrCbToRgb({ luma, red, blue }: YCrCb): Uint8Array {
  const rgb = new Uint8ClampedArray(luma.length * 3);
  for (let p = 0, i = 0; p < luma.length; p++, i += 3) {
    const y = luma[p] ?? 0;
    const cr = (red[p] ?? 0) - 128;
    const cb = (blue[p] ?? 0) - 128;
    rgb[i] = y + ((cr * 22987 + HALF) >> 14);
    rgb[i + 1] = y + ((cb * -5636 + cr * -11698 + HALF) >> 14);
    rgb[i + 2] = y + ((cb * 29049 + HALF) >> 14);
  }
  return new Uint8Array(rgb.buffer);
}
