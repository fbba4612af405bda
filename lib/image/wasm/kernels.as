// AssemblyScript, compiled to kernels.wasm by `build.sh`. Pointers are bytes into the module's
// memory, which `kernels.ts` lays out; every buffer has 64 bytes to spare behind it.

/** Bits after the point of Pillow's weights. */
const WEIGHT_BITS: i32 = 22;

/** Of a weight: the bits that the first of two products takes, the rest is the second's. Both are exact. */
const LOW_BITS: i32 = 11;

/**
 * Rows of RGB pixels -> rows of another width; see `resizeImage`.
 *
 * @param pairs for each new pixel `taps` / 2 times: the higher bits of two neighbouring weights, then their lower bits,
 *   four i16; a last weight without neighbour is paired with 0
 */
export function resizeRows(
  source: usize,
  width: i32,
  height: i32,
  target: usize,
  newWidth: i32,
  starts: usize,
  counts: usize,
  pairs: usize,
  taps: i32,
): void {
  const half = i32x4.splat(1 << (WEIGHT_BITS - 1));
  for (let y = 0; y < height; y++) {
    const row = source + <usize>(y * width * 3);
    for (let x = 0; x < newWidth; x++) {
      let from = row + <usize>(load<i32>(starts + (<usize>x << 2)) * 3);
      let pair = pairs + (<usize>(x * taps) << 2);
      const end = pair + (<usize>load<i32>(counts + (<usize>x << 2)) << 2);
      let high = i32x4.splat(0);
      let low = half;
      for (; pair < end; pair += 8, from += 6) {
        // r g b r g b -> r r g g b b
        const bytes = v128.load64_zero(from);
        const pixels = i16x8.extend_low_i8x16_u(i8x16.shuffle(bytes, bytes, 0, 3, 1, 4, 2, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0));
        high = i32x4.add(high, i32x4.dot_i16x8_s(pixels, v128.load32_splat(pair)));
        low = i32x4.add(low, i32x4.dot_i16x8_s(pixels, v128.load32_splat(pair + 4)));
      }
      const sum = i32x4.add(i32x4.shl(high, LOW_BITS), low);
      const words = i16x8.narrow_i32x4_s(i32x4.shr_s(sum, WEIGHT_BITS), i32x4.splat(0));
      // the fourth byte is written over by the next pixel
      v128.store_lane<u32>(target, i8x16.narrow_i16x8_u(words, words), 0);
      target += 3;
    }
  }
}

