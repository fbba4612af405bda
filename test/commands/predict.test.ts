import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { RESULT_COLUMNS, resultLine } from '../../lib/app/results/results-csv';
import { expectedTop, GREEN, GREY, plain, RED, saveColourModel } from '../app/support/fixture';
import { runCommand } from '../app/support/run-command';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dogbreeds-predict-'));
  await saveColourModel(join(folder, 'model'));
  await mkdir(join(folder, 'photos', 'deep'), { recursive: true });
  await writeFile(join(folder, 'photos', 'a, red.png'), await plain(RED).png().toBuffer());
  await writeFile(join(folder, 'photos', 'deep', 'green.PNG'), await plain(GREEN).png().toBuffer());
  await writeFile(join(folder, 'photos', 'text.jpg'), 'I am text');
  await writeFile(join(folder, 'photos', 'notes.md'), '# not a picture');
  await writeFile(join(folder, 'grey.png'), await plain(GREY).png().toBuffer());
  await mkdir(join(folder, 'empty'));
});
after(() => rm(folder, { recursive: true }));

const predict = (...args: string[]) => runCommand(folder, 'predict', '--model', 'model', ...args);

test('a folder and a photo as CSV: one line each, an unreadable one says why and the exit status is 1', async () => {
  const { code, stdout, stderr } = await predict('photos', 'grey.png', '--csv');
  const lines = stdout.trimEnd().split('\n');
  const last = lines[4];
  assert.equal(lines[0], RESULT_COLUMNS.join(','));
  const message =
    'expected a JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC photo, received text in photos/text.jpg';
  assert.deepEqual(lines.slice(1), [
    resultLine({ file: 'photos/a, red.png', verdict: 'breed', top: expectedTop(RED) }).trimEnd(),
    resultLine({ file: 'photos/deep/green.PNG', verdict: 'breed', top: expectedTop(GREEN) }).trimEnd(),
    resultLine({ file: 'photos/text.jpg', error: message }).trimEnd(),
    last,
  ]);
  assert.match(last ?? '', /^grey\.png,not_sure,/);
  assert.match(stderr, /1 of 4 photos could not be read/);
  assert.equal(code, 1);
});

test('without --csv: the five breeds with percentages', async () => {
  const { code, stdout } = await predict(join('photos', 'deep', 'green.PNG'));
  assert.equal(code, 0);
  const [first, second = ''] = stdout.split('\n');
  assert.equal(first, join('photos', 'deep', 'green.PNG'));
  assert.match(second, /^ +99\.\d % {2}Green spaniel$/);
  assert.equal(stdout.trimEnd().split('\n').length, 6);
});

test('a missing path and a folder without pictures end in a sentence', async () => {
  const missing = await predict('nothing.jpg');
  assert.deepEqual([missing.code, missing.stdout], [1, '']);
  assert.match(missing.stderr, /^expected a photo or a folder, found nothing at nothing\.jpg$/m);
  const empty = await predict('empty');
  assert.equal(empty.code, 1);
  assert.match(empty.stderr, /^expected pictures in empty, found none among 0 files$/m);
});
