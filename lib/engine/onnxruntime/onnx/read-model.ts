import {
  type Attribute,
  FloatAttribute,
  ModelWriter,
  ONNX_TYPE,
  type OnnxType,
  type Port,
  type RawData,
} from './model';
import { readFields } from './wire-reader';

/** A node of an {@link OnnxGraph}, of ONNX's own operators. */
export interface OnnxNode {
  type: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
}

/** A constant of an {@link OnnxGraph}. */
export interface OnnxConstant {
  type: OnnxType;
  shape: number[];
  data: RawData;
}

/** An ONNX model as plain data: what a pass over it reads and rewrites. */
export interface OnnxGraph {
  /** In topological order. */
  nodes: OnnxNode[];
  constants: Map<string, OnnxConstant>;
  inputs: Port[];
  outputs: Port[];
  metadata: Record<string, string>;
}

const NAMES = new Map<number, OnnxType>(
  Object.entries(ONNX_TYPE).map(([name, number]) => [number, name as OnnxType]),
);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/**
 * Reads an ONNX model of the operator set that this backend writes, as it or onnxruntime's basic optimizations left it.
 *
 * @param bytes a serialized `ModelProto`; constants are views of it where they are aligned
 * @throws Error when it is damaged, or holds what this reader does not know: other domains, subgraphs, sparse tensors
 * @example readOnnx(await readFile('dogs.onnx')).nodes.filter(({ type }) => type === 'Conv').length
 */
export function readOnnx(bytes: Uint8Array): OnnxGraph {
  const graph: OnnxGraph = { nodes: [], constants: new Map(), inputs: [], outputs: [], metadata: {} };
  let opset = 0;
  for (const { field, bytes: part } of readFields(bytes)) {
    if (field === 7) readGraph(part, graph);
    if (field === 8) opset = readOpset(part) ?? opset;
    if (field === 14) {
      const fields = [...readFields(part)];
      const entry = (number: number) =>
        text(fields.find(({ field }) => field === number)?.bytes ?? part.subarray(0, 0));
      graph.metadata[entry(1)] = entry(2);
    }
  }
  if (opset !== ModelWriter.opset)
    throw new Error(
      `expected an ONNX model of operator set ${ModelWriter.opset}, received ${opset || 'none'}`,
    );
  graph.inputs = graph.inputs.filter(({ name }) => !graph.constants.has(name));
  return graph;
}

/** The operator set of ONNX's own domain; undefined for another domain's. */
function readOpset(bytes: Uint8Array): number | undefined {
  const fields = [...readFields(bytes)];
  const isOwn = fields.every(({ field, bytes: name }) => field !== 1 || name.length === 0);
  return isOwn ? fields.find(({ field }) => field === 2)?.number : undefined;
}

function readGraph(bytes: Uint8Array, graph: OnnxGraph): void {
  for (const { field, bytes: part } of readFields(bytes)) {
    if (field === 1) graph.nodes.push(readNode(part));
    else if (field === 5) {
      const { name, ...constant } = readTensor(part);
      graph.constants.set(name, constant);
    } else if (field === 11) graph.inputs.push(readPort(part));
    else if (field === 12) graph.outputs.push(readPort(part));
    else if (field === 15)
      throw new Error('expected an ONNX model without sparse tensors, received one with some');
  }
}

function readNode(bytes: Uint8Array): OnnxNode {
  const node: OnnxNode = { type: '', inputs: [], outputs: [], attributes: {} };
  let domain = '';
  for (const { field, bytes: part } of readFields(bytes)) {
    if (field === 1) node.inputs.push(text(part));
    if (field === 2) node.outputs.push(text(part));
    if (field === 4) node.type = text(part);
    if (field === 7) domain = text(part);
    if (field === 5) {
      const [name, value] = readAttribute(part);
      node.attributes[name] = value;
    }
  }
  if (domain !== '' && domain !== 'ai.onnx')
    throw new Error(`expected ONNX's own operators, received ${node.type} of ${domain}`);
  return node;
}

