import { inspect } from 'node:util';
import { AFTER_OWN, BEFORE_OWN } from './built-in';
import { AFTER, type Representation, representations } from './registry';

/** A value as Jupyter shows it. */
export interface Shown {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  /** To be called when it has been shown. */
  after?: () => void;
}

const plain = (value: unknown): string =>
  inspect(value, { depth: 3, numericSeparator: true, maxArrayLength: 100, maxStringLength: 20_000 });

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
  const simple = (typeof value !== 'object' || value === null) && typeof value !== 'function';
  if (simple) return { data: { 'text/plain': plain(value) }, metadata: {} };
  const find = (kinds: Representation[]) => kinds.find(({ is }) => is(value));
  try {
    const found = find(representations()) ?? find(BEFORE_OWN);
    const own = found ? null : await ownDisplay(value);
    if (own) return { data: { 'text/plain': plain(value), ...own }, metadata: {} };
    const fitting = found ?? find(AFTER_OWN);
    if (!fitting) return { data: { 'text/plain': plain(value) }, metadata: {} };
    const { [AFTER]: after, ...data } = await fitting.show(value);
    const isPicture = Object.keys(data).some((type) => type.startsWith('image/'));
    const alt = isPicture ? fitting.alt?.(value) : undefined;
    const text = 'text/plain' in data ? {} : { 'text/plain': plain(value) };
    return { data: { ...text, ...data }, metadata: alt ? { alt } : {}, ...(after && { after }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { data: { 'text/plain': `${plain(value)}\n(shown as text: ${reason})` }, metadata: {} };
  }
}