/** Rows of `stride` bytes -> another number of rows; see `resizeImage`, and `resizeRows` for `pairs`. */
export function resizeColumns(
  source: usize,
  stride: i32,
  target: usize,
  newHeight: i32,
  starts: usize,
  counts: usize,
  pairs: usize,
  taps: i32,
): void {
  const half = i32x4.splat(1 << (WEIGHT_BITS - 1));
  const zero = i32x4.splat(0);
  for (let y = 0; y < newHeight; y++) {
    const first = source + <usize>(load<i32>(starts + (<usize>y << 2)) * stride);
    const row = target + <usize>(y * stride);
    const pair = pairs + (<usize>(y * taps) << 2);
    const end = pair + (<usize>load<i32>(counts + (<usize>y << 2)) << 2);
    // the last 16 bytes of a row may run into the next one, which is written later
    for (let i = 0; i < stride; i += 16) {
      let a = zero;
      let b = zero;
      let c = zero;
      let d = zero;
      let e = half;
      let f = half;
      let g = half;
      let h = half;
      let from = first + <usize>i;
      for (let w = pair; w < end; w += 8, from += <usize>(2 * stride)) {
        const high = v128.load32_splat(w);
        const low = v128.load32_splat(w + 4);
        const upper = v128.load(from);
        const lower = v128.load(from + <usize>stride);
        const left = i8x16.shuffle(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        const right = i8x16.shuffle(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        const p = i16x8.extend_low_i8x16_u(left);
        const q = i16x8.extend_high_i8x16_u(left);
        const r = i16x8.extend_low_i8x16_u(right);
        const s = i16x8.extend_high_i8x16_u(right);
        a = i32x4.add(a, i32x4.dot_i16x8_s(p, high));
        b = i32x4.add(b, i32x4.dot_i16x8_s(q, high));
        c = i32x4.add(c, i32x4.dot_i16x8_s(r, high));
        d = i32x4.add(d, i32x4.dot_i16x8_s(s, high));
        e = i32x4.add(e, i32x4.dot_i16x8_s(p, low));
        f = i32x4.add(f, i32x4.dot_i16x8_s(q, low));
        g = i32x4.add(g, i32x4.dot_i16x8_s(r, low));
        h = i32x4.add(h, i32x4.dot_i16x8_s(s, low));
      }
      a = i32x4.shr_s(i32x4.add(i32x4.shl(a, LOW_BITS), e), WEIGHT_BITS);
      b = i32x4.shr_s(i32x4.add(i32x4.shl(b, LOW_BITS), f), WEIGHT_BITS);
      c = i32x4.shr_s(i32x4.add(i32x4.shl(c, LOW_BITS), g), WEIGHT_BITS);
      d = i32x4.shr_s(i32x4.add(i32x4.shl(d, LOW_BITS), h), WEIGHT_BITS);
      v128.store(row + <usize>i, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
    }
  }
}

/** How often each value occurs in each of three channels: 3 x 2 x 256 counts, of pixels 0, 2, 4 ... and 1, 3, 5 ... */
export function countRgb(source: usize, pixels: i32, counts: usize): void {
  memory.fill(counts, 0, 6144);
  const end = source + <usize>(pixels * 3);
  let at = source;
  for (; at + 3 < end; at += 6) {
    const six = load<u64>(at);
    increment(counts, <u32>six & 255);
    increment(counts + 2048, <u32>(six >> 8) & 255);
    increment(counts + 4096, <u32>(six >> 16) & 255);
    increment(counts + 1024, <u32>(six >> 24) & 255);
    increment(counts + 3072, <u32>(six >> 32) & 255);
    increment(counts + 5120, <u32>(six >> 40) & 255);
  }
  if (at < end) {
    increment(counts, load<u8>(at));
    increment(counts + 2048, load<u8>(at, 1));
    increment(counts + 4096, load<u8>(at, 2));
  }
}

// @ts-ignore: decorator
@inline
function increment(table: usize, value: u32): void {
  const at = table + (<usize>value << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** New values of three channels by three tables of 256 bytes. */
export function lookUpRgb(source: usize, pixels: i32, tables: usize, target: usize): void {
  const end = source + <usize>(pixels * 3);
  for (let at = source; at < end; at += 3, target += 3) {
    store<u8>(target, load<u8>(tables + load<u8>(at)));
    store<u8>(target, load<u8>(tables + 256 + load<u8>(at, 1)), 1);
    store<u8>(target, load<u8>(tables + 512 + load<u8>(at, 2)), 2);
  }
}

/**
 * How often each byte occurs in the pixels of a plane whose columns and rows are listed: 2 x 256 counts, by whether the
 * column is an even or an odd one of the list.
 */
export function countTile(plane: usize, width: i32, columns: usize, across: i32, rows: usize, down: i32, counts: usize): void {
  memory.fill(counts, 0, 2048);
  const first = load<i32>(columns);
  // columns go on by one, but for those that are mirrored behind the picture
  let straight = 1;
  while (straight < across && load<i32>(columns + (<usize>straight << 2)) === first + straight) straight++;
  for (let y = 0; y < down; y++) {
    const row = plane + <usize>(load<i32>(rows + (<usize>y << 2)) * width);
    let at = row + <usize>first;
    const end = at + <usize>straight;
    for (; at + 3 < end; at += 4) {
      const four = load<u32>(at);
      increment(counts, four & 255);
      increment(counts + 1024, (four >> 8) & 255);
      increment(counts, (four >> 16) & 255);
      increment(counts + 1024, four >> 24);
    }
    for (; at < end; at++) increment(counts, load<u8>(at));
    for (let x = straight; x < across; x++)
      increment(counts, load<u8>(row + <usize>load<i32>(columns + (<usize>x << 2))));
  }
  for (let at = counts; at < counts + 1024; at += 16)
    v128.store(at, i32x4.add(v128.load(at), v128.load(at, 1024)));
}

/** How often each byte occurs in a plane: 2 x 256 counts, to be added. */
export function countPlane(plane: usize, length: i32, counts: usize): void {
  memory.fill(counts, 0, 2048);
  const end = plane + <usize>length;
  for (; plane + 3 < end; plane += 4) {
    const four = load<u32>(plane);
    increment(counts, four & 255);
    increment(counts + 1024, (four >> 8) & 255);
    increment(counts, (four >> 16) & 255);
    increment(counts + 1024, four >> 24);
  }
  for (; plane < end; plane++) increment(counts, load<u8>(plane));
}

/**
 * New values of one tile: no count beyond the limit (0 for none), what is cut off spread over all values, then the share
 * of pixels at or below each value, times 255, in float32. The counts are changed.
 */
export function tileTable(counts: usize, limit: i32, pixels: i32, table: usize): void {
  if (limit > 0) {
    let clipped = 0;
    for (let at = counts; at < counts + 1024; at += 4) {
      const count = load<i32>(at);
      if (count <= limit) continue;
      clipped += count - limit;
      store<i32>(at, limit);
    }
    const each = clipped >> 8;
    let rest = clipped & 255;
    for (let at = counts; at < counts + 1024; at += 4) store<i32>(at, load<i32>(at) + each);
    if (rest > 0) {
      const step = <usize>max(256 / rest, 1) << 2;
      for (let at = counts; at < counts + 1024 && rest > 0; at += step, rest--) store<i32>(at, load<i32>(at) + 1);
    }
  }
  const scale: f32 = <f32>255 / <f32>pixels;
  let sum = 0;
  for (let value: usize = 0; value < 256; value++) {
    sum += load<i32>(counts + (value << 2));
    store<u8>(table + value, <i32>min<f32>(255, nearest<f32>(<f32>sum * scale)));
  }
}

/** Each byte of a plane by a table of 256 bytes; 8 at a time. */
export function lookUp(plane: usize, length: i32, table: usize, target: usize): void {
  for (let i = 0; i < length; i += 8, plane += 8, target += 8) {
    const eight = load<u64>(plane);
    let word: u64 = 0;
    for (let k: u64 = 0; k < 64; k += 8) word |= (<u64>load<u8>(table + <usize>((eight >> k) & 255))) << k;
    store<u64>(target, word);
  }
}

/** Luma of RGB: Y of OpenCV's YCrCb; 8 pixels at a time. */
export function lumaOf(source: usize, pixels: i32, target: usize): void {
  const redGreen = i32x4.splat(4899 | (9617 << 16));
  const blueOne = i32x4.splat(1868 | (8192 << 16));
  const one = i16x8.splat(1);
  for (let i = 0; i < pixels; i += 8, source += 24, target += 8) {
    const a = v128.load(source);
    const b = v128.load(source + 16);
    const red = i16x8.extend_low_i8x16_u(i8x16.shuffle(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 0, 0, 0, 0, 0, 0, 0, 0));
    const green = i16x8.extend_low_i8x16_u(i8x16.shuffle(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 0, 0, 0, 0, 0, 0, 0, 0));
    const blue = i16x8.extend_low_i8x16_u(i8x16.shuffle(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 0, 0, 0, 0, 0, 0, 0, 0));
    const low = i32x4.add(i32x4.dot_i16x8_s(pairLow(red, green), redGreen), i32x4.dot_i16x8_s(pairLow(blue, one), blueOne));
    const high = i32x4.add(i32x4.dot_i16x8_s(pairHigh(red, green), redGreen), i32x4.dot_i16x8_s(pairHigh(blue, one), blueOne));
    const words = i16x8.narrow_i32x4_s(i32x4.shr_s(low, 14), i32x4.shr_s(high, 14));
    v128.store_lane<u64>(target, i8x16.narrow_i16x8_u(words, words), 0);
  }
}

// @ts-ignore: decorator
@inline
function pairLow(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
}

// @ts-ignore: decorator
@inline
function pairHigh(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31);
}

/** (a * factor + b * other) >> 14 of 8 i16 each, as i16; the factors are i16 side by side. */
// @ts-ignore: decorator
@inline
function weighed(a: v128, b: v128, factors: v128): v128 {
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.dot_i16x8_s(pairLow(a, b), factors), 14),
    i32x4.shr_s(i32x4.dot_i16x8_s(pairHigh(a, b), factors), 14),
  );
}

/** RGB whose luma is replaced: to YCrCb and back, as OpenCV; 8 pixels at a time. */
export function replaceLuma(source: usize, luma: usize, newLuma: usize, pixels: i32, target: usize): void {
  // d * 11682 + 8192 * 257: the half, and 128 after the shift
  const toRed = i32x4.splat(11682 | (257 << 16));
  const toBlue = i32x4.splat(9241 | (257 << 16));
  const rounding = i16x8.splat(8192);
  const one = i16x8.splat(1);
  const middle = i16x8.splat(128);
  const zero = i16x8.splat(0);
  const top = i16x8.splat(255);
  const ofRed = i32x4.splat(22987 | (8192 << 16));
  const ofBlueRed = i32x4.splat((-5636 & 0xffff) | (-11698 << 16));
  for (let i = 0; i < pixels; i += 8, source += 24, target += 24) {
    const a = v128.load(source);
    const b = v128.load(source + 16);
    const red = i16x8.extend_low_i8x16_u(i8x16.shuffle(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 0, 0, 0, 0, 0, 0, 0, 0));
    const blue = i16x8.extend_low_i8x16_u(i8x16.shuffle(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 0, 0, 0, 0, 0, 0, 0, 0));
    const y = i16x8.extend_low_i8x16_u(v128.load64_zero(luma + <usize>i));
    const fresh = i16x8.extend_low_i8x16_u(v128.load64_zero(newLuma + <usize>i));
    let cr = weighed(i16x8.sub(red, y), rounding, toRed);
    let cb = weighed(i16x8.sub(blue, y), rounding, toBlue);
    cr = i16x8.sub(i16x8.min_s(i16x8.max_s(cr, zero), top), middle);
    cb = i16x8.sub(i16x8.min_s(i16x8.max_s(cb, zero), top), middle);
    const newRed = i16x8.add(fresh, weighed(cr, one, ofRed));
    const newBlue = i16x8.add(fresh, weighed(cb, one, i32x4.splat(29049 | (8192 << 16))));
    const low = i32x4.add(i32x4.dot_i16x8_s(pairLow(cb, cr), ofBlueRed), i32x4.splat(8192));
    const high = i32x4.add(i32x4.dot_i16x8_s(pairHigh(cb, cr), ofBlueRed), i32x4.splat(8192));
    const newGreen = i16x8.add(fresh, i16x8.narrow_i32x4_s(i32x4.shr_s(low, 14), i32x4.shr_s(high, 14)));
    const reds = i8x16.narrow_i16x8_u(newRed, newGreen);
    const blues = i8x16.narrow_i16x8_u(newBlue, newBlue);
    v128.store(target, i8x16.shuffle(reds, blues, 0, 8, 16, 1, 9, 17, 2, 10, 18, 3, 11, 19, 4, 12, 20, 5));
    v128.store_lane<u64>(target + 16, i8x16.shuffle(reds, blues, 13, 21, 6, 14, 22, 7, 15, 23, 0, 0, 0, 0, 0, 0, 0, 0), 0);
  }
}

/**
 * Each pixel: the bilinear mean, in float32, of what the four nearest tiles make of its value; see `equalizeAdaptive`;
 * 4 pixels at a time.
 *
 * @param tables 256 bytes for each tile, row by row
 * @param columns three lists of `padded` values, a multiple of 4, one for each column: the tile before it and the tile
 *   behind it, times 256 (i32), and its share (f32)
 * @param rows for each row: its tiles likewise, times 256 times the tiles in a row, and its share
 */
export function blendTiles(
  plane: usize,
  width: i32,
  height: i32,
  tables: usize,
  columns: usize,
  padded: i32,
  rows: usize,
  target: usize,
): void {
  const list = <usize>padded << 2;
  const one = f32x4.splat(1);
  for (let y = 0; y < height; y++, rows += 12) {
    const above = tables + <usize>load<i32>(rows);
    const below = tables + <usize>load<i32>(rows, 4);
    const lower = f32x4.splat(load<f32>(rows, 8));
    const upper = f32x4.sub(one, lower);
    let pixel = plane + <usize>(y * width);
    let to = target + <usize>(y * width);
    // what is written too far is the start of the next row, which comes later
    for (let column = columns; column < columns + (<usize>width << 2); column += 16, pixel += 4, to += 4) {
      const b0 = <usize>load<i32>(column) + <usize>load<u8>(pixel);
      const b1 = <usize>load<i32>(column, 4) + <usize>load<u8>(pixel, 1);
      const b2 = <usize>load<i32>(column, 8) + <usize>load<u8>(pixel, 2);
      const b3 = <usize>load<i32>(column, 12) + <usize>load<u8>(pixel, 3);
      const c0 = <usize>load<i32>(column + list) + <usize>load<u8>(pixel);
      const c1 = <usize>load<i32>(column + list, 4) + <usize>load<u8>(pixel, 1);
      const c2 = <usize>load<i32>(column + list, 8) + <usize>load<u8>(pixel, 2);
      const c3 = <usize>load<i32>(column + list, 12) + <usize>load<u8>(pixel, 3);
      const right = v128.load(column + 2 * list);
      const left = f32x4.sub(one, right);
      const first = f32x4.add(
        f32x4.mul(values(above, b0, b1, b2, b3), left),
        f32x4.mul(values(above, c0, c1, c2, c3), right),
      );
      const second = f32x4.add(
        f32x4.mul(values(below, b0, b1, b2, b3), left),
        f32x4.mul(values(below, c0, c1, c2, c3), right),
      );
      const mean = f32x4.nearest(f32x4.add(f32x4.mul(first, upper), f32x4.mul(second, lower)));
      const words = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(mean), i32x4.splat(0));
      v128.store_lane<u32>(to, i8x16.narrow_i16x8_u(words, words), 0);
    }
  }
}

/** Four bytes as f32. */
// @ts-ignore: decorator
@inline
function values(table: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  let bytes = i32x4.splat(0);
  bytes = v128.load_lane<u8>(table + a, bytes, 0);
  bytes = v128.load_lane<u8>(table + b, bytes, 4);
  bytes = v128.load_lane<u8>(table + c, bytes, 8);
  bytes = v128.load_lane<u8>(table + d, bytes, 12);
  return f32x4.convert_i32x4_u(bytes);
}

/**
 * Non-local means: adds to each pixel p its neighbours p + d, and to p + d the pixel p, weighted, for the half of all
 * offsets d (the other half is the same distances). See `nonLocalMeans`.
 *
 * @param data padded plane of `channels` interleaved bytes, `stride` pixels in a row: borders and at least 4 more
 * @param border px on each side
 * @param table weight by distance >> shift, `limit` of them and then a 0
 * @param weights sums of weights, i32, laid out as `data`
 * @param values sums of weighted bytes, i32, laid out as `data`
 * @param ring templateSize + 1 rows of i32 for `stride` + 16 pixels
 */
export function nonLocalMeans(
  data: usize,
  stride: i32,
  width: i32,
  height: i32,
  channels: i32,
  border: i32,
  templateSize: i32,
  searchSize: i32,
  table: usize,
  shift: i32,
  limit: i32,
  weights: usize,
  values: usize,
  ring: usize,
): void {
  const searchHalf = searchSize >> 1;
  for (let dy = 0; dy <= searchHalf; dy++)
    for (let dx = dy === 0 ? 1 : -searchHalf; dx <= searchHalf; dx++)
      if (channels === 1)
        addOffset1(data, stride, width, height, border, templateSize, dx, dy, table, shift, limit, weights, values, ring);
      else
        addOffset2(data, stride, width, height, border, templateSize, dx, dy, table, shift, limit, weights, values, ring);
}

// @ts-ignore: decorator
@inline
function weigh(sums: usize, templateSize: i32, table: usize, shift: i32, limit: v128): v128 {
  let sum = v128.load(sums);
  for (let k = 1; k < templateSize; k++) sum = i32x4.add(sum, v128.load(sums + (<usize>k << 2)));
  const distance = i32x4.min_u(i32x4.shr_u(sum, shift), limit);
  if (i32x4.all_true(i32x4.eq(distance, limit))) return i32x4.splat(0);
  let weight = v128.load32_zero(table + (<usize>i32x4.extract_lane(distance, 0) << 2));
  weight = v128.load_lane<u32>(table + (<usize>i32x4.extract_lane(distance, 1) << 2), weight, 1);
  weight = v128.load_lane<u32>(table + (<usize>i32x4.extract_lane(distance, 2) << 2), weight, 2);
  return v128.load_lane<u32>(table + (<usize>i32x4.extract_lane(distance, 3) << 2), weight, 3);
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, amount: v128): void {
  v128.store(at, i32x4.add(v128.load(at), amount));
}

// @ts-ignore: decorator
@inline
function four(at: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at)));
}

