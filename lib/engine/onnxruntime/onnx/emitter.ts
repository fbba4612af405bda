import { identity, isIdentity, permuteShape } from '../graph/axes';
import { item } from '../graph/lists';
import type { Emittable, NumericArray, NumericType, Value } from '../graph/value';
import { type Attributes, ModelWriter, type OnnxType, type RawData } from './model';
import { between, channelsFirst, keepsOrder, permuteData } from './permute';

/** What the emitter does with a concrete value that a graph reads. */
export interface Leaf {
  value: Value;
  /** Elements to build into the model, or null to feed them at every run. */
  constant: NumericArray | null;
}

/**
 * Turns recorded nodes into ONNX nodes. A value may exist in several *forms*: stored in its logical axis order
 * (NHWC) or permuted (NCHW for convolutions). Forms are derived only when a consumer asks for one, so that a chain
 * of convolutions, batch norms, poolings and activations stays channels-first without a transpose in between.
 */
export class Emitter {
  readonly writer = new ModelWriter();
  /** Stands in the name of each node that is added, so that the runtime's errors tell where it comes from. */
  origin = '';
  private readonly forms = new Map<Value, Map<string, string>>();
  private readonly constants = new Map<string, string>();
  private readonly leaves = new Map<Value, NumericArray>();
  /** Shape of each name, where known. */
  private readonly shapes = new Map<string, string>();
  /** What each reshaped name was reshaped from. */
  private readonly origins = new Map<string, string>();
  /** Names that cannot be a graph output: inputs, initializers, and what is an output already. */
  private readonly taken = new Set<string>();
  private names = 0;

  /** @param runtime that the graph is written for; without one, for any */
  constructor(private readonly runtime: { readonly channelBlock?: number } = {}) {}

  /** Channels that lie together in the layout of the runtime's own convolutions (`SessionFactory`); 0 for none. */
  get channelBlock(): number {
    return this.runtime.channelBlock ?? 0;
  }

  private name(): string {
    return `v${this.names++}`;
  }

  /** Declares a graph input named `name` for `value`. */
  feed(value: Value, name: string): void {
    this.writer.input({ name, type: value.dtype, shape: value.shape });
    this.taken.add(name);
    this.set(value, name);
  }

  /** Declares that `value` always holds `data`. */
  constant(value: Value, data: NumericArray): void {
    this.leaves.set(value, data);
  }

  /** True for a value that has a name or is a constant. */
  declared(value: Value): boolean {
    return this.forms.has(value) || this.leaves.has(value);
  }

  /** Elements of `value` when they are known while the graph is built, else null. */
  known(value: Value): NumericArray | null {
    return this.leaves.get(value) ?? null;
  }

  /** Declares `value` as graph output and returns the output's name. */
  output(value: Value): string {
    const computed = this.get(value);
    const name = this.taken.has(computed) ? this.add('Identity', [computed]) : computed;
    this.taken.add(name);
    this.writer.output({ name, type: value.dtype, shape: value.shape });
    return name;
  }

  /** Adds an ONNX node with one output and returns the output's name. An empty input name is an absent input. */
  add(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const name = this.name();
    this.writer.node(type, inputs, [name], attributes, this.origin);
    return name;
  }

  /** Adds an ONNX node with two outputs. */
  addTwo(type: string, inputs: readonly string[], attributes: Attributes = {}): [string, string] {
    return this.addMany(2, type, inputs, attributes) as [string, string];
  }

  /** Adds an ONNX node with `count` outputs. */
  addMany(count: number, type: string, inputs: readonly string[], attributes: Attributes = {}): string[] {
    const names = Array.from({ length: count }, () => this.name());
    this.writer.node(type, inputs, names, attributes, this.origin);
    return names;
  }

  /** Adds an initializer; equal small ones are shared. */
  initializer(type: OnnxType, shape: readonly number[], data: RawData): string {
    const key =
      data.length <= 64 ? `${type}[${shape}]${Array.from<number | bigint, string>(data, numberKey)}` : '';
    const shared = key ? this.constants.get(key) : undefined;
    if (shared !== undefined) return shared;
    const name = this.name();
    this.writer.initializer(name, type, shape, data);
    this.taken.add(name);
    if (key) this.constants.set(key, name);
    return name;
  }

  /** An int64 vector, as shapes, axes and pads are given to ONNX operators. */
  ints(values: readonly number[]): string {
    return this.indices(values, [values.length]);
  }

  /** int64 numbers of some shape, as operators take indices. */
  indices(values: readonly number[], shape: readonly number[]): string {
    return this.initializer('int64', shape, BigInt64Array.from(values, BigInt));
  }

  /** An int64 scalar. */
  int(value: number): string {
    return this.initializer('int64', [], BigInt64Array.of(BigInt(value)));
  }

  /** A scalar of `dtype`. */
  scalar(value: number, dtype: NumericType = 'float32'): string {
    if (dtype === 'float32') return this.initializer('float32', [], Float32Array.of(value));
    if (dtype === 'int32') return this.initializer('int32', [], Int32Array.of(value));
    return this.initializer('bool', [], Uint8Array.of(value ? 1 : 0));
  }

  /** A float32 tensor known at build time. */
  floats(values: Float32Array, shape: readonly number[]): string {
    return this.initializer('float32', shape, values);
  }

  /** States that `name` holds `value`, stored with its axes in the order `perm` (default: logical order). */
  set(value: Value, name: string, perm: readonly number[] = identity(value.shape.length)): void {
    const forms = this.forms.get(value) ?? new Map<string, string>();
    this.forms.set(value, forms);
    forms.set(perm.join(), name);
    this.shapes.set(name, permuteShape(value.shape, perm).join());
  }

