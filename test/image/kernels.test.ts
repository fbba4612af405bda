import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, type Random } from '../../lib/base/index';
import {
  channelHistogram,
  equalizeAdaptive,
  equalizeHistogram,
  equalizeLuma,
  lookUpFloats,
  type RgbImage,
  resizeImage,
} from '../../lib/image/index';

/**
 * What the kernels compute 4, 8 or 16 pixels at a time, one value after the other, on pictures of all small sizes: edges,
 * rests and rows behind one another are where such loops go wrong. The goldens of OpenCV and Pillow are in verbs and
 * resize.
 */

const { fround } = Math;

/** Of few values or of all, so that counts are high and low. */
function randomPicture(random: Random, width: number, height: number): RgbImage {
  const values = 1 + random.integer(random.integer(2) ? 256 : 3);
  const lowest = random.integer(257 - values);
  const data = Uint8Array.from({ length: width * height * 3 }, () => lowest + random.integer(values));
  return { data, width, height };
}

function roundEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}

const toByte = (value: number): number => Math.min(255, Math.max(0, value));

function plainTable(values: Uint8Array): Uint8Array {
  const counts = new Array<number>(256).fill(0);
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  const lowest = counts.findIndex((count) => count > 0);
  const scale = fround(255 / (values.length - (counts[lowest] ?? 0)));
  let below = 0;
  return Uint8Array.from(counts, (count, value) => {
    if (counts[lowest] === values.length) return lowest;
    if (value <= lowest) return 0;
    below += count;
    return toByte(roundEven(fround(fround(below) * scale)));
  });
}

const channelOf = ({ data }: RgbImage, channel: number): Uint8Array =>
  data.filter((_, i) => i % 3 === channel);

/** OpenCV's fixed-point YCrCb: Y, and the picture with another one. */
function plainLuma({ data }: RgbImage): Uint8Array {
  return Uint8Array.from({ length: data.length / 3 }, (_, i) => {
    const [r = 0, g = 0, b = 0] = data.subarray(3 * i);
    return (r * 4899 + g * 9617 + b * 1868 + 8192) >> 14;
  });
}

function withLuma({ data, width, height }: RgbImage, luma: Uint8Array, fresh: Uint8Array): RgbImage {
  const replaced = Uint8Array.from(data);
  for (const [i, y] of luma.entries()) {
    const [r = 0, , b = 0] = data.subarray(3 * i);
    const cr = toByte(((r - y) * 11682 + 8192 + (128 << 14)) >> 14) - 128;
    const cb = toByte(((b - y) * 9241 + 8192 + (128 << 14)) >> 14) - 128;
    const to = fresh[i] ?? 0;
    replaced[3 * i] = toByte(to + ((cr * 22987 + 8192) >> 14));
    replaced[3 * i + 1] = toByte(to + ((cb * -5636 + cr * -11698 + 8192) >> 14));
    replaced[3 * i + 2] = toByte(to + ((cb * 29049 + 8192) >> 14));
  }
  return { data: replaced, width, height };
}

/** OpenCV's CLAHE on one plane. */
function plainClahe(plane: Uint8Array, width: number, height: number, tiles: number, clipLimit: number) {
  const grow = (size: number) =>
    (width % tiles || height % tiles ? size + tiles - (size % tiles) : size) / tiles;
  const [across, down] = [grow(width), grow(height)];
  const mirror = (at: number, size: number) => {
    if (size === 1) return 0;
    const within = at % (2 * (size - 1));
    return within < size ? within : 2 * (size - 1) - within;
  };
  const tables = Array.from({ length: tiles * tiles }, (_, tile) => {
    const counts = new Array<number>(256).fill(0);
    for (let y = 0; y < down; y++)
      for (let x = 0; x < across; x++) {
        const row = mirror(Math.floor(tile / tiles) * down + y, height);
        const value = plane[row * width + mirror((tile % tiles) * across + x, width)] ?? 0;
        counts[value] = (counts[value] ?? 0) + 1;
      }
    const limit = clipLimit && Math.max(1, Math.floor((clipLimit * across * down) / 256));
    if (limit) {
      const over = counts.reduce((sum, count) => sum + Math.max(0, count - limit), 0);
      for (const [value, count] of counts.entries())
        counts[value] = Math.min(count, limit) + Math.floor(over / 256);
      const step = Math.max(Math.floor(256 / (over % 256 || 1)), 1);
      for (let rest = over % 256, value = 0; rest > 0 && value < 256; rest--, value += step)
        counts[value] = (counts[value] ?? 0) + 1;
    }
    let sum = 0;
    return counts.map((count) => {
      sum += count;
      return toByte(roundEven(fround(fround(sum) * fround(255 / (across * down)))));
    });
  });
  const place = (at: number, side: number) => {
    const exact = fround(fround(at * fround(1 / side)) - 0.5);
    const tile = Math.floor(exact);
    const share = fround(exact - tile);
    return { before: Math.max(tile, 0), behind: Math.min(tile + 1, tiles - 1), share };
  };
  return plane.map((value, i) => {
    const x = place(i % width, across);
    const y = place(Math.floor(i / width), down);
    const mean = (row: number) =>
      fround(
        fround((tables[row * tiles + x.before]?.[value] ?? 0) * fround(1 - x.share)) +
          fround((tables[row * tiles + x.behind]?.[value] ?? 0) * x.share),
      );
    return toByte(
      roundEven(fround(fround(mean(y.before) * fround(1 - y.share)) + fround(mean(y.behind) * y.share))),
    );
  });
}

