import { inspect } from 'node:util';

/** A value as Jupyter shows it. */
export interface Shown {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

/** What a value looks like under a cell. */
export async function representValue(value: unknown): Promise<Shown> {
  return { data: { 'text/plain': inspect(value, { depth: 3 }) }, metadata: {} };
}
