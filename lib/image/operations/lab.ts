import { roundHalfEven } from './round-half-even';

// Linear RGB <-> CIE L*a*b* (D65), 8 bits each, as OpenCV's COLOR_LRGB2Lab and COLOR_Lab2LRGB: the fixed-point
// numbers of its RGB2Lab_b and Lab2RGBinteger (imgproc/src/color_lab.cpp), whose tables are made in float32.

const round = Math.fround;
type Nine = readonly [number, number, number, number, number, number, number, number, number];

/** Bits after the point: of the matrices, of a linear value, of f(t), of what Lab becomes on the way back. */
const [MATRIX_BITS, LINEAR_BITS, ROOT_BITS, BASE_BITS] = [12, 3, 15, 14];
const BASE = 2 ** BASE_BITS;
const WHITE = { x: 0.950456, z: 1.088754 };
const fixed = (value: number): number => roundHalfEven(value * 2 ** MATRIX_BITS);

/** sRGB primaries -> XYZ divided by the D65 white, rows X, Y, Z. */
const TO_XYZ: Nine = [
  fixed(0.412453 / WHITE.x),
  fixed(0.35758 / WHITE.x),
  fixed(0.180423 / WHITE.x),
  fixed(0.212671),
  fixed(0.71516),
  fixed(0.072169),
  fixed(0.019334 / WHITE.z),
  fixed(0.119193 / WHITE.z),
  fixed(0.950227 / WHITE.z),
];
const TO_RGB: Nine = [
  fixed(3.240479 * WHITE.x),
  fixed(-1.53715),
  fixed(-0.498535 * WHITE.z),
  fixed(-0.969256 * WHITE.x),
  fixed(1.875991),
  fixed(0.041556 * WHITE.z),
  fixed(0.055648 * WHITE.x),
  fixed(-0.204043),
  fixed(1.057311 * WHITE.z),
];

/**
 * OpenCV's `f32_cbrt`, which is not always the nearest float32: K. Turkowski's quartic rational polynomial ("Computing
 * the Cube Root", Apple, 1998) in 0.125..1, cut off at 24 bits.
 */
function cubeRoot(value: number): number {
  let [x, scale] = [value, 1];
  for (; x >= 1; x /= 8) scale *= 2;
  for (; x < 0.125; x *= 8) scale /= 2;
  const above =
    (((45.2548339756803 * x + 192.2798368355061) * x + 119.16548242855816) * x + 13.432501390862399) * x +
    0.16361612265857542;
  const below =
    (((14.808840932191346 * x + 151.97140510444356) * x + 168.52544141015682) * x + 33.99059413502156) * x +
    1;
  return (Math.floor((above / below) * 2 ** 24) / 2 ** 24) * scale;
}

/** f(t) for t of 0..1.5 in steps of 1 / (255 * 8). */
const ROOTS = Uint16Array.from({ length: ((256 * 3) / 2) << LINEAR_BITS }, (_, i) => {
  const t = round(round(1 / (255 << LINEAR_BITS)) * i);
  const root = t < round(216 / 24389) ? round(t * round(841 / 108) + round(16 / 116)) : cubeRoot(t);
  return roundHalfEven(round(2 ** ROOT_BITS * root));
});
const L_SCALE = Math.floor((116 * 255 + 50) / 100);
const L_SHIFT = -Math.floor((16 * 255 * 2 ** ROOT_BITS + 50) / 100);

/** Y, and f(Y), for each L; of {@link BASE}. */
const LUMINANCE = new Int32Array(256);
const ROOT_OF_LUMINANCE = new Int32Array(256);
for (let l = 0; l < 256; l++) {
  if (l <= 20) {
    LUMINANCE[l] = roundHalfEven(round((l * BASE * 20 * 9) / (17 * 29 ** 3)));
    const root = round(round(16 / 116) + round((l * 5) / (3 * 17 * 29)));
    ROOT_OF_LUMINANCE[l] = roundHalfEven(round(BASE * root));
  } else {
    const root = round(round((l * 100 * BASE) / (255 * 116)) + round((16 * BASE) / 116));
    ROOT_OF_LUMINANCE[l] = roundHalfEven(root);
    LUMINANCE[l] = roundHalfEven(round(round(round(root * root) * root) / BASE ** 2));
  }
}

/** X or Z by its f, from `LOWEST_ROOT` on; whole numbers are divided as in C. */
const LOWEST_ROOT = -8145;
const CUBES = Int32Array.from({ length: (BASE * 9) / 4 }, (_, at) => {
  const root = at + LOWEST_ROOT;
  if (root > 3390) return Math.trunc((Math.trunc((root * root) / BASE) * root) / BASE);
  return Math.trunc((root * 108) / 841) - Math.trunc((Math.trunc((BASE * 16) / 116) * 108) / 841);
});

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
  const [xr, xg, xb, yr, yg, yb, zr, zg, zb] = TO_XYZ;
  for (let i = 0, p = 0; p < pixels; i += 3, p++) {
    const r = (rgb[i] ?? 0) << LINEAR_BITS;
    const g = (rgb[i + 1] ?? 0) << LINEAR_BITS;
    const b = (rgb[i + 2] ?? 0) << LINEAR_BITS;
    const fx = ROOTS[descale(xr * r + xg * g + xb * b, MATRIX_BITS)] ?? 0;
    const fy = ROOTS[descale(yr * r + yg * g + yb * b, MATRIX_BITS)] ?? 0;
    const fz = ROOTS[descale(zr * r + zg * g + zb * b, MATRIX_BITS)] ?? 0;
    lightness[p] = descale(L_SCALE * fy + L_SHIFT, ROOT_BITS);
    colour[2 * p] = descale(500 * (fx - fy) + (128 << ROOT_BITS), ROOT_BITS);
    colour[2 * p + 1] = descale(200 * (fy - fz) + (128 << ROOT_BITS), ROOT_BITS);
  }
  return { lightness: new Uint8Array(lightness.buffer), colour: new Uint8Array(colour.buffer) };
}

/** The way back from `rgbToLab`; the last step cuts off, as in OpenCV. */
export function labToRgb(lightness: Uint8Array, colour: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(lightness.length * 3);
  const [rx, ry, rz, gx, gy, gz, bx, by, bz] = TO_RGB;
  const offsetA = Math.trunc((128 * BASE) / 500);
  const offsetB = Math.trunc((128 * BASE) / 200) - 1;
  const bits = MATRIX_BITS + BASE_BITS - 12;
  // of 4095 -> of 255
  const toByte = (sum: number) => (Math.max(0, Math.min(4095, descale(sum, bits))) * 255) >> 12;
  for (let p = 0, i = 0; p < lightness.length; p++, i += 3) {
    const l = lightness[p] ?? 0;
    const root = ROOT_OF_LUMINANCE[l] ?? 0;
    const a = ((5 * (colour[2 * p] ?? 0) * 53687 + 128) >> 13) - offsetA;
    const b = (((colour[2 * p + 1] ?? 0) * 41943 + 16) >> 9) - offsetB;
    const x = CUBES[root + a - LOWEST_ROOT] ?? 0;
    const y = LUMINANCE[l] ?? 0;
    const z = CUBES[root - b - LOWEST_ROOT] ?? 0;
    rgb[i] = toByte(rx * x + ry * y + rz * z);
    rgb[i + 1] = toByte(gx * x + gy * y + gz * z);
    rgb[i + 2] = toByte(bx * x + by * y + bz * z);
  }
  return rgb;
}
