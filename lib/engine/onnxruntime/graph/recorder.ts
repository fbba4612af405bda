import type { KernelAttributes, Signature, Value } from './value';

/** One value for each signature. */
export type ValuesOf<Out extends readonly Signature[]> = { [K in keyof Out]: Value };

/** What a kernel may ask of the backend while it records a call. */
export interface Recorder {
  /** Records a node with one output. */
  record(op: string, inputs: Value[], attrs: KernelAttributes, output: Signature): Value;
  /** Records a node with several outputs. */
  recordMany<Out extends Signature[]>(
    op: string,
    inputs: Value[],
    attrs: KernelAttributes,
    outputs: readonly [...Out],
  ): ValuesOf<Out>;
  /** A scalar constant. */
  scalar(value: number, dtype?: Signature['dtype']): Value;
  /** Elements of `value`; runs what is pending. */
  elements(value: Value): NonNullable<Value['data']>;
  /** A concrete value. */
  concrete(data: NonNullable<Value['data']>, shape: number[], dtype: Signature['dtype']): Value;
  /** Tells that values are read other than by a recorded node. */
  uses(values: readonly Value[]): void;
  /** Tells that a batch is being cut off a concrete tensor: heavy work that is pending runs first. */
  onNewBatch(): void;
  /** The same elements under another shape. */
  reshape(value: Value, shape: number[]): Value;
}
