import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fromRoot } from '../../lib/base/index';
import { breedTable } from '../../lib/dataset/index';

const folder = fromRoot('reports', 'stanford-dogs');
const pages = readdirSync(folder)
  .filter((name) => name.endsWith('.html'))
  .map((name) => ({ name, html: readFileSync(join(folder, name), 'utf8') }));

test('the committed edition has its six reports, index, method page and both decks', () => {
  assert.ok(pages.length >= 10, `${pages.map(({ name }) => name)}`);
});

test('every interval of the edition names its method', () => {
  let intervals = 0;
  for (const { name, html } of pages)
    for (const [, said = ''] of html.matchAll(/class="interval">([^<]*)</g)) {
      intervals++;
      assert.match(said, /^95 % interval: \S+(?: %)? to \S+(?: %)?, \S/, `${name}: ${said}`);
    }
  assert.ok(intervals > 5, `${intervals} intervals`);
});

test('the edition shows breeds and decisions by their names, not as they are stored', () => {
  const stored = new Set([...breedTable().map(({ breed }) => breed), 'not_sure', 'not_a_dog']);
  const raw = [...stored].filter((name) => name.includes('_'));
  assert.ok(raw.length > 50);
  for (const { name, html } of pages) {
    const cells = [...html.matchAll(/<(?:td|li|span|dd|text|h\d)\b[^>]*>([^<]*)</g)].map(
      ([, text]) => text ?? '',
    );
    const found = cells.filter((text) => raw.includes(text.trim()));
    assert.deepEqual(found, [], name);
  }
});

test('no sentence of the edition ends twice', () => {
  for (const { name, html } of pages) {
    const text = html.replace(/<(script|style|pre|code)\b[\s\S]*?<\/\1>/g, '');
    assert.doesNotMatch(text, />[^<]*[a-z)]\.\.(?:\s|<)/, name);
  }
});