function addOffset1(
  data: usize,
  stride: i32,
  width: i32,
  height: i32,
  border: i32,
  templateSize: i32,
  dx: i32,
  dy: i32,
  table: usize,
  shift: i32,
  limit: i32,
  weights: usize,
  values: usize,
  ring: usize,
): void {
  const half = templateSize >> 1;
  const left = min(0, -dx);
  const right = width + max(0, -dx);
  const columns = right - left + 2 * half;
  const rowBytes = <usize>(stride + 16) << 2;
  const sums = ring + <usize>templateSize * rowBytes;
  memory.fill(ring, 0, (<usize>templateSize + 1) * rowBytes);
  const offset = <isize>(dy * stride + dx);
  const limits = i32x4.splat(limit);
  for (let y = -dy - 2 * half; y < height; y++) {
    const slot = ring + <usize>((y + dy + 2 * half) % templateSize) * rowBytes;
    const from = data + <usize>((y + half + border) * stride + left - half + border);
    for (let x = 0; x < columns; x += 8) {
      const a = i16x8.extend_low_i8x16_u(v128.load64_zero(from + <usize>x));
      const b = i16x8.extend_low_i8x16_u(v128.load64_zero(from + <usize>x + offset));
      const difference = i16x8.sub(a, b);
      const low = i32x4.extmul_low_i16x8_s(difference, difference);
      const high = i32x4.extmul_high_i16x8_s(difference, difference);
      const at = <usize>x << 2;
      addTo(sums + at, i32x4.sub(low, v128.load(slot + at)));
      addTo(sums + at + 16, i32x4.sub(high, v128.load(slot + at + 16)));
      v128.store(slot + at, low);
      v128.store(slot + at + 16, high);
    }
    if (y < -dy) continue;
    const p = <usize>((y + border) * stride + left + border);
    const q = p + offset;
    for (let x = 0; x < right - left; x += 4) {
      const weight = weigh(sums + (<usize>x << 2), templateSize, table, shift, limits);
      if (!v128.any_true(weight)) continue;
      const i = p + <usize>x;
      const j = q + <usize>x;
      addTo(weights + (i << 2), weight);
      addTo(values + (i << 2), i32x4.mul(weight, four(data + j)));
      addTo(weights + (j << 2), weight);
      addTo(values + (j << 2), i32x4.mul(weight, four(data + i)));
    }
  }
}

