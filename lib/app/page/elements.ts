/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** The element with an id; the page and the script are one, so it is there. */
export const byId = <T extends HTMLElement = HTMLElement>(id: string): T => document.getElementById(id) as T;

/** A new element with text, class and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: { text?: string; className?: string } = {},
  ...children: Node[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (options.text !== undefined) element.textContent = options.text;
  if (options.className) element.className = options.className;
  element.append(...children);
  return element;
}

/** Shows an element with a text, or hides it when there is none. */
export function say(element: HTMLElement, message: string): void {
  element.textContent = message;
  element.hidden = message === '';
}
