/** Shorter lists stay readable in the notebook's file. */
const LONG = 100;

/** Typed arrays by Plotly's names, the smallest first, and the whole numbers that each holds. */
const WHOLE = [
  { dtype: 'i1', most: 2 ** 7 - 1, of: Int8Array },
  { dtype: 'i2', most: 2 ** 15 - 1, of: Int16Array },
  { dtype: 'i4', most: 2 ** 31 - 1, of: Int32Array },
] as const;

function packList(values: readonly number[]): { dtype: string; bdata: string } {
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const fitting = values.every(Number.isInteger)
    ? (WHOLE.find((type) => most <= type.most) ?? { dtype: 'f8', of: Float64Array })
    : { dtype: 'f4', of: Float32Array };
  const { buffer } = fitting.of.from(values);
  return { dtype: fitting.dtype, bdata: Buffer.from(buffer).toString('base64') };
}

const isLong = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length >= LONG && value.every(Number.isFinite);

/**
 * Traces whose long lists of numbers are packed as Plotly (2.28 and newer) reads them: base64 of typed arrays, fractions
 * in 32 bits. A notebook's file has every number of a plain list on a line of its own, indented: five times the bytes.
 *
 * @example packNumbers([{ y: Array(100).fill(1) }]) // [{ y: { dtype: 'i1', bdata: 'AQEB...' } }]
 */
export function packNumbers(traces: readonly object[]): object[] {
  return traces.map((trace) =>
    Object.fromEntries(
      Object.entries(trace).map(([key, value]) => {
        return [key, ['x', 'y', 'z'].includes(key) && isLong(value) ? packList(value) : value];
      }),
    ),
  );
}
