// AssemblyScript, compiled to kernels.wasm by `build.sh`. Pointers are bytes into the module's
// memory, which `kernels.ts` lays out; every buffer has 64 bytes to spare behind it.

/** Of a swizzle: 0, without an instruction more. */
const Z: i8 = -128;

/** Bits after the point of Pillow's weights. */
const WEIGHT_BITS: i32 = 22;

/** Of a weight: the bits that the first of two products takes, the rest is the second's. Both are exact. */
const LOW_BITS: i32 = 11;

/**
 * Rows of RGB pixels -> rows of another width; see `resizeImage`. Four rows at a time share what is read of the weights;
 * where fewer are left, the last one is computed again.
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
  const zero = i32x4.splat(0);
  // r g b r g b -> r r g g b b, as words
  const pairsOf = i8x16(0, Z, 3, Z, 1, Z, 4, Z, 2, Z, 5, Z, 6, Z, 7, Z);
  for (let y = 0; y < height; y += 4) {
    const second = <usize>min(1, height - 1 - y);
    const third = <usize>min(2, height - 1 - y);
    const fourth = <usize>min(3, height - 1 - y);
    const stride = <usize>(width * 3);
    const newStride = <usize>(newWidth * 3);
    const row = source + <usize>y * stride;
    const start = target + <usize>y * newStride;
    let to = start;
    let one: u8 = 0;
    let two: u8 = 0;
    let three: u8 = 0;
    for (let x = 0; x < newWidth; x++, to += 3) {
      let from = row + <usize>(load<i32>(starts + (<usize>x << 2)) * 3);
      let pair = pairs + (<usize>(x * taps) << 2);
      const end = pair + (<usize>load<i32>(counts + (<usize>x << 2)) << 2);
      let a = zero;
      let b = zero;
      let c = zero;
      let d = zero;
      let e = half;
      let f = half;
      let g = half;
      let h = half;
      for (; pair < end; pair += 8, from += 6) {
        const high = v128.load32_splat(pair);
        const low = v128.load32_splat(pair, 4);
        const p = i8x16.swizzle(v128.load64_zero(from), pairsOf);
        const q = i8x16.swizzle(v128.load64_zero(from + second * stride), pairsOf);
        const r = i8x16.swizzle(v128.load64_zero(from + third * stride), pairsOf);
        const s = i8x16.swizzle(v128.load64_zero(from + fourth * stride), pairsOf);
        a = i32x4.add(a, i32x4.dot_i16x8_s(p, high));
        e = i32x4.add(e, i32x4.dot_i16x8_s(p, low));
        b = i32x4.add(b, i32x4.dot_i16x8_s(q, high));
        f = i32x4.add(f, i32x4.dot_i16x8_s(q, low));
        c = i32x4.add(c, i32x4.dot_i16x8_s(r, high));
        g = i32x4.add(g, i32x4.dot_i16x8_s(r, low));
        d = i32x4.add(d, i32x4.dot_i16x8_s(s, high));
        h = i32x4.add(h, i32x4.dot_i16x8_s(s, low));
      }
      const bytes = roundedBytes(a, b, c, d, e, f, g, h);
      // the fourth byte is written over by the next pixel, or belongs to the next row
      v128.store_lane<u32>(to, bytes, 0);
      v128.store_lane<u32>(to + second * newStride, bytes, 1);
      v128.store_lane<u32>(to + third * newStride, bytes, 2);
      v128.store_lane<u32>(to + fourth * newStride, bytes, 3);
      if (x === 0) {
        one = load<u8>(to + second * newStride);
        two = load<u8>(to + third * newStride);
        three = load<u8>(to + fourth * newStride);
      }
    }
    // what the last pixels of the rows above have written over
    store<u8>(start + second * newStride, one);
    store<u8>(start + third * newStride, two);
    store<u8>(start + fourth * newStride, three);
  }
}

/** Sums of products with the higher bits of weights, and those of the lower bits and a half -> 16 bytes. */
// @ts-ignore: decorator
@inline
function roundedBytes(a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128, h: v128): v128 {
  a = i32x4.shr_s(i32x4.add(i32x4.shl(a, LOW_BITS), e), WEIGHT_BITS);
  b = i32x4.shr_s(i32x4.add(i32x4.shl(b, LOW_BITS), f), WEIGHT_BITS);
  c = i32x4.shr_s(i32x4.add(i32x4.shl(c, LOW_BITS), g), WEIGHT_BITS);
  d = i32x4.shr_s(i32x4.add(i32x4.shl(d, LOW_BITS), h), WEIGHT_BITS);
  return i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
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
      v128.store(row + <usize>i, roundedBytes(a, b, c, d, e, f, g, h));
    }
  }
}