function readAttribute(bytes: Uint8Array): [string, Attribute] {
  let name = '';
  let type = 0;
  let value: Attribute = 0;
  const numbers: number[] = [];
  for (const { field, number, bytes: part } of readFields(bytes)) {
    if (field === 1) name = text(part);
    if (field === 20) type = number;
    if (field === 2) value = new FloatAttribute(number);
    if (field === 3) value = number;
    if (field === 4) value = text(part);
    if (field === 8) numbers.push(...(part.length > 0 ? packed(part) : [number]));
    if (field === 7) numbers.push(...(part.length > 0 ? new Float32Array(part.slice().buffer) : [number]));
  }
  if (type === 7) return [name, numbers];
  if (type === 6) return [name, new FloatAttribute(numbers)];
  if (type >= 1 && type <= 3) return [name, value];
  throw new Error(`expected attributes that are numbers or text, received ${name} of type ${type}`);
}

/** Varints one after another. */
function packed(bytes: Uint8Array): number[] {
  const values: number[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte >= 128) continue;
    values.push(Number(BigInt.asIntN(64, value)));
    [value, shift] = [0n, 0n];
  }
  return values;
}

function readTensor(bytes: Uint8Array): OnnxConstant & { name: string } {
  const shape: number[] = [];
  const floats: number[] = [];
  const integers: number[] = [];
  let [name, type]: [string, OnnxType | undefined] = ['', undefined];
  let raw: Uint8Array | null = null;
  for (const { field, number, bytes: part } of readFields(bytes)) {
    if (field === 1) shape.push(...(part.length > 0 ? packed(part) : [number]));
    if (field === 2) type = NAMES.get(number);
    if (field === 8) name = text(part);
    if (field === 9) raw = part;
    if (field === 4) floats.push(...(part.length > 0 ? new Float32Array(part.slice().buffer) : [number]));
    if (field === 5 || field === 7) integers.push(...(part.length > 0 ? packed(part) : [number]));
    if (field === 13)
      throw new Error(`expected the constant ${name} in the model's file, found it in another`);
  }
  if (!type || type === 'string')
    throw new Error(`expected a constant ${name} of numbers, received another type`);
  const data = raw ? fromRaw(type, raw) : fromNumbers(type, type === 'float32' ? floats : integers);
  return { name, type, shape, data };
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8Array,
  int8: Int8Array,
  bool: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
} as const;

function fromRaw(type: Exclude<OnnxType, 'string'>, raw: Uint8Array): RawData {
  const Typed = ARRAYS[type];
  const { BYTES_PER_ELEMENT: width } = Typed;
  const bytes = raw.byteOffset % width === 0 ? raw : raw.slice();
  return new Typed(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / width);
}

function fromNumbers(type: Exclude<OnnxType, 'string'>, values: readonly number[]): RawData {
  return type === 'int64' ? BigInt64Array.from(values, BigInt) : ARRAYS[type].from(values);
}

function readPort(bytes: Uint8Array): Port {
  const port: Port = { name: '', type: 'float32', shape: [] };
  const shape: (number | string)[] = [];
  const inside = (message: Uint8Array, wanted: number) =>
    [...readFields(message)].filter(({ field }) => field === wanted);
  for (const { field, bytes: part } of readFields(bytes)) {
    if (field === 1) port.name = text(part);
    if (field !== 2) continue;
    for (const tensor of inside(part, 1)) {
      port.type = NAMES.get(inside(tensor.bytes, 1)[0]?.number ?? 1) ?? 'float32';
      for (const dims of inside(tensor.bytes, 2))
        for (const dim of inside(dims.bytes, 1)) {
          const [size] = readFields(dim.bytes);
          shape.push(size?.field === 1 ? size.number : text(size?.bytes ?? new Uint8Array()));
        }
    }
  }
  return { ...port, shape };
}

/**
 * Writes an {@link OnnxGraph} as a serialized model, without the nodes and constants that no output needs.
 *
 * @example writeOnnx(readOnnx(bytes))
 */
export function writeOnnx({ nodes, constants, inputs, outputs, metadata }: OnnxGraph): Uint8Array {
  const writer = new ModelWriter();
  for (const port of inputs) writer.input(port);
  for (const [name, { type, shape, data }] of constants) writer.initializer(name, type, shape, data);
  for (const { type, inputs: from, outputs: to, attributes } of nodes)
    writer.node(type, from, to, attributes);
  for (const port of outputs) writer.output(port);
  for (const [key, value] of Object.entries(metadata)) writer.meta(key, value);
  return writer.toBytes();
}
