/** Element types that a recorded value can have. Strings and complex numbers never enter a graph. */
export type NumericType = 'float32' | 'int32' | 'bool';

/** True for the dtypes whose tensors become recorded values. */
export function isNumericType(dtype: string): dtype is NumericType {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}

/** Typed array that holds a value's elements: bool is one byte each, 0 or 1. */
export type NumericArray = Float32Array | Int32Array | Uint8Array;

/** Attributes of a recorded kernel call: whatever {@link attributesKey} can write. */
export type KernelAttributes = Record<string, unknown>;

/** Shape and dtype of a value, known when it is recorded. */
export interface Signature {
  shape: number[];
  dtype: NumericType;
}

/**
 * A product taken apart: the value is the product of `fulls` (each of the value's own shape) and of `small`, which
 * broadcasts over it. Gradients of batch norm are sums of such products, and a factor that is constant along the
 * summed axes is cheaper outside the sum.
 */
export interface Product {
  fulls: Value[];
  small: Value;
}

/**
 * One tensor of the lazy graph. It is *pending* while `data` is null (its producer has not run) and *concrete*
 * afterwards. A value stays reachable through the nodes that read it, whatever becomes of the TF.js tensors.
 */
export class Value {
  /** Elements in row-major order, or null while pending. */
  data: NumericArray | null = null;
  /** Why it cannot be computed; null while it can, or may. Whoever reads the value gets it. */
  error: Error | null = null;
  /** True while `data` is the caller's array, who may refill it once the call that is being made returns. */
  borrowed = false;
  /** Number of live TF.js data ids that show this value. */
  references = 0;
  /** Reshaped views of this value by shape, so that a repeated reshape is recorded once. */
  views: Map<string, Value> | null = null;
  /** The value that this one shows under another shape. */
  viewed: Value | null = null;
  /** The value as a product of a large and a small part, if it was recorded as one. */
  product: Product | null = null;

  constructor(
    readonly shape: number[],
    readonly dtype: NumericType,
    /** The call that computes this value; null once concrete. */
    public producer: RecordedNode | null,
    /** Which of the producer's outputs it is. */
    readonly index: number,
  ) {}

  /** True while neither elements nor an error are known. */
  get isPending(): boolean {
    return this.data === null && this.error === null;
  }

  /** Makes the value one that cannot be computed. */
  fail(error: Error): void {
    this.error = error;
    this.producer = null;
    this.product = null;
  }

  /** Number of elements. */
  get size(): number {
    let size = 1;
    for (const length of this.shape) size *= length;
    return size;
  }
}

let recorded = 0;

/** What is being recorded, so that an error can name it: TF.js's kernel, and the layer that calls it. */
export const recording = { kernel: '', layer: '' };

/** One recorded kernel call. */
export class RecordedNode {
  /** Grows with every recorded call: sorting by it is a topological order. */
  readonly id = recorded++;
  readonly outputs: Outputs;
  /** TF.js's kernel that recorded the call, and the layer that called it, if any did; they decide nothing. */
  kernel = recording.kernel;
  layer = recording.layer;
  /** Of a segment: the layers of its nodes. */
  layers: readonly string[] | null = null;
  /** Everything but the inputs that decides what the node computes. */
  readonly signature: string;

  constructor(
    readonly op: string,
    readonly inputs: Value[],
    readonly attrs: KernelAttributes,
    outputs: readonly Signature[],
  ) {
    const types = outputs.map(({ shape, dtype }) => `${dtype}[${shape}]`);
    this.signature = `${op}${attributesKey(attrs)}${types}`;
    this.outputs = outputs.map(({ shape, dtype }, index) => new Value(shape, dtype, this, index)) as Outputs;
  }

  /** Passes the error of a failed input on to the outputs. @returns true if there is one */
  inheritsError(): boolean {
    const error = this.inputs.find((input) => input.error !== null)?.error;
    if (!error) return false;
    for (const output of this.outputs) output.fail(error);
    return true;
  }
}

/** What a node makes: at least one value. */
export type Outputs = [Value, ...Value[]];

/** What is emitted for a plan: like recorded nodes, after several became one. */
export interface Emittable<
  In extends readonly Value[] = Value[],
  Attrs = KernelAttributes,
  Out extends readonly Value[] = Outputs,
> {
  readonly op: string;
  readonly inputs: In;
  readonly attrs: Attrs;
  readonly outputs: Out;
  /** TF.js's kernel that recorded it, and the layer that called it, for errors. */
  readonly kernel: string;
  readonly layer: string;
}

/**
 * Attributes as text: equal for attributes that mean the same, and only for those. JSON would write Infinity,
 * -Infinity, NaN and null alike, and -0 as 0.
 */
export function attributesKey(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return `[${value.map(attributesKey).join()}]`;
  if (typeof value === 'object' && value !== null) {
    if ('key' in value) return `<${value.key}>`; // a segment
    return `{${Object.entries(value).map(([name, each]) => `${name}:${attributesKey(each)}`)}}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** A concrete value. @param data elements in row-major order, kept by reference */
export function concreteValue(data: NumericArray, shape: number[], dtype: NumericType): Value {
  const value = new Value(shape, dtype, null, 0);
  value.data = data;
  return value;
}

/** Elements of a value that was computed. @throws if it was not */
export function elementsOf(value: Value): NumericArray {
  if (!value.data)
    throw value.error ?? new Error('expected a value that was computed, received a pending one');
  return value.data;
}

/** A zeroed array for `size` elements of `dtype`. */
export function allocate(dtype: NumericType, size: number): NumericArray {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}