/**
 * Where counts are: four tables of 256 i32 for each of three channels, 4 KiB a channel; what comes of them is in the
 * first. Neighbours are often equal, and one count would wait for the other: each pixel of four has its own table.
 */
export const COUNTS: usize = 4096;

/** Where new values are: a table of 256 bytes for each of three channels. */
export const TABLES: usize = 16384;

/** Where values of a network's input are: a table of 256 f32 for each of its three channels. */
export const FLOATS: usize = 17408;

/** From here on memory is the caller's. */
export const BUFFERS: usize = 20480;

/** How often each value occurs in each of three channels. */
export function countRgb(source: usize, pixels: i32): void {
  memory.fill(COUNTS, 0, 12288);
  const end = source + <usize>(pixels * 3);
  for (; source + 11 < end; source += 12) {
    // written out: an offset that is a constant costs nothing
    let at: usize = 0;
    at = <usize>load<u8>(source) << 2;
    store<u32>(at, load<u32>(at, COUNTS) + 1, COUNTS);
    at = <usize>load<u8>(source, 1) << 2;
    store<u32>(at, load<u32>(at, COUNTS + 4096) + 1, COUNTS + 4096);
    at = <usize>load<u8>(source, 2) << 2;
    store<u32>(at, load<u32>(at, COUNTS + 8192) + 1, COUNTS + 8192);
    at = <usize>load<u8>(source, 3) << 2;
    store<u32>(at, load<u32>(at, COUNTS + 1024) + 1, COUNTS + 1024);
    at = <usize>load<u8>(source, 4) << 2;
    store<u32>(at, load<u32>(at, COUNTS + 5120) + 1, COUNTS + 5120);
    at = <usize>load<u8>(source, 5) << 2;
    store<u32>(at, load<u32>(at, COUNTS + 9216) + 1, COUNTS + 9216);
    at = <usize>load<u8>(source, 6) << 2;
    store<u32>(at, load<u32>(at, COUNTS + 2048) + 1, COUNTS + 2048);
    at = <usize>load<u8>(source, 7) << 2;
    store<u32>(at, load<u32>(at, COUNTS + 6144) + 1, COUNTS + 6144);
    at = <usize>load<u8>(source, 8) << 2;
    store<u32>(at, load<u32>(at, COUNTS + 10240) + 1, COUNTS + 10240);
    at = <usize>load<u8>(source, 9) << 2;
    store<u32>(at, load<u32>(at, COUNTS + 3072) + 1, COUNTS + 3072);
    at = <usize>load<u8>(source, 10) << 2;
    store<u32>(at, load<u32>(at, COUNTS + 7168) + 1, COUNTS + 7168);
    at = <usize>load<u8>(source, 11) << 2;
    store<u32>(at, load<u32>(at, COUNTS + 11264) + 1, COUNTS + 11264);
  }
  for (; source < end; source += 3) {
    increment(load<u8>(source), 0);
    increment(load<u8>(source, 1), 4096);
    increment(load<u8>(source, 2), 8192);
  }
  for (let channel: usize = 0; channel < 12288; channel += 4096) addCounts(channel);
}

// @ts-ignore: decorator
@inline
function increment(value: u32, table: usize): void {
  const at = (<usize>value << 2) + table;
  store<u32>(at, load<u32>(at, COUNTS) + 1, COUNTS);
}

/** The four tables of a channel -> their sum, in the first. */
function addCounts(channel: usize): void {
  for (let at = channel; at < channel + 1024; at += 16) {
    const even = i32x4.add(v128.load(at, COUNTS), v128.load(at + 2048, COUNTS));
    const odd = i32x4.add(v128.load(at + 1024, COUNTS), v128.load(at + 3072, COUNTS));
    v128.store(at, i32x4.add(even, odd), COUNTS);
  }
}