test('counts, equalizations and CLAHE are those of plain loops, for all small sizes', () => {
  const random = createRandom(3);
  for (let round = 0; round < 300; round++) {
    const [width, height] = [1 + random.integer(40), 1 + random.integer(40)];
    const image = randomPicture(random, width, height);
    const what = `round ${round}, ${width} x ${height}`;
    const channels = [0, 1, 2].map((channel) => channelOf(image, channel));
    const { red, green, blue } = channelHistogram(image);
    for (const [channel, counts] of [red, green, blue].entries())
      for (let value = 0; value < 256; value++)
        assert.equal(counts[value], channels[channel]?.filter((one) => one === value).length, what);
    const tables = channels.map(plainTable);
    const equalized = image.data.map((value, i) => tables[i % 3]?.[value] ?? 0);
    assert.deepEqual(equalizeHistogram(image).data, equalized, what);
    const luma = plainLuma(image);
    const table = plainTable(luma);
    assert.deepEqual(equalizeLuma(image), withLuma(image, luma, luma.map((y) => table[y] ?? 0)), what); // biome-ignore format: one call
    const [tiles, clipLimit] = [1 + random.integer(9), random.integer(4)];
    const adapted = plainClahe(luma, width, height, tiles, clipLimit);
    const clahe = equalizeAdaptive(image, { tiles, clipLimit });
    assert.deepEqual(clahe, withLuma(image, luma, adapted), `${what}, ${tiles} tiles, limit ${clipLimit}`);
  }
});

/** Pillow's `precompute_coeffs`, in 22 bits, and one side after the other. */
const KERNELS = {
  bilinear: { reach: 1, weight: (x: number) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    reach: 2,
    weight(x: number) {
      const t = Math.abs(x);
      if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
      return t < 2 ? -0.5 * (((t - 5) * t + 8) * t - 4) : 0;
    },
  },
};

function plainResize(image: RgbImage, width: number, height: number, name: keyof typeof KERNELS): RgbImage {
  const lost = image.height - height;
  const columnsFirst = lost > 0 && lost > 2 * (image.width - width);
  const rowsOf = (from: RgbImage) =>
    height === from.height ? from : flip(plainRows(flip(from), height, name));
  const columnsOf = (from: RgbImage) => (width === from.width ? from : plainRows(from, width, name));
  return columnsFirst ? columnsOf(rowsOf(image)) : rowsOf(columnsOf(image));
}

function plainRows({ data, width, height }: RgbImage, to: number, name: keyof typeof KERNELS): RgbImage {
  const { reach, weight } = KERNELS[name];
  const widened = Math.max(1, width / to);
  const result = new Uint8Array(to * height * 3);
  for (let x = 0; x < to; x++) {
    const centre = (x + 0.5) * (width / to);
    const start = Math.max(0, Math.trunc(centre - reach * widened + 0.5));
    const end = Math.min(width, Math.trunc(centre + reach * widened + 0.5));
    const weights = Array.from({ length: end - start }, (_, k) =>
      weight((k + start - centre + 0.5) * (1 / widened)),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    const fixed = weights.map((one) => {
      const share = (one / sum) * 2 ** 22;
      return Math.trunc(share < 0 ? share - 0.5 : share + 0.5);
    });
    for (let y = 0; y < height; y++)
      for (let c = 0; c < 3; c++) {
        const mean = fixed.reduce(
          (all, one, k) => all + one * (data[(y * width + start + k) * 3 + c] ?? 0),
          2 ** 21,
        );
        result[(y * to + x) * 3 + c] = toByte(Math.floor(mean / 2 ** 22));
      }
  }
  return { data: result, width: to, height };
}

function flip({ data, width, height }: RgbImage): RgbImage {
  const flipped = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      flipped.set(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3), (x * height + y) * 3);
  return { data: flipped, width: height, height: width };
}

test('a resize is the one of plain loops, for all small sizes, smaller and larger', () => {
  const random = createRandom(4);
  for (let round = 0; round < 400; round++) {
    const [width, height] = [1 + random.integer(30), 1 + random.integer(30)];
    const image = randomPicture(random, width, height);
    const [wide, high] = [1 + random.integer(30), 1 + random.integer(30)];
    for (const interpolation of ['bilinear', 'bicubic'] as const) {
      const what = `round ${round}, ${width} x ${height} -> ${wide} x ${high}, ${interpolation}`;
      const resized = resizeImage(image, { width: wide, height: high, interpolation });
      assert.deepEqual(resized, plainResize(image, wide, high, interpolation), what);
    }
  }
});

test('pixels by tables of floats, for all small sizes and orders of channels', () => {
  const random = createRandom(5);
  for (let round = 0; round < 200; round++) {
    const image = randomPicture(random, 1 + random.integer(20), 1 + random.integer(20));
    const values = Float32Array.from({ length: 3 * 256 }, () => random.integer(1 << 24) / 1000);
    const sources = [random.integer(3), random.integer(3), random.integer(3)] as const;
    const at = random.integer(10);
    const target = new Float32Array(image.data.length + 20).fill(-1);
    lookUpFloats(image, { values, sources }, target, at);
    const expected = new Float32Array(target.length).fill(-1);
    for (let i = 0; i < image.data.length; i++) {
      const value = image.data[i - (i % 3) + (sources[i % 3] ?? 0)] ?? 0;
      expected[at + i] = values[256 * (i % 3) + value] ?? 0;
    }
    assert.deepEqual(target, expected, `round ${round}`);
    assert.throws(() => lookUpFloats(image, { values, sources }, new Float32Array(2), 0), RangeError);
  }
});
