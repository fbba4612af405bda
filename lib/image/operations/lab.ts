import { roundHalfEven } from './round-half-even';

// Linear RGB <-> CIE L*a*b* (D65), 8 bits each, as OpenCV's COLOR_LRGB2Lab (in the fixed-point numbers of its
// RGB2Lab_b, because one step of a or b is several of R, G or B) and COLOR_Lab2LRGB.

/** sRGB primaries -> XYZ divided by the D65 white, rows X, Y, Z. */
const TO_XYZ = [
  [0.412453 / 0.950456, 0.35758 / 0.950456, 0.180423 / 0.950456],
  [0.212671, 0.71516, 0.072169],
  [0.019334 / 1.088754, 0.119193 / 1.088754, 0.950227 / 1.088754],
];
const TO_RGB = [
  [3.240479 * 0.950456, -1.53715, -0.498535 * 1.088754],
  [-0.969256 * 0.950456, 1.875991, 0.041556 * 1.088754],
  [0.055648 * 0.950456, -0.204043, 1.057311 * 1.088754],
];
const forward = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (841 / 108) * t + 16 / 116);
const inverse = (f: number): number => (f > 6 / 29 ? f * f * f : (f - 16 / 116) * (108 / 841));

/** Bits after the point: of the matrix, of a linear value, of f(t). */
const [MATRIX_BITS, LINEAR_BITS, ROOT_BITS] = [12, 3, 15];
const TO_XYZ_FIXED = TO_XYZ.map((row) => row.map((value) => roundHalfEven(value * 2 ** MATRIX_BITS)));
/** f(t) for t of 0..1.5 in steps of 1 / (255 * 8). */
const ROOTS = Int32Array.from({ length: ((256 * 3) / 2) << LINEAR_BITS }, (_, i) =>
  roundHalfEven(forward(i / (255 << LINEAR_BITS)) * 2 ** ROOT_BITS),
);
const L_SCALE = Math.floor((116 * 255 + 50) / 100);
const L_SHIFT = -Math.floor((16 * 255 * 2 ** ROOT_BITS + 50) / 100);

const descale = (value: number, bits: number): number => (value + (1 << (bits - 1))) >> bits;

/**
 * Linear RGB, 0..255 -> L (0..255 for 0..100), and a and b in turn (128 is neutral).
 *
 * @param rgb HWC, three channels
 */
export function rgbToLab(rgb: Uint8Array): { lightness: Uint8Array; colour: Uint8Array } {
  const pixels = rgb.length / 3;
  const lightness = new Uint8ClampedArray(pixels);
  const colour = new Uint8ClampedArray(pixels * 2);
  const [x, y, z] = TO_XYZ_FIXED;
  for (let i = 0, p = 0; p < pixels; i += 3, p++) {
    const r = rgb[i] << LINEAR_BITS;
    const g = rgb[i + 1] << LINEAR_BITS;
    const b = rgb[i + 2] << LINEAR_BITS;
    const fx = ROOTS[descale(x[0] * r + x[1] * g + x[2] * b, MATRIX_BITS)];
    const fy = ROOTS[descale(y[0] * r + y[1] * g + y[2] * b, MATRIX_BITS)];
    const fz = ROOTS[descale(z[0] * r + z[1] * g + z[2] * b, MATRIX_BITS)];
    lightness[p] = descale(L_SCALE * fy + L_SHIFT, ROOT_BITS);
    colour[2 * p] = descale(500 * (fx - fy) + (128 << ROOT_BITS), ROOT_BITS);
    colour[2 * p + 1] = descale(200 * (fy - fz) + (128 << ROOT_BITS), ROOT_BITS);
  }
  return { lightness: new Uint8Array(lightness.buffer), colour: new Uint8Array(colour.buffer) };
}

/** The way back from `rgbToLab`. */
export function labToRgb(lightness: Uint8Array, colour: Uint8Array): Uint8Array {
  const rgb = new Uint8ClampedArray(lightness.length * 3);
  for (let p = 0, i = 0; p < lightness.length; p++, i += 3) {
    const fy = (lightness[p] / 2.55 + 16) / 116;
    const x = inverse(fy + (colour[2 * p] - 128) / 500);
    const y = inverse(fy);
    const z = inverse(fy - (colour[2 * p + 1] - 128) / 200);
    for (let c = 0; c < 3; c++) rgb[i + c] = 255 * (TO_RGB[c][0] * x + TO_RGB[c][1] * y + TO_RGB[c][2] * z);
  }
  return new Uint8Array(rgb.buffer);
}
