import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { PickleGlobal, readPickle } from './pickle';
import { halfFloat } from './tflite-values';
import type { WeightArray, WeightMap } from './weight-map';

/** A tensor of a checkpoint: a view of a storage. */
class TorchTensor {
  constructor(
    readonly storage: TorchStorage,
    readonly offset: number,
    readonly shape: number[],
    readonly strides: number[],
  ) {}
}
/** A storage: its values come later in the file. */
class TorchStorage {
  values: Float32Array | null = null;
  constructor(
    readonly type: string,
    readonly key: string,
    readonly length: number,
  ) {}
}

/** Storages by name: bytes of a number, and how they become float32. */
const TYPES = new Map<string, { width: number; read: (bytes: ArrayBuffer) => Float32Array }>([
  ['torch.FloatStorage', { width: 4, read: (bytes) => new Float32Array(bytes) }],
  ['torch.DoubleStorage', { width: 8, read: (bytes) => Float32Array.from(new Float64Array(bytes)) }],
  ['torch.HalfStorage', { width: 2, read: (bytes) => Float32Array.from(new Uint16Array(bytes), halfFloat) }],
  ['torch.LongStorage', { width: 8, read: (bytes) => Float32Array.from(new BigInt64Array(bytes), Number) }],
  ['torch.IntStorage', { width: 4, read: (bytes) => Float32Array.from(new Int32Array(bytes)) }],
]);

/** Number that `torch.save` wrote first, before PyTorch 1.6. */
const MAGIC = 0x1950a86a20f9469cfc6cn;

/**
 * Reads the tensors of a PyTorch checkpoint (`.pth`, a state dict that `torch.save` wrote, in the zip format of
 * PyTorch 1.6 or the one before), without running anything of it: calls other than those that rebuild a plain
 * tensor or an ordered dictionary are refused.
 *
 * @returns arrays by module: `blocks.0.conv` holds `weight`, `bias`, ... in PyTorch's order of axes, row-major
 * @throws Error when the file is none, is damaged, or holds anything else
 * @example (await readTorch('efficientnet-lite0.pth')).layers.get('_fc') // weight [1000, 1280], bias [1000]
 */
export async function readTorch(path: string): Promise<WeightMap> {
  const bytes = await readFile(path);
  try {
    const storages = new Map<string, TorchStorage>();
    const state =
      bytes.toString('latin1', 0, 4) === 'PK\x03\x04'
        ? fromZip(bytes, storages)
        : fromStream(bytes, storages);
    if (!(state instanceof Map)) throw new Error('it holds no state dict');
    return { origin: path, layers: byModule(state) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`expected a PyTorch checkpoint (a state dict), ${path} is damaged or none: ${reason}`);
  }
}

/** How a state dict is rebuilt; all else is refused. */
function rules(storages: Map<string, TorchStorage>) {
  return {
    call(name: string, args: unknown[]): unknown {
      if (name === 'collections.OrderedDict' && args.length === 0) return new Map();
      const [storage, offset, shape, strides] = args;
      if (name === 'torch._utils._rebuild_tensor_v2' && storage instanceof TorchStorage)
        return new TorchTensor(storage, wholeNumber(offset), wholeNumbers(shape), wholeNumbers(strides));
      return undefined;
    },
    load(id: unknown): TorchStorage {
      const [kind, type, key, , length] = Array.isArray(id) ? id : [];
      if (kind !== 'storage' || !(type instanceof PickleGlobal) || !TYPES.has(type.name))
        throw new Error(
          `expected a tensor's storage, found ${type instanceof PickleGlobal ? type.name : kind}`,
        );
      const name = String(key);
      const storage = storages.get(name) ?? new TorchStorage(type.name, name, wholeNumber(length));
      storages.set(name, storage);
      return storage;
    },
  };
}