  /** The only stored axis order of `value` when that is not the logical one, else null. */
  permutation(value: Value): number[] | null {
    const forms = this.forms.get(value);
    if (!forms || forms.has(identity(value.shape.length).join())) return null;
    const first = forms.keys().next().value;
    return first === undefined ? null : first.split(',').map(Number);
  }

  /** Name of `value` stored with its axes in the order `perm`; derives that form when it does not exist yet. */
  get(value: Value, perm: readonly number[] = identity(value.shape.length)): string {
    const wanted = this.forms.get(value)?.get(perm.join());
    if (wanted !== undefined) return wanted;
    const name = this.derive(value, perm);
    this.set(value, name, perm);
    return name;
  }

  private derive(value: Value, perm: readonly number[]): string {
    const { shape, dtype } = value;
    const data = this.leaves.get(value);
    if (data) {
      const moved = keepsOrder(shape, perm) ? data : permuteData(data, shape, perm);
      return this.initializer(dtype, permuteShape(shape, perm), moved);
    }
    // The form whose last axes are already in place is the cheapest to move.
    const forms = [...(this.forms.get(value) ?? [])].map(
      ([key, name]) => [key.split(',').map(Number), name] as const,
    );
    const inPlace = (from: readonly number[]) => perm.length - 1 - lastDifference(from, perm);
    const [first] = forms.sort(([a], [b]) => inPlace(b) - inPlace(a));
    if (!first)
      throw new Error(`expected a computed value of shape [${shape}], found none: a node was not emitted`);
    const [from, name] = first;
    return this.transpose(name, permuteShape(shape, from), between(from, perm));
  }

  /** Reorders the axes of `name`; a move of axes of length 1 becomes a reshape. */
  transpose(name: string, shape: readonly number[], perm: readonly number[]): string {
    if (isIdentity(perm)) return name;
    if (keepsOrder(shape, perm)) return this.reshape(name, permuteShape(shape, perm));
    return this.add('Transpose', [name], { perm });
  }

  /** States that the tensor `name` has this shape, so that reshapes can be undone. */
  know(name: string, shape: readonly number[]): string {
    this.shapes.set(name, shape.join());
    return name;
  }

  /** Reshapes `name` to `shape`; reshaping back to an earlier shape costs nothing. */
  reshape(name: string, shape: readonly number[]): string {
    const wanted = shape.join();
    for (let origin: string | undefined = name; origin; origin = this.origins.get(origin)) {
      if (this.shapes.get(origin) === wanted) return origin;
    }
    const reshaped = this.add('Reshape', [name, this.ints(shape)], { allowzero: 1 });
    this.origins.set(reshaped, name);
    this.shapes.set(reshaped, wanted);
    return reshaped;
  }

  /** `value` made ready to broadcast against tensors of `rank` axes stored in the order `perm`. */
  aligned(value: Value, rank: number, perm: readonly number[]): string {
    const missing = rank - value.shape.length;
    if (missing === 0) return this.get(value, perm);
    if (value.size === 1 || isIdentity(perm)) return this.get(value);
    const full = [...Array<number>(missing).fill(1), ...value.shape];
    const shape = permuteShape(full, perm);
    const data = this.leaves.get(value);
    if (data) {
      return this.initializer(
        value.dtype,
        shape,
        keepsOrder(full, perm) ? data : permuteData(data, full, perm),
      );
    }
    return this.transpose(this.reshape(this.get(value), full), full, perm);
  }

  /** Axis order in which an elementwise node moves the fewest elements. */
  elementwiseOrder(inputs: readonly Value[], rank: number): number[] {
    const plain = identity(rank);
    const full = inputs.filter((value) => value.shape.length === rank);
    const permuted = full.filter((value) => this.permutation(value));
    if (permuted.length === 0 && full.some(isImage) && inputs.some(isChannelVector))
      return channelsFirst(rank);
    const [stored] = permuted;
    const candidate = stored ? this.permutation(stored) : null;
    const key = candidate?.join() ?? '';
    const elements = (values: Value[]) => values.reduce((sum, value) => sum + value.size, 0);
    const moved = elements(permuted);
    const stay = elements(
      full.filter((value) => !this.permutation(value) && !this.forms.get(value)?.has(key)),
    );
    return candidate && moved >= stay ? candidate : plain;
  }

  /**
   * Emits an elementwise node: brings all inputs into one axis order and lets `make` name the result.
   * @param make receives the names of the aligned inputs
   */
  elementwise(node: Emittable, make: (...names: string[]) => string): void {
    const [out] = node.outputs;
    const rank = out.shape.length;
    const perm = this.elementwiseOrder(node.inputs, rank);
    const names = node.inputs.map((value) => this.aligned(value, rank, perm));
    this.set(out, make(...names), perm);
  }
}

/** Channels up to which a vector along the last axis is better broadcast along the first. */
const FEW_CHANNELS = 16;

/** True for a large tensor with a last axis so short that broadcasting along it costs more than moving it. */
function isImage({ shape, size }: Value): boolean {
  return shape.length >= 4 && item(shape, shape.length - 1) <= FEW_CHANNELS && size >= 1 << 16;
}

/** True for a value for each channel, to be broadcast over pictures. */
function isChannelVector({ shape, size }: Value): boolean {
  return size > 1 && size === shape.at(-1);
}

/** Last position at which two axis orders differ, -1 if they are equal. */
function lastDifference(a: readonly number[], b: readonly number[]): number {
  for (let i = a.length - 1; i >= 0; i--) if (a[i] !== b[i]) return i;
  return -1;
}

/** A number as text that tells -0 from 0. */
function numberKey(value: number | bigint): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