/** New values of three channels by their tables; 4 pixels at a time, what is behind the last belongs to nobody. */
export function lookUpRgb(source: usize, pixels: i32, target: usize): void {
  const end = source + <usize>(pixels * 3);
  for (; source < end; source += 12, target += 12) {
    store<u8>(target, load<u8>(load<u8>(source), TABLES));
    store<u8>(target, load<u8>(load<u8>(source, 1), TABLES + 256), 1);
    store<u8>(target, load<u8>(load<u8>(source, 2), TABLES + 512), 2);
    store<u8>(target, load<u8>(load<u8>(source, 3), TABLES), 3);
    store<u8>(target, load<u8>(load<u8>(source, 4), TABLES + 256), 4);
    store<u8>(target, load<u8>(load<u8>(source, 5), TABLES + 512), 5);
    store<u8>(target, load<u8>(load<u8>(source, 6), TABLES), 6);
    store<u8>(target, load<u8>(load<u8>(source, 7), TABLES + 256), 7);
    store<u8>(target, load<u8>(load<u8>(source, 8), TABLES + 512), 8);
    store<u8>(target, load<u8>(load<u8>(source, 9), TABLES), 9);
    store<u8>(target, load<u8>(load<u8>(source, 10), TABLES + 256), 10);
    store<u8>(target, load<u8>(load<u8>(source, 11), TABLES + 512), 11);
  }
}

/**
 * Pixels -> three f32 each, by the tables of floats; 4 pixels at a time, what is behind the last belongs to nobody.
 *
 * @param first which channel of a pixel the first table is for, 0..2; likewise `second`, `third`
 */
export function lookUpFloats(source: usize, pixels: i32, first: usize, second: usize, third: usize, target: usize): void {
  const end = source + first + <usize>(pixels * 3);
  first += source;
  second += source;
  third += source;
  for (; first < end; first += 12, second += 12, third += 12, target += 48) {
    store<f32>(target, load<f32>(<usize>load<u8>(first) << 2, FLOATS));
    store<f32>(target, load<f32>(<usize>load<u8>(second) << 2, FLOATS + 1024), 4);
    store<f32>(target, load<f32>(<usize>load<u8>(third) << 2, FLOATS + 2048), 8);
    store<f32>(target, load<f32>(<usize>load<u8>(first, 3) << 2, FLOATS), 12);
    store<f32>(target, load<f32>(<usize>load<u8>(second, 3) << 2, FLOATS + 1024), 16);
    store<f32>(target, load<f32>(<usize>load<u8>(third, 3) << 2, FLOATS + 2048), 20);
    store<f32>(target, load<f32>(<usize>load<u8>(first, 6) << 2, FLOATS), 24);
    store<f32>(target, load<f32>(<usize>load<u8>(second, 6) << 2, FLOATS + 1024), 28);
    store<f32>(target, load<f32>(<usize>load<u8>(third, 6) << 2, FLOATS + 2048), 32);
    store<f32>(target, load<f32>(<usize>load<u8>(first, 9) << 2, FLOATS), 36);
    store<f32>(target, load<f32>(<usize>load<u8>(second, 9) << 2, FLOATS + 1024), 40);
    store<f32>(target, load<f32>(<usize>load<u8>(third, 9) << 2, FLOATS + 2048), 44);
  }
}

/** How often each byte occurs in the pixels of a plane whose columns and rows are listed. */
export function countTile(plane: usize, width: i32, columns: usize, across: i32, rows: usize, down: i32): void {
  memory.fill(COUNTS, 0, 4096);
  const first = load<i32>(columns);
  // columns go on by one, but for those that are mirrored behind the picture
  let straight = 1;
  while (straight < across && load<i32>(columns + (<usize>straight << 2)) === first + straight) straight++;
  for (let y = 0; y < down; y++) {
    const row = plane + <usize>(load<i32>(rows + (<usize>y << 2)) * width);
    countBytes(row + <usize>first, straight);
    for (let x = straight; x < across; x++) increment(load<u8>(row + <usize>load<i32>(columns + (<usize>x << 2))), 0);
  }
  addCounts(0);
}

/** How often each byte occurs in a plane. */
export function countPlane(plane: usize, length: i32): void {
  memory.fill(COUNTS, 0, 4096);
  countBytes(plane, length);
  addCounts(0);
}

