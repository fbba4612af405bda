import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breedName, TRANSLATED_BREEDS } from '../../lib/app/page/breed-names';
import { preferredLanguage, TEXTS, text } from '../../lib/app/page/texts';
import { bundlePage } from '../../lib/app/server/bundle-page';
import { renderPage } from '../../lib/app/server/page-files';

test('Accept-Language decides between English and French by its weights', () => {
  const cases: [string | undefined, 'en' | 'fr'][] = [
    [undefined, 'en'],
    ['', 'en'],
    ['fr', 'fr'],
    ['fr-CA,fr;q=0.9,en;q=0.8', 'fr'],
    ['en-US,en;q=0.9,fr;q=0.8', 'en'],
    ['de, fr;q=0.8, en;q=0.5', 'fr'],
    ['de', 'en'],
    ['fr;q=0, en;q=0.1', 'en'],
  ];
  for (const [header, expected] of cases) assert.equal(preferredLanguage(header), expected, String(header));
});

test('both languages have every text, with the same placeholders', () => {
  const placeholders = (value: string) => [...value.matchAll(/\{(\w+)\}/g)].map(([name]) => name).sort();
  for (const key of Object.keys(TEXTS.en) as (keyof typeof TEXTS.en)[])
    assert.deepEqual(placeholders(TEXTS.fr[key]), placeholders(TEXTS.en[key]), key);
  assert.equal(text('fr', 'done', { done: 2, total: 5 }), '2 sur 5');
});

test('the 120 breeds of Stanford Dogs have French names', () => {
  assert.equal(TRANSLATED_BREEDS.length, 120);
  assert.equal(breedName('German_short-haired_pointer', 'en'), 'German short-haired pointer');
  assert.equal(breedName('German_short-haired_pointer', 'fr'), 'Braque allemand à poil court');
  assert.equal(breedName('Great_Pyrenees', 'fr'), 'Montagne des Pyrénées');
  assert.equal(breedName('drawn_breed', 'fr'), 'Drawn breed');
});

test('the page names no text that does not exist, and has no inline script, style or foreign address', async () => {
  for (const language of ['en', 'fr'] as const) {
    const html = await renderPage(language);
    assert.match(html, new RegExp(`<html lang="${language}">`));
    assert.doesNotMatch(html, /\{\{|<style|style=|onclick=|https?:\/\//);
    assert.doesNotMatch(html, /<script(?![^>]*src="\/page\/main\.js")/);
  }
});

test("the pages consist of this project's files alone: no other project's code, so no notice to give", async () => {
  for (const entry of ['main.ts', 'review.ts', 'board.ts']) {
    const { script, sources } = await bundlePage(entry);
    assert.ok(script.length > 1000 && sources.length > 2);
    assert.deepEqual(
      sources.filter((path) => !/(^|\/)lib\/app\/page\/[\w-]+\.ts$/.test(path)),
      [],
    );
  }
});
