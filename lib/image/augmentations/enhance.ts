import { pillowLumaAt } from '../operations/photo-signs';
import type { RgbImage } from '../types';

// Pillow's ImageEnhance and the hue of its HSV, value for value: libImaging's Blend.c, Convert.c, Filter.c.

const f = Math.fround;

/**
 * `Image.blend(other, image, factor)` at one byte, of float32 and cut off to 0..255; beyond 0..1 it goes on in the same
 * direction. `alpha` is the factor as float32.
 */
function blendByte(from: number, value: number, alpha: number): number {
  const blended = f(from + f(alpha * (value - from)));
  return blended <= 0 ? 0 : blended >= 255 ? 255 : blended | 0;
}

/** Every byte blended with one and the same value. */
function blendWithOne(image: RgbImage, from: number, factor: number): RgbImage {
  if (factor === 1) return image;
  const alpha = f(factor);
  const blended = new Uint8Array(256);
  for (let value = 0; value < 256; value++) blended[value] = blendByte(from, value, alpha);
  const source = image.data;
  const data = new Uint8Array(source.length);
  for (let i = 0; i < data.length; i++) data[i] = blended[source[i] as number] as number;
  return { data, width: image.width, height: image.height };
}

/** Every byte blended with its own of another picture. */
function blendWith(image: RgbImage, other: Uint8Array, factor: number): RgbImage {
  if (factor === 1) return image;
  const alpha = f(factor);
  const data = new Uint8Array(image.data.length);
  for (let i = 0; i < data.length; i++) data[i] = blendByte(other[i] ?? 0, image.data[i] ?? 0, alpha);
  return { ...image, data };
}

/** `ImageEnhance.Brightness`: 0 is black, 1 the picture itself. */
export const adjustBrightness = (image: RgbImage, factor: number): RgbImage => blendWithOne(image, 0, factor);

/** `ImageEnhance.Contrast`: 0 is the mean grey. */
export function adjustContrast(image: RgbImage, factor: number): RgbImage {
  let sum = 0;
  for (let i = 0; i < image.data.length; i += 3) sum += pillowLumaAt(image.data, i);
  const mean = Math.floor((sum * 3) / image.data.length + 0.5);
  return blendWithOne(image, mean, factor);
}

/** `ImageEnhance.Color`: 0 is grey. */
export function adjustSaturation(image: RgbImage, factor: number): RgbImage {
  if (factor === 1) return image;
  const alpha = f(factor);
  const source = image.data;
  const data = new Uint8Array(source.length);
  for (let i = 0; i < data.length; i += 3) {
    const grey = pillowLumaAt(source, i);
    data[i] = blendByte(grey, source[i] as number, alpha);
    data[i + 1] = blendByte(grey, source[i + 1] as number, alpha);
    data[i + 2] = blendByte(grey, source[i + 2] as number, alpha);
  }
  return { data, width: image.width, height: image.height };
}

/** `ImageEnhance.Sharpness`: 0 is blurred (ImageFilter.SMOOTH), 2 sharpened. */
export function adjustSharpness(image: RgbImage, factor: number): RgbImage {
  const { data, width, height } = image;
  const smooth = data.slice();
  const stride = width * 3;
  const [side, middle] = [f(1 / 13), f(5 / 13)];
  for (let y = 1; y < height - 1; y++)
    for (let i = y * stride + 3; i < (y + 1) * stride - 3; i++) {
      const row = (at: number, centre: number) =>
        f(f(f((data[at - 3] ?? 0) * side) + f((data[at] ?? 0) * centre)) + f((data[at + 3] ?? 0) * side));
      const sum = f(f(f(0.5 + row(i + stride, side)) + row(i, middle)) + row(i - stride, side));
      smooth[i] = Math.min(255, Math.floor(sum));
    }
  return blendWith(image, smooth, factor);
}

/** torchvision's `adjust_hue` of a Pillow picture: hue in 256 steps goes round by `factor` of a turn, -0.5..0.5. */
export function adjustHue(image: RgbImage, factor: number): RgbImage {
  const shift = Math.trunc(factor * 255) & 255;
  const data = new Uint8Array(image.data.length);
  for (let i = 0; i < data.length; i += 3)
    turnHue(image.data[i] ?? 0, image.data[i + 1] ?? 0, image.data[i + 2] ?? 0, shift, data, i);
  return { ...image, data };
}

/** One pixel to HSV, 8 bits each, and back. */
function turnHue(r: number, g: number, b: number, shift: number, target: Uint8Array, at: number): void {
  const most = r > g ? (r > b ? r : b) : g > b ? g : b;
  const least = r < g ? (r < b ? r : b) : g < b ? g : b;
  const spread = most - least;
  const saturation = most === 0 ? 0 : (f(spread / most) * 255) | 0;
  if (saturation === 0) {
    write(target, at, most, most, most);
    return;
  }
  const [rc, gc, bc] = [f((most - r) / spread), f((most - g) / spread), f((most - b) / spread)];
  const sixth = r === most ? f(bc - gc) : g === most ? f(2 + rc - bc) : f(4 + gc - rc);
  const turn = sixth / 6 + 1; // 5/6 to 11/6
  const hue = (f(turn >= 1 ? turn - 1 : turn) * 255) | 0;
  const six = ((hue + shift) & 255) * 6;
  const sector = (six / 255) | 0;
  const rest = f(f(six / 255) - sector);
  const part = f(saturation / 255);
  const p = roundAway(most * (1 - part));
  const q = roundAway(most * (1 - f(part * rest)));
  const t = roundAway(most * (1 - part * (1 - rest)));
  if (sector === 1) write(target, at, q, most, p);
  else if (sector === 2) write(target, at, p, most, t);
  else if (sector === 3) write(target, at, p, q, most);
  else if (sector === 4) write(target, at, t, p, most);
  else if (sector === 5) write(target, at, most, p, q);
  else write(target, at, most, t, p); // 0, and 6: the full turn
}

function write(target: Uint8Array, at: number, r: number, g: number, b: number): void {
  target[at] = r;
  target[at + 1] = g;
  target[at + 2] = b;
}

const roundAway = (value: number): number => Math.floor(value + 0.5);