// @ts-ignore: decorator
@inline
function countBytes(at: usize, length: i32): void {
  const end = at + <usize>length;
  for (; at + 7 < end; at += 8) {
    let count: usize = 0;
    count = <usize>load<u8>(at) << 2;
    store<u32>(count, load<u32>(count, COUNTS) + 1, COUNTS);
    count = <usize>load<u8>(at, 1) << 2;
    store<u32>(count, load<u32>(count, COUNTS + 1024) + 1, COUNTS + 1024);
    count = <usize>load<u8>(at, 2) << 2;
    store<u32>(count, load<u32>(count, COUNTS + 2048) + 1, COUNTS + 2048);
    count = <usize>load<u8>(at, 3) << 2;
    store<u32>(count, load<u32>(count, COUNTS + 3072) + 1, COUNTS + 3072);
    count = <usize>load<u8>(at, 4) << 2;
    store<u32>(count, load<u32>(count, COUNTS) + 1, COUNTS);
    count = <usize>load<u8>(at, 5) << 2;
    store<u32>(count, load<u32>(count, COUNTS + 1024) + 1, COUNTS + 1024);
    count = <usize>load<u8>(at, 6) << 2;
    store<u32>(count, load<u32>(count, COUNTS + 2048) + 1, COUNTS + 2048);
    count = <usize>load<u8>(at, 7) << 2;
    store<u32>(count, load<u32>(count, COUNTS + 3072) + 1, COUNTS + 3072);
  }
  for (; at < end; at++) increment(load<u8>(at), 0);
}

/**
 * The counts of one tile -> its table: no count beyond the limit (0 for none), what is cut off spread over all values,
 * then the share of pixels at or below each value, times 255, in float32. The counts are changed.
 */
export function tileTable(limit: i32, pixels: i32, table: usize): void {
  const end = COUNTS + 1024;
  if (limit > 0) {
    const limits = i32x4.splat(limit);
    let over = i32x4.splat(0);
    for (let at = COUNTS; at < end; at += 16) {
      const counts = v128.load(at);
      const kept = i32x4.min_s(counts, limits);
      over = i32x4.add(over, i32x4.sub(counts, kept));
      v128.store(at, kept);
    }
    const clipped =
      i32x4.extract_lane(over, 0) + i32x4.extract_lane(over, 1) + i32x4.extract_lane(over, 2) + i32x4.extract_lane(over, 3);
    const each = i32x4.splat(clipped >> 8);
    let rest = clipped & 255;
    for (let at = COUNTS; at < end; at += 16) v128.store(at, i32x4.add(v128.load(at), each));
    if (rest > 0) {
      const step = <usize>max(256 / rest, 1) << 2;
      for (let at = COUNTS; at < end && rest > 0; at += step, rest--) store<i32>(at, load<i32>(at) + 1);
    }
  }
  shares(0, 0, <f32>255 / <f32>pixels, table);
}

/**
 * The counts of a channel -> its table of new values: each value's share of pixels at or below it, times 255, in
 * float32, as OpenCV's `equalizeHist`: the lowest value that occurs becomes 0, and a channel with one value stays.
 */
export function equalizationTable(channel: usize, pixels: i32): void {
  const counts = COUNTS + (channel << 12);
  const table = TABLES + (channel << 8);
  let lowest: usize = 0;
  while (lowest < 255 && load<i32>(counts + (lowest << 2)) === 0) lowest++;
  const atLowest = load<i32>(counts + (lowest << 2));
  if (atLowest === pixels) {
    memory.fill(table, <u8>lowest, 256);
    return;
  }
  shares(channel << 12, atLowest, <f32>255 / <f32>(pixels - atLowest), table);
}

/** The sums of counts so far, less `without`, times `scale` -> 256 bytes, 4 at a time. */
// @ts-ignore: decorator
@inline
function shares(channel: usize, without: i32, scale: f32, table: usize): void {
  const scales = f32x4.splat(scale);
  const zero = i32x4.splat(0);
  let before = i32x4.splat(-without);
  for (let value: usize = 0; value < 256; value += 4) {
    const counts = v128.load((value << 2) + channel, COUNTS);
    const two = i32x4.add(counts, i8x16.shuffle(zero, counts, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27));
    const four = i32x4.add(two, i8x16.shuffle(zero, two, 0, 0, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23));
    const sums = i32x4.add(four, before);
    before = i8x16.shuffle(sums, sums, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15);
    const share = f32x4.nearest(f32x4.mul(f32x4.convert_i32x4_s(sums), scales));
    const words = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(share), zero);
    v128.store_lane<u32>(table + value, i8x16.narrow_i16x8_u(words, words), 0);
  }
}

