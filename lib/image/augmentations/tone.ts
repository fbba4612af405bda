import { channelHistogram } from '../operations/channel-histogram';
import { lookUp } from '../operations/equalize-histogram';
import type { RgbImage } from '../types';

// Pillow's ImageOps that give each value another one, value for value.

/** `ImageOps.posterize`: keeps the highest `bits` of each value. */
export const posterize = (image: RgbImage, bits: number): RgbImage =>
  withTable(image, (value) => value & (0xff << (8 - bits)));

/** `ImageOps.solarize`: turns values from the threshold on round. */
export const solarize = (image: RgbImage, threshold: number): RgbImage =>
  withTable(image, (value) => (value < threshold ? value : 255 - value));

/** `ImageOps.autocontrast`: spreads each channel over 0..255. */
export const autoContrast = (image: RgbImage): RgbImage =>
  withHistogram(image, (counts) => {
    const low = counts.findIndex((count) => count > 0);
    const high = lastValue(counts);
    if (high <= low) return Uint8Array.from(counts, (_, value) => value);
    const scale = 255 / (high - low);
    const offset = -low * scale;
    return Uint8Array.from(counts, (_, value) =>
      Math.max(0, Math.min(255, Math.trunc(value * scale + offset))),
    );
  });

/** `ImageOps.equalize`, which differs from OpenCV's `equalizeHist` by a level or two. */
export const equalizeChannels = (image: RgbImage): RgbImage =>
  withHistogram(image, (counts) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const last = counts[lastValue(counts)] ?? 0;
    const step = Math.floor((total - last) / 255);
    let sum = step >> 1;
    return Uint8Array.from(counts, (count, value) => {
      const level = step === 0 ? value : Math.floor(sum / step);
      sum += count;
      return Math.min(255, level);
    });
  });

/** The highest value that occurs. */
const lastValue = (counts: Uint32Array): number =>
  255 -
  counts
    .slice()
    .reverse()
    .findIndex((count) => count > 0);

function withTable(image: RgbImage, level: (value: number) => number): RgbImage {
  const table = Uint8Array.from({ length: 256 }, (_, value) => level(value));
  return { ...image, data: image.data.map((value) => table[value] ?? 0) };
}

function withHistogram(image: RgbImage, table: (counts: Uint32Array) => Uint8Array): RgbImage {
  const { red, green, blue } = channelHistogram(image);
  return { ...image, data: lookUp(image.data, table(red), table(green), table(blue)) };
}
