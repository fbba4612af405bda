import type { RgbImage } from '../types';

// Pillow's ImageEnhance and the hue of its HSV, value for value: libImaging's Blend.c, Convert.c, Filter.c.

const f = Math.fround;

/** `Image.blend(other, image, factor)`, of float32 and cut off; beyond 0..1 it goes on in the same direction. */
function blend(image: RgbImage, other: (index: number) => number, factor: number): RgbImage {
  if (factor === 1) return image;
  const alpha = f(factor);
  const data = new Uint8ClampedArray(image.data.length);
  for (let i = 0; i < data.length; i++) {
    const from = other(i);
    // the array rounds: Math.floor cuts off what is positive
    data[i] = Math.floor(f(from + f(alpha * ((image.data[i] ?? 0) - from))));
  }
  return { ...image, data: new Uint8Array(data.buffer) };
}

/** Grey of each pixel: Pillow's mode L, ITU-R 601-2 luma in 16.16 fixed-point. */
function toGrey({ data }: RgbImage): Uint8Array {
  const grey = new Uint8Array(data.length / 3);
  for (let p = 0, i = 0; p < grey.length; p++, i += 3)
    grey[p] =
      ((data[i] ?? 0) * 19595 + (data[i + 1] ?? 0) * 38470 + (data[i + 2] ?? 0) * 7471 + 0x8000) >> 16;
  return grey;
}

/** `ImageEnhance.Brightness`: 0 is black, 1 the picture itself. */
export const adjustBrightness = (image: RgbImage, factor: number): RgbImage => blend(image, () => 0, factor);

/** `ImageEnhance.Contrast`: 0 is the mean grey. */
export function adjustContrast(image: RgbImage, factor: number): RgbImage {
  let sum = 0;
  for (const value of toGrey(image)) sum += value;
  const mean = Math.floor((sum * 3) / image.data.length + 0.5);
  return blend(image, () => mean, factor);
}

/** `ImageEnhance.Color`: 0 is grey. */
export function adjustSaturation(image: RgbImage, factor: number): RgbImage {
  const grey = toGrey(image);
  return blend(image, (i) => grey[(i / 3) | 0] ?? 0, factor);
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
  return blend(image, (i) => smooth[i] ?? 0, factor);
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
  const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
  const spread = most - least;
  let [hue, saturation] = [0, 0];
  if (spread > 0) {
    const [rc, gc, bc] = [f((most - r) / spread), f((most - g) / spread), f((most - b) / spread)];
    const sixth = r === most ? f(bc - gc) : g === most ? f(2 + rc - bc) : f(4 + gc - rc);
    hue = Math.trunc(f((sixth / 6 + 1) % 1) * 255);
    saturation = Math.trunc(f(spread / most) * 255);
  }
  if (saturation === 0) {
    target.fill(most, at, at + 3);
    return;
  }
  const six = ((hue + shift) & 255) * 6;
  const sector = Math.floor(six / 255);
  const rest = f(f(six / 255) - sector);
  const part = f(saturation / 255);
  const p = roundAway(most * (1 - part));
  const q = roundAway(most * (1 - f(part * rest)));
  const t = roundAway(most * (1 - part * (1 - rest)));
  const rgb = [
    [most, t, p],
    [q, most, p],
    [p, most, t],
    [p, q, most],
    [t, p, most],
    [most, p, q],
  ][sector % 6];
  target.set(rgb ?? [], at);
}

const roundAway = (value: number): number => Math.floor(value + 0.5);
