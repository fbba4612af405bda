import type { PhotoFact } from '../../dataset/index';
import type { RunValues } from '../../figures/index';
import type { Chart } from './charts';
import type { Language, Numbers, Text } from './language';

/** Chapters, in the presentation's order. */
export type Chapter = 'context' | 'data' | 'preparation' | 'scratch' | 'transfer' | 'final' | 'use' | 'end';

/** What a slide is made from. */
export interface DeckContext {
  language: Language;
  numbers: Numbers;
  values: Partial<RunValues>;
  /** All 20,580 photos of Stanford Dogs, as shipped. */
  facts: readonly PhotoFact[];
  /** A breed's name in the deck's language. @param breed as in the breed table */
  breed(breed: string): string;
  /** A text of the dictionary in the deck's language. */
  say<T>(text: Text<T>): T;
  /** A chart as an SVG element, its texts as wide as on the slide. */
  draw(chart: Chart): Promise<string>;
}

/** One slide, in one language. */
export interface Slide {
  /** A sentence that the slide proves. */
  title: string;
  /** HTML below the title. */
  body: string;
  /** Where the numbers come from: one short line. */
  source: string;
  /** What the speaker says: the why. */
  notes: string;
  /** Title and closing slides have another face. */
  face?: 'cover';
}

/** A slide of the deck: made from a run, or left out with what would bring it. */
export interface SlideDefinition {
  id: string;
  chapter: Chapter;
  /** Names of the values without which it is left out. */
  needs: readonly (keyof RunValues)[];
  /** Whether the values that are there may be shown; absent: always. */
  fits?(values: Partial<RunValues>): boolean;
  /** What it shows, for the line that names what was left out. */
  about: Text<string>;
  make(context: DeckContext): Slide | Promise<Slide>;
}

/**
 * Values that a slide needs; the deck has looked that they are there.
 *
 * @throws Error when the definition's `needs` lacks the name
 */
export function needed<Name extends keyof RunValues>(
  { values }: Pick<DeckContext, 'values'>,
  name: Name,
): RunValues[Name] {
  const value = values[name];
  if (value === undefined) throw new Error(`expected the value "${name}" among those the slide needs`);
  return value as RunValues[Name];
}

/** Large numbers side by side, each with what it counts. @example tiles([['120', 'breeds']]) */
export const tiles = (items: readonly (readonly [string, string])[]): string =>
  `<ul class="tiles">${items.map(([value, label]) => `<li><strong>${value}</strong><span>${label}</span></li>`).join('')}</ul>`;

/** A list of sentences. */
export const list = (items: readonly string[]): string =>
  `<ul class="points">${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;

/** Parts side by side. @param shape widths as CSS grid columns */
export const columns = (parts: readonly string[], shape: string): string =>
  `<div class="columns" style="grid-template-columns:${shape}">${parts.map((part) => `<div>${part}</div>`).join('')}</div>`;

/** A sentence beside or below a figure. */
export const remark = (text: string): string => `<p class="remark">${text}</p>`;

/**
 * A table at slide size. The first column is text, the others numbers.
 *
 * @param options.words the other columns are text too
 * @param options.bare no head
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  options: { words?: boolean; bare?: boolean } = {},
): string {
  const cells = rows.map(
    (row) =>
      `<tr><th scope="row">${row[0] ?? ''}</th>${row
        .slice(1)
        .map((cell) => `<td>${cell}</td>`)
        .join('')}</tr>`,
  );
  const names = `<thead><tr>${head.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>`;
  return `<table${options.words ? ' class="words"' : ''}>${options.bare ? '' : names}<tbody>${cells.join('')}</tbody></table>`;
}
