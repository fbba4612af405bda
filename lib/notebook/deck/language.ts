import { escapeHtml } from '../../figures/index';

/** Languages of the deck. */
export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** One text in every language. */
export type Text<T> = Record<Language, T>;

const LOCALES: Record<Language, string> = { en: 'en-GB', fr: 'fr-FR' };
const NARROW = '\u202f';
const FIXED = '\u00a0';

/** Numbers as people write them in a language. */
export interface Numbers {
  /** `20,580`, `20 580`. */
  whole(value: number): string;
  /** `0.536`, `0,536`. */
  decimal(value: number, digits?: number): string;
  /** A share as percent: `84.9 %`. */
  percent(share: number, digits?: number): string;
  /** The ends of an interval of shares: `83.8 to 86.7 %`. */
  between(interval: { low: number; high: number }, digits?: number): string;
  /** Between the parts of a number of Plotly: its decimal and its thousands mark. */
  separators: string;
}

/** Numbers of a language. @example numbersOf('fr').percent(0.849) // '84,9 %' with a narrow space */
export function numbersOf(language: Language): Numbers {
  const locale = LOCALES[language];
  const decimal = (value: number, digits = 3) =>
    value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const space = language === 'fr' ? NARROW : FIXED;
  const to = language === 'fr' ? 'à' : 'to';
  return {
    whole: (value) => decimal(value, 0),
    decimal,
    percent: (share, digits = 1) => `${decimal(100 * share, digits)}${space}%`,
    between: ({ low, high }, digits = 1) =>
      `${decimal(100 * low, digits)} ${to} ${decimal(100 * high, digits)}${space}%`,
    separators: language === 'fr' ? `,${NARROW}` : '.,',
  };
}

/**
 * A text as its language sets it: in French narrow no-break spaces before ; ! ? and %, a no-break one before a colon and
 * inside guillemets, the typographic apostrophe. Tags and code stay as they are.
 *
 * @example typeset("l'erreur : 5 %", 'fr') // 'l’erreur : 5 %' with no-break spaces
 */
export function typeset(text: string, language: Language): string {
  if (language === 'en') return text;
  return text
    .split(/(<code>.*?<\/code>|<[^>]*>|&\w+;)/)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replace(/[ \u00a0]+([;!?%])/g, `${NARROW}$1`)
            .replace(/[ \u00a0]+:/g, `${FIXED}:`)
            .replace(/«[ \u00a0]*/g, `«${FIXED}`)
            .replace(/[ \u00a0]*»/g, `${FIXED}»`)
            .replace(/'/g, '’'),
    )
    .join('');
}

/** A text inside a slide's HTML; apostrophes stay, so that `typeset` finds them. */
export const safe = (text: string): string => escapeHtml(text).replace(/&#0?39;|&#x27;/g, "'");
