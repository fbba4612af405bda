import { isUtf8 } from 'node:buffer';

/**
 * Names of files are bytes on Linux, and not always UTF-8. A byte that is no part of valid UTF-8 becomes one character
 * of the private area U+F780..U+F7FF (its low byte), and a name that really has such characters has their bytes
 * written so too: each name has exactly one text, and each text leads back to the bytes.
 */
const FIRST = 0xf780;
const LAST = 0xf7ff;

/**
 * A file's name as text that can be stored and turned back.
 *
 * @example decodeName(Buffer.from([0x61, 0xff])) // 'a\uF7FF'
 */
export function decodeName(bytes: Buffer): string {
  if (isUtf8(bytes)) {
    const text = bytes.toString('utf8');
    return /[\uF780-\uF7FF]/.test(text)
      ? text.replace(/[\uF780-\uF7FF]/g, (odd) => mapBytes(Buffer.from(odd, 'utf8')))
      : text;
  }
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((n) => at + n <= bytes.length && isUtf8(bytes.subarray(at, at + n)));
    const part = bytes.subarray(at, at + (length ?? 1));
    text += length === undefined ? mapBytes(part) : decodeName(part);
    at += part.length;
  }
  return text;
}

/** The bytes of a name that {@link decodeName} gave. */
export function encodeName(text: string): Buffer {
  if (!hasOddBytes(text)) return Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    parts.push(isMapped(code) ? Buffer.from([code & 0xff]) : Buffer.from(character, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** A path for `fs`: text, or bytes where the name is no valid UTF-8. */
export const fsPath = (path: string): string | Buffer => (hasOddBytes(path) ? encodeName(path) : path);

/** For people: bytes that are no text as `\xFF`, control characters likewise. */
export const showName = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal
  text.replace(/[\uF780-\uF7FF\0-\x1f\x7f]/g, (odd) => {
    const code = odd.charCodeAt(0) & 0xff;
    return `\\x${code.toString(16).padStart(2, '0').toUpperCase()}`;
  });

const isMapped = (code: number) => code >= FIRST && code <= LAST;
const hasOddBytes = (text: string) => /[\uF780-\uF7FF]/.test(text);
const mapBytes = (bytes: Buffer) => String.fromCharCode(...[...bytes].map((byte) => 0xf700 + byte));