/** Each byte of a plane by the first table; 8 at a time. */
export function lookUp(source: usize, length: i32, target: usize): void {
  const end = source + <usize>length;
  for (; source < end; source += 8, target += 8) {
    store<u8>(target, load<u8>(load<u8>(source), TABLES));
    store<u8>(target, load<u8>(load<u8>(source, 1), TABLES), 1);
    store<u8>(target, load<u8>(load<u8>(source, 2), TABLES), 2);
    store<u8>(target, load<u8>(load<u8>(source, 3), TABLES), 3);
    store<u8>(target, load<u8>(load<u8>(source, 4), TABLES), 4);
    store<u8>(target, load<u8>(load<u8>(source, 5), TABLES), 5);
    store<u8>(target, load<u8>(load<u8>(source, 6), TABLES), 6);
    store<u8>(target, load<u8>(load<u8>(source, 7), TABLES), 7);
  }
}

/** Luma of RGB: Y of OpenCV's YCrCb; 8 pixels at a time. */
export function lumaOf(source: usize, pixels: i32, target: usize): void {
  // constants of a loop stand before it: the engine does not move them there
  const redGreen = i8x16(0, Z, 1, Z, 3, Z, 4, Z, 6, Z, 7, Z, 9, Z, 10, Z);
  const blue = i8x16(2, Z, Z, Z, 5, Z, Z, Z, 8, Z, Z, Z, 11, Z, Z, Z);
  const ofRedGreen = i32x4.splat(4899 | (9617 << 16));
  const ofBlue = i32x4.splat(1868);
  const half = i32x4.splat(8192);
  const end = target + <usize>pixels;
  for (; target < end; source += 24, target += 8) {
    const a = v128.load(source);
    const b = v128.load(source, 12);
    const low = i32x4.add(
      i32x4.dot_i16x8_s(i8x16.swizzle(a, redGreen), ofRedGreen),
      i32x4.add(i32x4.dot_i16x8_s(i8x16.swizzle(a, blue), ofBlue), half),
    );
    const high = i32x4.add(
      i32x4.dot_i16x8_s(i8x16.swizzle(b, redGreen), ofRedGreen),
      i32x4.add(i32x4.dot_i16x8_s(i8x16.swizzle(b, blue), ofBlue), half),
    );
    const words = i16x8.narrow_i32x4_s(i32x4.shr_s(low, 14), i32x4.shr_s(high, 14));
    v128.store_lane<u64>(target, i8x16.narrow_i16x8_u(words, words), 0);
  }
}

/**
 * RGB whose luma is replaced: to YCrCb and back, as OpenCV; 8 pixels at a time. A factor f with 14 bits after the point
 * is taken as (a * 2 f + 2^14) >> 15, which is (a * f + 2^13) >> 14: one instruction for 8 pixels.
 */
export function replaceLuma(source: usize, luma: usize, newLuma: usize, pixels: i32, target: usize): void {
  const end = luma + <usize>pixels;
  const lowest = i16x8.splat(-128);
  const highest = i16x8.splat(127);
  const half = i32x4.splat(8192);
  const toRed = i16x8.splat(2 * 11682);
  const toBlue = i16x8.splat(2 * 9241);
  const ofRed = i16x8.splat(22987);
  const ofBlue = i16x8.splat(29049);
  const ofBlueRed = i32x4.splat((-5636 & 0xffff) | (-11698 << 16));
  // red, blue: four words each
  const redBlue = i8x16(0, Z, 3, Z, 6, Z, 9, Z, 2, Z, 5, Z, 8, Z, 11, Z);
  const threeOfFour = i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, Z, Z, Z, Z);
  for (; luma < end; source += 24, luma += 8, newLuma += 8, target += 24) {
    const a = i8x16.swizzle(v128.load(source), redBlue);
    const b = i8x16.swizzle(v128.load(source, 12), redBlue);
    const red = i64x2.shuffle(a, b, 0, 2);
    const blue = i64x2.shuffle(a, b, 1, 3);
    const y = i16x8.extend_low_i8x16_u(v128.load64_zero(luma));
    const fresh = i16x8.extend_low_i8x16_u(v128.load64_zero(newLuma));
    // less 128, within 8 bits
    const cr = clamp(i16x8.q15mulr_sat_s(i16x8.sub(red, y), toRed), lowest, highest);
    const cb = clamp(i16x8.q15mulr_sat_s(i16x8.sub(blue, y), toBlue), lowest, highest);
    const newRed = i16x8.add(fresh, i16x8.q15mulr_sat_s(i16x8.shl(cr, 1), ofRed));
    const newBlue = i16x8.add(fresh, i16x8.q15mulr_sat_s(i16x8.shl(cb, 1), ofBlue));
    const low = i32x4.add(i32x4.dot_i16x8_s(pairLow(cb, cr), ofBlueRed), half);
    const high = i32x4.add(i32x4.dot_i16x8_s(pairHigh(cb, cr), ofBlueRed), half);
    const newGreen = i16x8.add(fresh, i16x8.narrow_i32x4_s(i32x4.shr_s(low, 14), i32x4.shr_s(high, 14)));
    // r g r g ..., b b b b ... -> r g b b r g b b ... -> r g b r g b ...
    const redGreen = bytesInTurn(i8x16.narrow_i16x8_u(newRed, newRed), i8x16.narrow_i16x8_u(newGreen, newGreen));
    const blues = i8x16.narrow_i16x8_u(newBlue, newBlue);
    const twoBlues = bytesInTurn(blues, blues);
    v128.store(target, i8x16.swizzle(pairLow(redGreen, twoBlues), threeOfFour));
    v128.store(target, i8x16.swizzle(pairHigh(redGreen, twoBlues), threeOfFour), 12);
  }
}

