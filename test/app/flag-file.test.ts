import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FLAG_COLUMNS, type Flag, FlagFile } from '../../lib/app/results/flag-file';
import { resultsCsv } from '../../lib/app/results/results-csv';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flags-'));
});
after(() => rm(folder, { recursive: true }));

const flag = (file: string, comment = ''): Flag => ({
  sha256: 'ab'.repeat(32),
  file,
  predicted: 'pug',
  probability: 0.25,
  notSure: true,
  notADog: false,
  correction: 'boxer',
  comment,
  photo: '',
});
const TIME = new Date('2026-01-02T03:04:05.678Z');

test('rows are appended under one header, fields quoted as RFC 4180 says, formulas defused', async () => {
  const path = join(folder, 'a', 'flags.csv');
  const first = await FlagFile.open(path);
  await first.append(flag('rex, "the dog".jpg', 'line one\nline two'), TIME);
  await first.close();
  const second = await FlagFile.open(path);
  await Promise.all([second.append(flag('=HYPERLINK("x")'), TIME), second.append(flag('b.jpg'), TIME)]);
  await second.close();
  const hash = 'ab'.repeat(32);
  assert.equal(
    await readFile(path, 'utf8'),
    [
      FLAG_COLUMNS.join(','),
      `2026-01-02T03:04:05.678Z,${hash},"rex, ""the dog"".jpg",pug,0.250000,true,false,boxer,line one line two,`,
      `2026-01-02T03:04:05.678Z,${hash},"'=HYPERLINK(""x"")",pug,0.250000,true,false,boxer,,`,
      `2026-01-02T03:04:05.678Z,${hash},b.jpg,pug,0.250000,true,false,boxer,,`,
      '',
    ].join('\n'),
  );
});

test('a half-written last row, left by a kill, is cut off; whole rows stay', async () => {
  const path = join(folder, 'torn.csv');
  const first = await FlagFile.open(path);
  await first.append(flag('a.jpg'), TIME);
  await first.close();
  const whole = await readFile(path, 'utf8');
  await appendFile(path, '2026-01-02T03:04:05.678Z,abab');
  const second = await FlagFile.open(path);
  await second.append(flag('b.jpg'), TIME);
  await second.close();
  const text = await readFile(path, 'utf8');
  assert.ok(text.startsWith(whole));
  assert.equal(text.slice(whole.length).split('\n').length, 2);
  assert.match(text.slice(whole.length), /^2026-01-02T03:04:05.678Z,(ab){32},b\.jpg,/);
});

test('another CSV is not written to', async () => {
  const path = join(folder, 'other.csv');
  await writeFile(path, 'name,age\nrex,3\n');
  await assert.rejects(FlagFile.open(path), /expected .*other\.csv to start with "time,sha256/);
  assert.equal(await readFile(path, 'utf8'), 'name,age\nrex,3\n');
});

test('the CSV of results has one line a photo, five breeds, and the error of a refused one', () => {
  assert.equal(
    resultsCsv([
      {
        file: 'rex.jpg',
        verdict: 'breed',
        top: [
          { breed: 'pug', probability: 0.91234 },
          { breed: 'boxer', probability: 0.05 },
        ],
      },
      { file: '-x.txt', error: 'expected JPEG, received text' },
    ]),
    [
      'file,verdict,breed_1,probability_1,breed_2,probability_2,breed_3,probability_3,breed_4,probability_4,breed_5,probability_5,error',
      'rex.jpg,breed,pug,0.9123,boxer,0.0500,,,,,,,',
      `'-x.txt,,,,,,,,,,,,"expected JPEG, received text"`,
      '',
    ].join('\n'),
  );
});
