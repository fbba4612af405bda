/** TensorType of the TensorFlow Lite schema. */
export type TfliteType = number;

/** The arrays that weights are stored in, little-endian; bytes stand for themselves. */
const ARRAYS = new Map<number, (bytes: ArrayBuffer) => ArrayLike<number>>([
  [0, (bytes) => new Float32Array(bytes)],
  [1, (bytes) => Float32Array.from(new Uint16Array(bytes), halfFloat)],
  [2, (bytes) => new Int32Array(bytes)],
  [3, (bytes) => new Uint8Array(bytes)],
  [4, (bytes) => Array.from(new BigInt64Array(bytes), Number)],
  [9, (bytes) => new Int8Array(bytes)],
]);
const WIDTHS = new Map([[0, 4], [1, 2], [2, 4], [3, 1], [4, 8], [9, 1]]); // biome-ignore format: type, bytes

/** What {@link tensorValues} must know of a tensor. */
interface Stored {
  name: string;
  shape: number[];
  type: TfliteType;
  scales: number[];
  zeroPoints: number[];
  axis: number;
}

/**
 * The real numbers of a stored tensor: `(stored - zero point) * scale`, with one scale for all or one for each
 * position of its quantized axis.
 *
 * @param data the buffer as the file holds it
 * @returns row-major in the tensor's shape
 * @throws Error when the buffer has another length than the shape, or a type that is not read here
 */
export function tensorValues(
  { name, shape, type, scales, zeroPoints, axis }: Stored,
  data: Uint8Array,
): Float32Array {
  const toArray = ARRAYS.get(type);
  if (!toArray) throw new Error(`${name} has the type ${type}, which is not read here`);
  const count = shape.reduce((product, side) => product * side, 1);
  const bytes = count * (WIDTHS.get(type) ?? 1);
  if (data.length !== bytes) throw new Error(`expected ${bytes} bytes for ${name}, found ${data.length}`);
  const stored = toArray(Uint8Array.from(data).buffer);
  const values = Float32Array.from(stored);
  if (scales.length === 0) return values;
  if (scales.length > 1 && scales.length !== shape[axis])
    throw new Error(`expected ${shape[axis]} scales for axis ${axis} of ${name}, found ${scales.length}`);
  const inner =
    scales.length > 1 ? shape.slice(axis + 1).reduce((product, side) => product * side, 1) : count;
  for (let start = 0, run = 0; start < count; start += inner, run += 1) {
    const scale = scales[run % scales.length] ?? 1;
    const zero = zeroPoints[run % scales.length] ?? 0;
    const end = start + inner;
    for (let index = start; index < end; index += 1) values[index] = ((stored[index] ?? 0) - zero) * scale;
  }
  return values;
}

/** An IEEE 754 half-precision number from its 16 bits. */
export function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
