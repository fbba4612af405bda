import sharp from 'sharp';
import type { Representation } from './registry';

/** What is read of a TensorFlow.js tensor. */
interface Tensor {
  shape: number[];
  dtype: string;
  size: number;
  isDisposed: boolean;
  data(): Promise<ArrayLike<number>>;
}

type Numbers = ArrayLike<number>;

const PREVIEW = 8;
const DIGITS = 5;

const short = (value: unknown): string =>
  typeof value === 'number' && !Number.isInteger(value)
    ? String(Number(value.toPrecision(DIGITS)))
    : String(value);

/** Least, greatest, mean and the first values of a list of numbers. */
function summarize(values: Numbers): string {
  let [least, greatest, sum, odd] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      odd += 1;
      continue;
    }
    if (value < least) least = value;
    if (value > greatest) greatest = value;
    sum += value;
  }
  const finite = values.length - odd;
  const first = Array.from({ length: Math.min(PREVIEW, values.length) }, (_, i) => short(values[i]));
  const list = `[${first.join(', ')}${values.length > PREVIEW ? ', ...' : ''}]`;
  const range =
    finite > 0
      ? `min ${short(least)}, max ${short(greatest)}, mean ${short(sum / finite)}`
      : 'no finite value';
  return `${range}${odd > 0 ? `, ${odd} not finite` : ''}\n${list}`;
}

/** PNG of pixels, row-major [height, width, channels]; values 0..1 or 0..255. */
async function encodePng(values: Numbers, width: number, height: number, channels: number): Promise<string> {
  let greatest = 0;
  for (let i = 0; i < values.length; i++) greatest = Math.max(greatest, values[i] ?? 0);
  const scale = greatest <= 1 ? 255 : 1;
  const bytes = Uint8Array.from(values, (value) => Math.max(0, Math.min(255, Math.round(value * scale))));
  const raw = { width, height, channels: channels as 1 | 3 | 4 };
  const png = await sharp(bytes, { raw }).resize({ width: 900, withoutEnlargement: true }).png().toBuffer();
  return png.toString('base64');
}

/** Height, width and channels when a shape can be a picture's. */
function pictureShape(shape: readonly number[]): [number, number, number] | null {
  const [height = 0, width = 0, channels = 0] = shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape;
  const dimensions = shape.length === 4 && shape[0] === 1 ? 3 : shape.length;
  const fits = dimensions === 3 && height >= 8 && width >= 8 && [1, 3, 4].includes(channels);
  return fits ? [height, width, channels] : null;
}

const inRange = (values: Numbers): boolean => {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!(value >= 0 && value <= 255)) return false;
  }
  return true;
};

/** Tensors: shape, kind, values summarized; as a picture too when it is one. */
export const tensor: Representation<Tensor> = {
  name: 'tensor',
  is: (value) =>
    typeof value === 'object' &&
    value !== null &&
    ['shape', 'dtype', 'dataId', 'isDisposed'].every((name) => name in value) &&
    typeof (value as Tensor).data === 'function',
  async show(value) {
    const title = `Tensor ${value.dtype} [${value.shape.join(', ')}]`;
    if (value.isDisposed) return { 'text/plain': `${title}, disposed of` };
    if (value.dtype === 'string') {
      const texts = Array.from(await value.data()).slice(0, PREVIEW);
      return { 'text/plain': `${title}\n${JSON.stringify(texts)}` };
    }
    const values = await value.data();
    const numbers = value.dtype === 'complex64' ? [] : values;
    const text = `${title}\n${summarize(numbers)}`;
    const picture = pictureShape(value.shape);
    if (!picture || !inRange(values)) return { 'text/plain': text };
    const [height, width, channels] = picture;
    return { 'image/png': await encodePng(values, width, height, channels), 'text/plain': text };
  },
  alt: ({ shape }) => `a tensor of shape ${shape.join(' x ')} as a picture`,
};

/** The picture format of bytes, by their first ones. */
function pictureType(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (text.startsWith('\u0089PNG')) return 'image/png';
  if (text.startsWith('\u00ff\u00d8\u00ff')) return 'image/jpeg';
  if (text.startsWith('GIF8')) return 'image/gif';
  if (text.startsWith('RIFF') && text.endsWith('WEBP')) return 'image/webp';
  return null;
}

/** Bytes of a picture file. */
export const pictureFile: Representation<Uint8Array> = {
  name: 'picture file',
  is: (value) => value instanceof Uint8Array && pictureType(value) !== null,
  async show(bytes) {
    const type = pictureType(bytes) ?? '';
    const { width = 0, height = 0 } = await sharp(bytes).metadata();
    const text = `${type.replace('image/', '').toUpperCase()} ${width} x ${height}, ${bytes.length.toLocaleString('en-US')} bytes`;
    return { [type]: Buffer.from(bytes).toString('base64'), 'text/plain': text };
  },
  alt: () => 'a picture',
};

/** A decoded picture of lib/image: `data` row-major [height, width, channels]. */
interface Decoded {
  data: Uint8Array | Uint8ClampedArray | Float32Array;
  width: number;
  height: number;
}

/** Decoded pictures. */
export const decodedPicture: Representation<Decoded> = {
  name: 'decoded picture',
  is(value) {
    if (
      typeof value !== 'object' ||
      value === null ||
      !('width' in value && 'height' in value && 'data' in value)
    )
      return false;
    const { data, width, height } = value as Decoded;
    return ArrayBuffer.isView(data) && [1, 3, 4].includes(data.length / (width * height));
  },
  async show({ data, width, height }) {
    const channels = data.length / (width * height);
    const text = `picture ${width} x ${height}, ${channels === 1 ? 'grey' : channels === 3 ? 'RGB' : 'RGBA'}\n${summarize(data)}`;
    return { 'image/png': await encodePng(data, width, height, channels), 'text/plain': text };
  },
  alt: ({ width, height }) => `a picture, ${width} x ${height}`,
};

/** Typed arrays: kind, length, values summarized. */
export const typedArray: Representation<Float32Array> = {
  name: 'typed array',
  is: (value) => ArrayBuffer.isView(value) && !(value instanceof DataView),
  show(values) {
    const title = `${values.constructor.name}(${values.length.toLocaleString('en-US')})`;
    const numbers = Array.from(values as ArrayLike<number | bigint>, Number);
    return { 'text/plain': values.length > 0 ? `${title} ${summarize(numbers)}` : `${title} []` };
  },
};
