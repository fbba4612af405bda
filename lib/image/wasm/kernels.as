// AssemblyScript, compiled to kernels.wasm by `build.sh`. Pointers are bytes into the module's
// memory, which `kernels.ts` lays out; every buffer has 64 bytes to spare behind it.

/** Bits after the point of Pillow's weights. */
const WEIGHT_BITS: i32 = 22;

/** Rows of RGB pixels -> rows of another width; see `resizeImage`. */
export function resizeRows(
  source: usize,
  width: i32,
  height: i32,
  target: usize,
  newWidth: i32,
  starts: usize,
  counts: usize,
  weights: usize,
  taps: i32,
): void {
  const half = i32x4.splat(1 << (WEIGHT_BITS - 1));
  for (let y = 0; y < height; y++) {
    const row = source + <usize>(y * width * 3);
    for (let x = 0; x < newWidth; x++) {
      let from = row + <usize>(load<i32>(starts + (<usize>x << 2)) * 3);
      let weight = weights + (<usize>(x * taps) << 2);
      const end = weight + (<usize>load<i32>(counts + (<usize>x << 2)) << 2);
      let sum = half;
      for (; weight < end; weight += 4, from += 3) {
        const pixel = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from)));
        sum = i32x4.add(sum, i32x4.mul(pixel, v128.load32_splat(weight)));
      }
      const words = i16x8.narrow_i32x4_s(i32x4.shr_s(sum, WEIGHT_BITS), i32x4.splat(0));
      // the fourth byte is written over by the next pixel
      v128.store_lane<u32>(target, i8x16.narrow_i16x8_u(words, words), 0);
      target += 3;
    }
  }
}

/** Rows of `stride` bytes -> another number of rows; see `resizeImage`. */
export function resizeColumns(
  source: usize,
  stride: i32,
  target: usize,
  newHeight: i32,
  starts: usize,
  counts: usize,
  weights: usize,
  taps: i32,
): void {
  const half = i32x4.splat(1 << (WEIGHT_BITS - 1));
  for (let y = 0; y < newHeight; y++) {
    const first = source + <usize>(load<i32>(starts + (<usize>y << 2)) * stride);
    const row = target + <usize>(y * stride);
    const weight = weights + (<usize>(y * taps) << 2);
    const end = weight + (<usize>load<i32>(counts + (<usize>y << 2)) << 2);
    // the last 16 bytes of a row may run into the next one, which is written later
    for (let i = 0; i < stride; i += 16) {
      let a = half;
      let b = half;
      let c = half;
      let d = half;
      let from = first + <usize>i;
      for (let w = weight; w < end; w += 4, from += <usize>stride) {
        const factor = v128.load32_splat(w);
        const bytes = v128.load(from);
        const low = i16x8.extend_low_i8x16_u(bytes);
        const high = i16x8.extend_high_i8x16_u(bytes);
        a = i32x4.add(a, i32x4.mul(i32x4.extend_low_i16x8_u(low), factor));
        b = i32x4.add(b, i32x4.mul(i32x4.extend_high_i16x8_u(low), factor));
        c = i32x4.add(c, i32x4.mul(i32x4.extend_low_i16x8_u(high), factor));
        d = i32x4.add(d, i32x4.mul(i32x4.extend_high_i16x8_u(high), factor));
      }
      const low = i16x8.narrow_i32x4_s(i32x4.shr_s(a, WEIGHT_BITS), i32x4.shr_s(b, WEIGHT_BITS));
      const high = i16x8.narrow_i32x4_s(i32x4.shr_s(c, WEIGHT_BITS), i32x4.shr_s(d, WEIGHT_BITS));
      v128.store(row + <usize>i, i8x16.narrow_i16x8_u(low, high));
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