/** `archive/data.pkl` and `archive/data/<key>`. */
function fromZip(bytes: Buffer, storages: Map<string, TorchStorage>): unknown {
  const files = unzipSync(bytes);
  const pickle = Object.keys(files).find((name) => name.endsWith('/data.pkl'));
  const content = pickle && files[pickle];
  if (!pickle || !content) throw new Error('it holds no data.pkl');
  const { value } = readPickle(Buffer.from(content), 0, rules(storages));
  for (const storage of storages.values()) {
    const data = files[pickle.replace(/data\.pkl$/, `data/${storage.key}`)];
    if (!data) throw new Error(`its storage ${storage.key} is missing`);
    fill(storage, data);
  }
  return value;
}

/** Five pickles (magic number, protocol, byte order, state, keys of storages), then each storage: length and values. */
function fromStream(bytes: Buffer, storages: Map<string, TorchStorage>): unknown {
  const allowed = rules(storages);
  let at = 0;
  const next = (): unknown => {
    const { value, end } = readPickle(bytes, at, allowed);
    at = end;
    return value;
  };
  if (next() !== MAGIC) throw new Error('it does not start with the magic number of torch.save');
  if (next() !== 1001) throw new Error('expected protocol 1001');
  const system = next();
  if (system instanceof Map && system.get('little_endian') === false) throw new Error('it is big-endian');
  const state = next();
  const keys = next();
  for (const key of Array.isArray(keys) ? keys : []) {
    const storage = storages.get(String(key));
    if (!storage) throw new Error(`it has a storage ${String(key)} that no tensor uses`);
    const length = at + 8 <= bytes.length ? Number(bytes.readBigInt64LE(at)) : -1;
    const end = at + 8 + length * (TYPES.get(storage.type)?.width ?? 1);
    if (length !== storage.length || end > bytes.length) throw new Error(`it ends in storage ${storage.key}`);
    fill(storage, bytes.subarray(at + 8, end));
    at = end;
  }
  return state;
}

function fill(storage: TorchStorage, data: Uint8Array): void {
  const type = TYPES.get(storage.type);
  if (!type || data.length !== storage.length * type.width)
    throw new Error(
      `expected ${storage.length} numbers in storage ${storage.key}, found ${data.length} bytes`,
    );
  storage.values = type.read(Uint8Array.from(data).buffer);
}

function byModule(state: Map<unknown, unknown>): Map<string, WeightArray[]> {
  const layers = new Map<string, WeightArray[]>();
  for (const [key, tensor] of state) {
    if (typeof key !== 'string' || !(tensor instanceof TorchTensor))
      throw new Error(`expected tensors in the state dict, found ${String(key)}`);
    const dot = key.lastIndexOf('.');
    const layer = key.slice(0, Math.max(dot, 0));
    layers.set(layer, [
      ...(layers.get(layer) ?? []),
      { name: key.slice(dot + 1), shape: tensor.shape, values: valuesOf(tensor, key) },
    ]);
  }
  return layers;
}

/** Row-major values of a tensor, whatever the strides with which it views its storage. */
function valuesOf({ storage, offset, shape, strides }: TorchTensor, name: string): Float32Array {
  const count = shape.reduce((product, side) => product * side, 1);
  const reach = shape.reduce((sum, side, axis) => sum + (side - 1) * (strides[axis] ?? 0), offset);
  const stored = storage.values;
  if (
    !stored ||
    strides.length !== shape.length ||
    (count > 0 && reach >= stored.length) ||
    count > stored.length
  )
    throw new Error(`${name} reaches beyond its storage`);
  const values = new Float32Array(count);
  const last = shape.length - 1;
  let written = 0;
  const copy = (axis: number, from: number): void => {
    const side = shape[axis] ?? 1;
    const stride = strides[axis] ?? 0;
    for (let index = 0, at = from; index < side; index += 1, at += stride)
      if (axis < last) copy(axis + 1, at);
      else values[written++] = stored[at] ?? 0;
  };
  if (count > 0) copy(0, offset);
  return values;
}

function wholeNumber(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new Error(`expected a whole number, found ${String(value)}`);
  return value;
}

const wholeNumbers = (value: unknown): number[] => (Array.isArray(value) ? value : []).map(wholeNumber);