// @ts-ignore: decorator
@inline
function bytesInTurn(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

// @ts-ignore: decorator
@inline
function clamp(value: v128, lowest: v128, highest: v128): v128 {
  return i16x8.min_s(i16x8.max_s(value, lowest), highest);
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

/**
 * Tables of tiles, 256 bytes each, row by row -> tables of what lies between their middles, beyond the first and the last
 * those alone: `tiles` + 1 across and down, 256 times four bytes, one of each of the four tiles around.
 */
export function pairTables(tables: usize, tiles: i32, target: usize): void {
  for (let row = 0; row <= tiles; row++) {
    const above = tables + (<usize>(max(row - 1, 0) * tiles) << 8);
    const below = tables + (<usize>(min(row, tiles - 1) * tiles) << 8);
    for (let column = 0; column <= tiles; column++) {
      const left = <usize>max(column - 1, 0) << 8;
      const right = <usize>min(column, tiles - 1) << 8;
      for (let value: usize = 0; value < 256; value += 8, target += 32) {
        const upper = bytesInTurn(v128.load64_zero(above + left + value), v128.load64_zero(above + right + value));
        const lower = bytesInTurn(v128.load64_zero(below + left + value), v128.load64_zero(below + right + value));
        v128.store(target, pairLow(upper, lower));
        v128.store(target, pairHigh(upper, lower), 16);
      }
    }
  }
}

/**
 * Each pixel: the bilinear mean, in float32, of what the four nearest tiles make of its value; see `equalizeAdaptive`;
 * 4 pixels at a time.
 *
 * @param tables see `pairTables`
 * @param columns two lists of `padded` values, a multiple of 4, one for each column: where between tiles it lies, times
 *   1,024 (i32), and the share of the tile to the right (f32)
 * @param rows for each row: where it lies, times 1,024 times what lies in a row, and the share of the tile below
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
  const low = i32x4.splat(255);
  for (let y = 0; y < height; y++, rows += 8) {
    const row = tables + <usize>load<i32>(rows);
    const lower = f32x4.splat(load<f32>(rows, 4));
    const upper = f32x4.sub(one, lower);
    let pixel = plane + <usize>(y * width);
    let to = target + <usize>(y * width);
    // what is written too far is the start of the next row, which comes later
    for (let column = columns; column < columns + (<usize>width << 2); column += 16, pixel += 4, to += 4) {
      let four = v128.load32_zero(row + load<i32>(column) + (<usize>load<u8>(pixel) << 2));
      four = v128.load_lane<u32>(row + load<i32>(column, 4) + (<usize>load<u8>(pixel, 1) << 2), four, 1);
      four = v128.load_lane<u32>(row + load<i32>(column, 8) + (<usize>load<u8>(pixel, 2) << 2), four, 2);
      four = v128.load_lane<u32>(row + load<i32>(column, 12) + (<usize>load<u8>(pixel, 3) << 2), four, 3);
      const right = v128.load(column + list);
      const left = f32x4.sub(one, right);
      const first = f32x4.add(
        f32x4.mul(f32x4.convert_i32x4_s(v128.and(four, low)), left),
        f32x4.mul(f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(four, 8), low)), right),
      );
      const second = f32x4.add(
        f32x4.mul(f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(four, 16), low)), left),
        f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(four, 24)), right),
      );
      const mean = f32x4.nearest(f32x4.add(f32x4.mul(first, upper), f32x4.mul(second, lower)));
      const words = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(mean), one);
      v128.store_lane<u32>(to, i8x16.narrow_i16x8_u(words, words), 0);
    }
  }
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
