import { inspect } from 'node:util';
import { registerBuiltIn } from './built-in';
import { representations } from './registry';

/** A value as Jupyter shows it. */
export interface Shown {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

const plain = (value: unknown): string =>
  inspect(value, { depth: 3, maxArrayLength: 100, maxStringLength: 20_000 });

/** What a class itself brings: the conventions of Deno's kernel and of table packages. */
async function ownDisplay(value: object): Promise<Record<string, unknown> | null> {
  const own = (value as Record<symbol, unknown>)[Symbol.for('Jupyter.display')];
  if (typeof own === 'function') {
    const shown = (await own.call(value)) as Record<string, unknown> | null | undefined;
    if (shown && typeof shown === 'object') return shown;
  }
  for (const name of ['toHTML', 'toHtml', '_toHtml']) {
    const method = (value as Record<string, unknown>)[name];
    if (typeof method !== 'function') continue;
    const html: unknown = await method.call(value);
    if (typeof html === 'string') return { 'text/html': html };
  }
  return null;
}

/**
 * What a value looks like as the result of a cell: as its class says, as the registry says, else as text. Never throws:
 * what cannot be shown richly is shown as text, with the reason.
 *
 * @example await representValue(tf.ones([2, 2])) // { data: { 'text/html': ..., 'text/plain': 'Tensor float32 [2, 2] ...' } }
 */
export async function representValue(value: unknown): Promise<Shown> {
  registerBuiltIn();
  try {
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
      const known = representations();
      const found = known.find(({ name, is }) => !BUILT_IN_LAST.has(name) && is(value));
      const own = found ? null : await ownDisplay(value);
      if (own) return { data: { 'text/plain': plain(value), ...own }, metadata: {} };
      const fitting = found ?? known.find(({ is }) => is(value));
      if (fitting) {
        const data = await fitting.show(value);
        const alt = fitting.alt?.(value);
        return { data: { 'text/plain': plain(value), ...data }, metadata: alt ? { alt } : {} };
      }
    }
    return { data: { 'text/plain': plain(value) }, metadata: {} };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { data: { 'text/plain': `${plain(value)}\n(shown as text: ${reason})` }, metadata: {} };
  }
}

/** Kinds that a class's own way of showing itself goes before. */
const BUILT_IN_LAST = new Set(['list of records', 'map']);
