import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import Papa from 'papaparse';
import { csvLine, restoreCsvText } from '../../lib/base/index';

/** Names of files as drives and cameras have them, and as somebody with bad intentions writes them. */
const awkward = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...['=', '+', '-', '@', '＝', '＋', '－', '＠', "'", '"', ',', ';', '|', '\t', '\n', '\r', '\r\n'],
        ...[
          ' ',
          '  ',
          '\u00a0',
          '\u202f',
          '\u200b',
          '\ufeff',
          '\\',
          '.jpg',
          'rex',
          'é',
          'e\u0301',
          '犬',
          '🐕',
        ],
        '=HYPERLINK("http://x.example","a")',
        "=cmd|' /C calc'!A0",
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));
const rows = fc.array(fc.tuple(awkward, awkward, awkward), { minLength: 1, maxLength: 5 });
const SETTINGS = { seed: 15, numRuns: 2000 };

const papa = (csv: string, delimiter: string): string[][] =>
  Papa.parse<string[]>(csv, { delimiter }).data.slice(0, -1); // after the last line end comes an empty record

test('what is written is read back, name for name, by two other CSV readers', () => {
  fc.assert(
    fc.property(rows, (names) => {
      const csv = csvLine(['file', 'other', 'error']) + names.map(csvLine).join('');
      const expected = names.map((row) => [...row]);
      for (const read of [parse(csv) as string[][], papa(csv, ',')]) {
        assert.deepEqual(read[0], ['file', 'other', 'error']);
        assert.deepEqual(
          read.slice(1).map((row) => row.map(restoreCsvText)),
          expected,
        );
      }
    }),
    SETTINGS,
  );
});

test('no cell is a formula, whether a spreadsheet separates by comma, semicolon, tab or bar', () => {
  fc.assert(
    fc.property(rows, (names) => {
      const csv = names.map(csvLine).join('');
      for (const separator of [',', ';', '\t', '|'])
        for (const cell of papa(csv, separator).flat())
          assert.doesNotMatch(cell, /^[ \t\r\n"]*[=+\-@＝＋－＠]/, JSON.stringify({ names, separator }));
    }),
    SETTINGS,
  );
});

test('what is written is what RFC 4180 says: quotes only where they must be, doubled inside', () => {
  assert.equal(
    csvLine(['a.jpg', 'a,"b"', -1, 0.5, true, null, undefined, '']),
    'a.jpg,"a,""b""",-1,0.5,true,,,\n',
  );
  assert.equal(csvLine(['my  dog\u00a0.jpg', ' x', 'a;b']), 'my  dog\u00a0.jpg," x","a;b"\n');
  assert.equal(csvLine(['=1', "'=1", 'a;=1', 'it’s', "it's", '-x']), "'=1,''=1,\"a;'=1\",it’s,it's,'-x\n");
  assert.deepEqual(["'=1", "''=1", "a;'=1", "it's"].map(restoreCsvText), ['=1', "'=1", 'a;=1', "it's"]);
});
