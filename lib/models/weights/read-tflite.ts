import { readFile } from 'node:fs/promises';
import { FlatTable } from './flatbuffer-table';
import { type TfliteType, tensorValues } from './tflite-values';

/** A tensor of a TensorFlow Lite model. */
export interface TfliteTensor {
  name: string;
  shape: number[];
  type: TfliteType;
  /** Whether the file holds its values; activations have none. */
  constant: boolean;
  /** `real = (stored - zeroPoints) * scales`, one for all or one for each position of `axis`; empty: stored as is. */
  scales: number[];
  zeroPoints: number[];
  axis: number;
  /** Its values as real numbers. @throws Error when it is no constant, or of a type that is not read */
  values(): Float32Array;
}

/** One operation of a TensorFlow Lite model, in the order in which they are computed. */
export interface TfliteOperation {
  /** Name in the schema, e.g. `CONV_2D`; `BUILTIN_<n>` for those that are not told apart here. */
  kind: string;
  /** Tensors, null where an optional one is left out. */
  inputs: (TfliteTensor | null)[];
  outputs: TfliteTensor[];
  /** Of convolutions and poolings. */
  padding: 'same' | 'valid' | null;
  strides: [number, number] | null;
  activation: 'linear' | 'relu' | 'relu6' | null;
}

/** The first subgraph of a TensorFlow Lite model. */
export interface TfliteModel {
  inputs: TfliteTensor[];
  outputs: TfliteTensor[];
  operations: TfliteOperation[];
}

/** BuiltinOperator of the schema: what image classifiers are made of. */
const KINDS = new Map([
  [0, 'ADD'],
  [1, 'AVERAGE_POOL_2D'],
  [2, 'CONCATENATION'],
  [3, 'CONV_2D'],
  [4, 'DEPTHWISE_CONV_2D'],
  [6, 'DEQUANTIZE'],
  [9, 'FULLY_CONNECTED'],
  [14, 'LOGISTIC'],
  [17, 'MAX_POOL_2D'],
  [18, 'MUL'],
  [22, 'RESHAPE'],
  [25, 'SOFTMAX'],
  [34, 'PAD'],
  [40, 'MEAN'],
  [114, 'QUANTIZE'],
]);

/** Where the options of a kind hold padding, strides (w, h) and the activation. */
const OPTIONS = new Map([
  ['CONV_2D', { padding: 0, strides: [1, 2], activation: 3 }],
  ['DEPTHWISE_CONV_2D', { padding: 0, strides: [1, 2], activation: 4 }],
  ['AVERAGE_POOL_2D', { padding: 0, strides: [1, 2], activation: 5 }],
  ['MAX_POOL_2D', { padding: 0, strides: [1, 2], activation: 5 }],
] as const);

/**
 * Reads a TensorFlow Lite model (`.tflite`): its operations and constant tensors, quantized ones included. Fields
 * are numbered as in `tensorflow/compiler/mlir/lite/schema/schema.fbs`, version 3.
 *
 * @throws Error when the file is none, is damaged, or has an activation or type that is not known here
 * @example (await readTflite('inception_v3.tflite')).operations.filter(({ kind }) => kind === 'CONV_2D').length // 95
 */
export async function readTflite(path: string): Promise<TfliteModel> {
  const bytes = await readFile(path);
  try {
    return parseTflite(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `expected a TensorFlow Lite model, ${path} (${bytes.length} bytes) is damaged or none: ${reason}`,
    );
  }
}

function parseTflite(bytes: Uint8Array): TfliteModel {
  const model = FlatTable.root(bytes, 'TFL3');
  const kinds = model.tables(1).map(kindOf);
  const buffers = model.tables(4).map((buffer) => buffer.bytes(0));
  const [graph] = model.tables(2);
  if (!graph) throw new Error('it has no subgraph');
  const tensors = graph.tables(0).map((tensor) => tensorOf(tensor, buffers));
  const tensorAt = (index: number): TfliteTensor => {
    const tensor = tensors[index];
    if (!tensor) throw new Error(`it names tensor ${index}, and has ${tensors.length}`);
    return tensor;
  };
  const operations = graph.tables(3).map((operator): TfliteOperation => {
    const kind = kinds[operator.int(0)];
    if (kind === undefined) throw new Error(`it names operation ${operator.int(0)}, and has ${kinds.length}`);
    return {
      kind,
      inputs: operator.ints(1).map((index) => (index < 0 ? null : tensorAt(index))),
      outputs: operator.ints(2).map(tensorAt),
      ...optionsOf(kind, operator.table(4)),
    };
  });
  return {
    inputs: graph.ints(1).map(tensorAt),
    outputs: graph.ints(2).map(tensorAt),
    operations,
  };
}

/** The kind of an operation: files before schema 3a have it in the first field only. */
function kindOf(code: FlatTable): string {
  const number = Math.max(code.byte(0), code.int(3));
  return KINDS.get(number) ?? `BUILTIN_${number}`;
}

function optionsOf(
  kind: string,
  options: FlatTable | null,
): Pick<TfliteOperation, 'padding' | 'strides' | 'activation'> {
  const fields = OPTIONS.get(kind as Parameters<typeof OPTIONS.get>[0]);
  if (!fields || !options) return { padding: null, strides: null, activation: null };
  const [width, height] = fields.strides;
  const activation = (['linear', 'relu', null, 'relu6'] as const)[options.byte(fields.activation)];
  if (!activation) throw new Error(`${kind} has an activation that is not known`);
  return {
    padding: options.byte(fields.padding) === 0 ? 'same' : 'valid',
    strides: [options.int(height), options.int(width)],
    activation,
  };
}

function tensorOf(tensor: FlatTable, buffers: Uint8Array[]): TfliteTensor {
  const quantization = tensor.table(4);
  const type = tensor.byte(1);
  const data = buffers[tensor.int(2)] ?? new Uint8Array(0);
  const read = {
    name: tensor.text(3),
    shape: tensor.ints(0),
    type,
    constant: data.length > 0,
    scales: quantization?.floats(2) ?? [],
    zeroPoints: quantization?.longs(3) ?? [],
    axis: quantization?.int(6) ?? 0,
  };
  return { ...read, values: () => tensorValues(read, data) };
}