function addOffset2(
  data: usize,
  stride: i32,
  width: i32,
  height: i32,
  border: i32,
  templateSize: i32,
  dx: i32,
  dy: i32,
  table: usize,
  shift: i32,
  limit: i32,
  weights: usize,
  values: usize,
  ring: usize,
): void {
  const half = templateSize >> 1;
  const left = min(0, -dx);
  const right = width + max(0, -dx);
  const columns = right - left + 2 * half;
  const rowBytes = <usize>(stride + 16) << 2;
  const sums = ring + <usize>templateSize * rowBytes;
  memory.fill(ring, 0, (<usize>templateSize + 1) * rowBytes);
  const offset = <isize>(dy * stride + dx);
  const limits = i32x4.splat(limit);
  for (let y = -dy - 2 * half; y < height; y++) {
    const slot = ring + <usize>((y + dy + 2 * half) % templateSize) * rowBytes;
    const from = data + (<usize>((y + half + border) * stride + left - half + border) << 1);
    for (let x = 0; x < columns; x += 4) {
      const at = from + (<usize>x << 1);
      const a = i16x8.extend_low_i8x16_u(v128.load64_zero(at));
      const b = i16x8.extend_low_i8x16_u(v128.load64_zero(at + (offset << 1)));
      const difference = i16x8.sub(a, b);
      const square = i32x4.dot_i16x8_s(difference, difference);
      const to = <usize>x << 2;
      addTo(sums + to, i32x4.sub(square, v128.load(slot + to)));
      v128.store(slot + to, square);
    }
    if (y < -dy) continue;
    const p = <usize>((y + border) * stride + left + border);
    const q = p + offset;
    for (let x = 0; x < right - left; x += 4) {
      const weight = weigh(sums + (<usize>x << 2), templateSize, table, shift, limits);
      if (!v128.any_true(weight)) continue;
      const i = p + <usize>x;
      const j = q + <usize>x;
      const low = i8x16.shuffle(weight, weight, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7);
      const high = i8x16.shuffle(weight, weight, 8, 9, 10, 11, 8, 9, 10, 11, 12, 13, 14, 15, 12, 13, 14, 15);
      addTo(weights + (i << 2), weight);
      addTo(values + (i << 3), i32x4.mul(low, four(data + (j << 1))));
      addTo(values + (i << 3) + 16, i32x4.mul(high, four(data + (j << 1) + 4)));
      addTo(weights + (j << 2), weight);
      addTo(values + (j << 3), i32x4.mul(low, four(data + (i << 1))));
      addTo(values + (j << 3) + 16, i32x4.mul(high, four(data + (i << 1) + 4)));
    }
  }
}
