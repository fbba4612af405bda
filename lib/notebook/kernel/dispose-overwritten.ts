/** A TensorFlow.js tensor, as far as it matters here. */
interface TensorLike {
  dataId: object;
  isDisposed: boolean;
  dispose(): void;
}

const isTensor = (value: unknown): value is TensorLike =>
  typeof value === 'object' &&
  value !== null &&
  'dataId' in value &&
  'isDisposed' in value &&
  typeof (value as TensorLike).dispose === 'function';

const DEPTH = 4;
const WIDTH = 10_000;

/** Tensors in a value: itself, in lists, maps and plain objects; of other objects their own properties. */
function collectTensors(value: unknown, found: Set<TensorLike>, visited: Set<unknown>, depth = DEPTH): void {
  if (typeof value !== 'object' || value === null || visited.has(value) || ArrayBuffer.isView(value)) return;
  visited.add(value);
  if (isTensor(value)) {
    found.add(value);
    return;
  }
  if (depth === 0 || visited.size > WIDTH) return;
  const children = Array.isArray(value)
    ? value
    : value instanceof Map || value instanceof Set
      ? [...value.values()]
      : Object.values(value);
  for (const child of children) collectTensors(child, found, visited, depth - 1);
}

/** Tensors that a person holds by a variable: the value itself or a plain list of tensors. */
const heldTensors = (value: unknown): TensorLike[] =>
  isTensor(value) ? [value] : Array.isArray(value) && value.length > 0 && value.every(isTensor) ? value : [];

/**
 * Frees the tensors of variables that a cell has overwritten and that no other variable reaches, so that running a
 * cell again does not fill the memory. `DOGBREEDS_KEEP_TENSORS=1` turns it off.
 *
 * @param before what the cell's variables held before it ran
 * @param scope what all variables hold now
 */
export function disposeOverwritten(before: readonly unknown[], scope: Record<string, unknown>): void {
  if (process.env.DOGBREEDS_KEEP_TENSORS === '1') return;
  const old = before.flatMap(heldTensors).filter(({ isDisposed }) => !isDisposed);
  if (old.length === 0) return;
  const inUse = new Set<TensorLike>();
  const visited = new Set<unknown>();
  for (const [name, value] of Object.entries(scope))
    if (name !== 'Out' && name !== '_') collectTensors(value, inUse, visited);
  if (visited.size > WIDTH) return; // too much to be sure
  for (const tensor of old) if (!inUse.has(tensor)) tensor.dispose();
}
