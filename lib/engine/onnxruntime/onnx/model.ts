import { WireWriter } from './wire';

/** Element types of ONNX tensors that the backend uses (numbers of `TensorProto.DataType`). */
export const ONNX_TYPE = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float64: 11,
} as const;

/** Name of an element type, as onnxruntime's `Tensor` spells it. */
export type OnnxType = keyof typeof ONNX_TYPE;

/** An attribute that must be written as float even when its value is integral. */
export class FloatAttribute {
  constructor(readonly value: number | readonly number[]) {}
}

/** Marks `value` as a float attribute. @example emitter.add('Elu', [x], { alpha: float(1) }) */
export function float(value: number | readonly number[]): FloatAttribute {
  return new FloatAttribute(value);
}

/** Value of a node attribute: numbers and number arrays are integers unless wrapped in {@link float}. */
export type Attribute = number | string | boolean | readonly number[] | FloatAttribute;

/** Attributes of a node by name; `undefined` leaves one out. */
export type Attributes = Record<string, Attribute | undefined>;

/** Data of an initializer: any typed array whose bytes are the little-endian tensor content. */
export type RawData = Float32Array | Int32Array | Uint8Array | Int8Array | BigInt64Array | Float64Array;

/** Typed input or output of a graph. */
export interface Port {
  name: string;
  type: OnnxType;
  /** Sizes; a string is a free dimension's name. Null: the runtime finds out. */
  shape: readonly (number | string)[] | null;
}

function attributeProto(name: string, value: Attribute): WireWriter {
  const proto = new WireWriter().string(1, name);
  if (value instanceof FloatAttribute) {
    if (typeof value.value === 'number') return proto.float(2, value.value).int(20, 1);
    for (const item of value.value) proto.float(7, item);
    return proto.int(20, 6);
  }
  if (typeof value === 'string') return proto.string(4, value).int(20, 3);
  if (typeof value === 'boolean') return proto.int(3, value ? 1 : 0).int(20, 2);
  if (typeof value === 'number') return proto.int(3, value).int(20, 2);
  for (const item of value) proto.int(8, item);
  return proto.int(20, 7);
}

function portProto({ name, type, shape }: Port): WireWriter {
  const dims = new WireWriter();
  for (const size of shape ?? []) {
    const dim = new WireWriter();
    dims.message(1, typeof size === 'string' ? dim.string(2, size) : dim.int(1, size));
  }
  const tensor = new WireWriter().int(1, ONNX_TYPE[type]);
  if (shape) tensor.message(2, dims);
  return new WireWriter().string(1, name).message(2, new WireWriter().message(1, tensor));
}

/** A part of a graph and the names that it makes and reads. */
interface Part {
  field: 1 | 5;
  proto: WireWriter;
  inputs: readonly string[];
  outputs: readonly string[];
}

/** Collects the parts of one ONNX graph and writes them as a `ModelProto` (see onnx.proto3 of onnx/onnx). */
export class ModelWriter {
  /** Operator set that all graphs of the backend are written in. */
  static readonly opset = 21;
  private readonly parts: Part[] = [];
  private readonly ports = new WireWriter();
  private readonly results = new Set<string>();
  private readonly metadata: [string, string][] = [];
  /** Of operators beside ONNX's own. */
  private readonly domains = new Set<string>();

  /**
   * Adds a node. Nodes must come in topological order.
   * @param type an operator of ONNX, or one of another domain: `com.microsoft.nchwc.Conv`
   * @param origin what its name ends with
   */
  node(
    type: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes = {},
    origin = '',
  ): void {
    const proto = new WireWriter();
    for (const input of inputs) proto.string(1, input);
    for (const output of outputs) proto.string(2, output);
    const end = type.lastIndexOf('.');
    proto.string(3, `n${this.parts.length}${origin}`).string(4, type.slice(end + 1));
    if (end > 0) {
      const domain = type.slice(0, end);
      this.domains.add(domain);
      proto.string(7, domain);
    }
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined) proto.message(5, attributeProto(name, value));
    }
    this.parts.push({ field: 1, proto, inputs, outputs });
  }

  /** Adds a constant; `data` is kept by reference. */
  initializer(name: string, type: OnnxType, shape: readonly number[], data: RawData): void {
    const proto = new WireWriter();
    for (const size of shape) proto.int(1, size);
    proto.int(2, ONNX_TYPE[type]).string(8, name);
    proto.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    this.parts.push({ field: 5, proto, inputs: [], outputs: [name] });
  }

  input(port: Port): void {
    this.ports.message(11, portProto(port));
  }

  output(port: Port): void {
    this.results.add(port.name);
    this.ports.message(12, portProto(port));
  }

  /** Adds an entry to the model's metadata. */
  meta(key: string, value: string): void {
    this.metadata.push([key, value]);
  }

  /** The serialized model, without the parts that no output needs. */
  toBytes(): Uint8Array {
    const needed = new Set(this.results);
    const used = this.parts.reverse().filter(({ inputs, outputs }) => {
      const use = outputs.some((name) => needed.has(name));
      if (use) for (const name of inputs) needed.add(name);
      return use;
    });
    const graph = new WireWriter();
    for (const { field, proto } of used.reverse()) graph.message(field, proto);
    graph.string(2, 'graph').append(this.ports);
    const model = new WireWriter().int(1, 10).string(2, 'dog-breed-notebooks');
    model.message(8, new WireWriter().string(1, '').int(2, ModelWriter.opset));
    for (const domain of this.domains) model.message(8, new WireWriter().string(1, domain).int(2, 1));
    model.message(7, graph);
    for (const [key, value] of this.metadata) {
      model.message(14, new WireWriter().string(1, key).string(2, value));
    }
    return model.toBytes();
  }
}
