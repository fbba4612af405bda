/** Under this key a representation may give what to call when it has been shown. */
export const AFTER = Symbol('after it was shown');

type Content = Record<string, unknown> & { [AFTER]?: () => void };

/** How one kind of value is shown as the result of a cell. */
export interface Representation<T = unknown> {
  /** The kind, for messages; a later registration of the same name replaces the earlier one. */
  name: string;
  /** Whether a value is of this kind; by its properties, not by `instanceof`: packages may be loaded twice. */
  is: (value: unknown) => boolean;
  /** MIME types to content; `text/plain` is added when it is missing. */
  show: (value: T) => Content | Promise<Content>;
  /** What a picture shows, for those who cannot see it. */
  alt?: (value: T) => string;
}

const KEY = Symbol.for('dogbreeds.results');
const shared = globalThis as unknown as { [KEY]?: Map<string, Representation> };

/** All kinds, latest first; one list for all copies of this file that a process has loaded. */
export function representations(): Representation[] {
  return [...(shared[KEY]?.values() ?? [])].reverse();
}

/**
 * Teaches notebooks how to show a kind of value; those registered later are asked first, so that a person's own wins.
 * Without registering, a class can bring `[Symbol.for('Jupyter.display')]()` (as for Deno's kernel) or `toHTML()`.
 *
 * @example registerResult({ name: 'Dog', is: (v) => v instanceof Dog, show: (dog) => ({ 'text/html': `<b>${dog.name}</b>` }) })
 */
export function registerResult<T>(representation: Representation<T>): void {
  shared[KEY] ??= new Map();
  shared[KEY].delete(representation.name);
  shared[KEY].set(representation.name, representation as Representation);
}
