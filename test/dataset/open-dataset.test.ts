import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import sharp from 'sharp';
import { elementAt, fromRoot } from '../../lib/base/index';
import { describeDataset, openDataset, selectBreeds } from '../../lib/dataset/index';
import { nonNull } from '../support/non-null';
import { oddPhotos, quarters } from '../support/odd-photos';
import { photosFolder, skipWithoutPhotos } from '../support/photos';
import { temporaryFolder } from '../support/temporary-folder';

const cache = mkdtempSync(join(tmpdir(), 'dogbreeds-cache-'));
before(() => {
  process.env.DOGBREEDS_CACHE = cache;
});
after(() => {
  delete process.env.DOGBREEDS_CACHE;
  rmSync(cache, { recursive: true, force: true });
});

let shade = 0;
/** A photo with other bytes at each call. */
const photo = () => {
  shade++;
  return sharp({
    create: {
      width: 20,
      height: 10,
      channels: 3,
      background: { r: (shade * 37) % 256, g: (shade * 91) % 256, b: 0 },
    },
  })
    .jpeg()
    .toBuffer();
};

async function folderOf(t: TestContext, files: Record<string, Buffer | null>): Promise<string> {
  const root = await temporaryFolder(t);
  for (const [file, bytes] of Object.entries(files)) {
    await mkdir(join(root, bytes ? dirname(file) : file), { recursive: true });
    if (bytes) await writeFile(join(root, file), bytes);
  }
  return root;
}

test('a folder of class folders', async (t) => {
  const root = await folderOf(t, {
    'beagle/b.jpg': await photo(),
    'beagle/a.JPG': await oddPhotos.rotatedJpeg(),
    'pug/grey.jpeg': await oddPhotos.greyJpeg(),
    'pug/alpha.png': await oddPhotos.rgbaPng(),
    'pug/cmyk.jpg': await oddPhotos.cmykJpeg(),
    'pug/one.png': await oddPhotos.onePixel(),
    'pug/moving.gif': await oddPhotos.animatedGif(),
    'pug/.hidden': Buffer.from('x'),
    'pug/Thumbs.db': Buffer.from('x'),
  });
  const dataset = await openDataset({ path: root });
  assert.equal(dataset.kind, 'folders');
  assert.deepEqual(dataset.breeds, ['beagle', 'pug']);
  assert.deepEqual(
    dataset.examples.map(({ file, label, width, height, channels }) => [
      file,
      label,
      width,
      height,
      channels,
    ]),
    [
      ['beagle/a.JPG', 0, 48, 64, 3],
      ['beagle/b.jpg', 0, 20, 10, 3],
      ['pug/alpha.png', 1, 64, 48, 4],
      ['pug/cmyk.jpg', 1, 64, 48, 4],
      ['pug/grey.jpeg', 1, 64, 48, 1],
      ['pug/moving.gif', 1, 16, 16, 4],
      ['pug/one.png', 1, 1, 1, 3],
    ],
  );
  assert.deepEqual(dataset.quarantine, []);
  assert.match(dataset.fingerprint, /^[0-9a-f]{16}$/);
});

test('what cannot be used is counted and listed with its reason, nothing is dropped', async (t) => {
  const twice = await photo();
  const root = await folderOf(t, {
    'beagle/good.jpg': await photo(),
    'beagle/cut.jpg': await oddPhotos.truncatedJpeg(),
    'beagle/text.jpg': await oddPhotos.text(),
    'beagle/empty.jpg': await oddPhotos.empty(),
    'beagle/drawing.svg': await oddPhotos.svg(),
    'beagle/phone.heic': await oddPhotos.heic(),
    'beagle/huge.png': await oddPhotos.hugePng(),
    'beagle/notes.txt': await oddPhotos.text(),
    'beagle/same.jpg': twice,
    'pug/other-name.jpg': twice,
    'pug/good.jpg': await photo(),
    'pug/deeper': null,
    poodle: null,
    'beside.jpg': await photo(),
  });
  const { examples, quarantine, breeds } = await openDataset({ path: root });
  assert.deepEqual(breeds, ['beagle', 'pug']);
  assert.deepEqual(
    examples.map(({ file }) => file),
    ['beagle/good.jpg', 'pug/good.jpg'],
  );
  const reasons = Object.fromEntries(quarantine.map(({ file, reason }) => [file, reason]));
  const expected: Record<string, RegExp> = {
    'beagle/cut.jpg': /damaged or cut short/,
    'beagle/drawing.svg': /received SVG/,
    'beagle/empty.jpg': /received an empty file/,
    'beagle/huge.png': /at most 100,000,000 pixels/,
    'beagle/notes.txt': /a file whose name ends in "\.txt"/,
    'beagle/phone.heic': /damaged or cut short/,
    'beagle/same.jpg': /the same photo is also pug\/other-name\.jpg/,
    'beagle/text.jpg': /received text/,
    'beside.jpg': /found one beside them/,
    'poodle/': /expected photos in this class folder, found none/,
    'pug/deeper/': /found a folder/,
    'pug/other-name.jpg': /the same photo is also beagle\/same\.jpg/,
  };
  assert.deepEqual(Object.keys(reasons).sort(), Object.keys(expected).sort());
  for (const [file, reason] of Object.entries(expected)) assert.match(reasons[file] ?? '', reason);
});

test('nothing there, a file, no class folder, no usable photo: clear errors', async (t) => {
  const root = await folderOf(t, {
    'a.txt': Buffer.from('x'),
    'empty/pug': null,
    'bad/pug/a.jpg': Buffer.from('text'),
  });
  const open = (name: string) => openDataset({ path: join(root, name) });
  await assert.rejects(open('nowhere'), /expected a folder of photos, found nothing at .*nowhere/);
  await assert.rejects(open('a.txt'), /expected a folder of photos, received the file .*a\.txt/);
  await assert.rejects(open('empty/pug'), /expected class folders in .*pug/);
  await assert.rejects(
    open('empty'),
    /expected at least one usable photo .*\n {2}pug\/: expected photos in this class/,
  );
  await assert.rejects(open('bad'), /found none\n {2}pug\/a\.jpg: .*received text/);
});

test('the scan is remembered, and looks again at what changed', async (t) => {
  const root = await folderOf(t, { 'pug/a.jpg': await photo(), 'pug/b.jpg': await photo() });
  const first = await openDataset({ path: root });
  assert.deepEqual(await openDataset({ path: root }), first);
  await writeFile(join(root, 'pug/b.jpg'), await oddPhotos.text());
  const second = await openDataset({ path: root });
  assert.equal(second.examples.length, 1);
  assert.equal(elementAt(second.quarantine, 0).file, 'pug/b.jpg');
  assert.notEqual(second.fingerprint, first.fingerprint);
  await writeFile(join(root, 'pug/b.jpg'), await photo());
  await utimes(join(root, 'pug/b.jpg'), new Date(), new Date(Date.now() + 5000));
  assert.equal((await openDataset({ path: root })).examples.length, 2);
});

test('a photo that may not be read is quarantined', {
  skip: process.getuid?.() === 0 && 'root reads everything',
}, async (t) => {
  const root = await folderOf(t, { 'pug/a.jpg': await photo(), 'pug/b.jpg': await photo() });
  await chmod(join(root, 'pug/b.jpg'), 0);
  const { quarantine } = await openDataset({ path: root });
  assert.deepEqual(quarantine, [{ file: 'pug/b.jpg', reason: 'expected a readable file, received EACCES' }]);
});

test('the pictures that the project draws: the same for the same seed', { timeout: 60_000 }, async () => {
  const dataset = await openDataset();
  assert.equal(dataset.kind, 'drawn');
  assert.equal(dataset.breeds.length, 6);
  assert.equal(dataset.examples.length, 330);
  assert.deepEqual(dataset.quarantine, []);
  const first = elementAt(dataset.examples, 0);
  const bytes = await readFile(join(dataset.imagesFolder, first.file));
  rmSync(dataset.root, { recursive: true });
  assert.equal((await openDataset()).fingerprint, dataset.fingerprint);
  assert.deepEqual(await readFile(join(dataset.imagesFolder, first.file)), bytes);
  for (const { boxes } of dataset.examples) {
    assert.equal(boxes.length, 1);
    const { xmin, ymin, xmax, ymax } = elementAt(boxes, 0);
    assert.ok(xmin >= 0 && ymin >= 0 && xmax <= 1 && ymax <= 1 && xmax - xmin > 0.2 && ymax - ymin > 0.1);
  }
  const small = await openDataset({ limitPerBreed: 9 });
  assert.equal(small.examples.length, 54);
});

test('kill -9 while drawing leaves nothing that the next run stumbles over', {
  timeout: 120_000,
}, async (t) => {
  const own = await temporaryFolder(t);
  const script = `require(${JSON.stringify(fromRoot('lib/dataset/index.ts'))}).openDataset()`;
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], {
    cwd: fromRoot(),
    stdio: 'ignore',
    env: { ...process.env, DOGBREEDS_CACHE: own },
  });
  const ended = new Promise((end) => child.on('exit', (_code, signal) => end(signal)));
  const drawn = () => readdir(join(own, 'drawn'), { recursive: true }).catch(() => []);
  while (!(await drawn()).some((file) => file.endsWith('_05.jpg')))
    await new Promise((wait) => setTimeout(wait, 20));
  child.kill('SIGKILL');
  assert.equal(await ended, 'SIGKILL');
  process.env.DOGBREEDS_CACHE = own;
  t.after(() => {
    process.env.DOGBREEDS_CACHE = cache;
  });
  const left = elementAt(await readdir(join(own, 'drawn')), 0);
  assert.match(left, /^\.drawing-/);
  const longAgo = new Date(Date.now() - 7_200_000);
  await utimes(join(own, 'drawn', left), longAgo, longAgo);
  assert.equal((await openDataset()).examples.length, 330);
  assert.deepEqual(await readdir(join(own, 'drawn')), ['v1-seed-0']);
});

test('selectBreeds numbers labels anew; describeDataset says what is there', async (t) => {
  const root = await folderOf(t, {
    'a/1.jpg': await photo(),
    'borzoi/1.jpg': await photo(),
    'c/1.jpg': await photo(),
    'c/2.jpg': await photo(),
    'c/3.jpg': await oddPhotos.text(),
  });
  const dataset = await openDataset({ path: root });
  const two = selectBreeds(dataset, 2); // the presentation's first, then those with the most photos
  assert.deepEqual(two.breeds, ['borzoi', 'c']);
  assert.deepEqual(
    two.examples.map(({ file, label }) => [file, label]),
    [
      ['borzoi/1.jpg', 0],
      ['c/1.jpg', 1],
      ['c/2.jpg', 1],
    ],
  );
  assert.notEqual(two.fingerprint, dataset.fingerprint);
  assert.throws(() => selectBreeds(dataset, ['d']), /received d; it has a, borzoi, c/);
  const text = describeDataset(dataset);
  assert.match(text, /usable photos {2}4 of 3 breeds/);
  assert.match(text, /quarantined {4}1\n/);
  assert.match(text, /c\/3\.jpg {6}expected a JPEG.*received text in c\/3\.jpg/);
});

test('the real photos: counts, splits, boxes, missing', { skip: skipWithoutPhotos }, async () => {
  const dataset = await openDataset({ path: nonNull(photosFolder()), limitPerBreed: 3 });
  assert.equal(dataset.kind, 'stanford-dogs');
  assert.equal(dataset.breeds.length, 120);
  assert.equal(dataset.examples.length, 360);
  assert.deepEqual(dataset.quarantine, []);
  const first = dataset.examples.find(({ file }) => file.includes('Chihuahua'));
  assert.equal(first?.breed, 'Chihuahua');
  assert.ok(dataset.examples.every(({ boxes, split }) => boxes.length > 0 && split !== null));
  const onDisk = 20_580 - dataset.missing.length;
  assert.ok(onDisk >= 360 && onDisk <= 20_580);
  const path = join(nonNull(photosFolder()), 'Images');
  assert.deepEqual((await openDataset({ path, limitPerBreed: 3 })).fingerprint, dataset.fingerprint);
});

test('a picture is checked to its last byte', async (t) => {
  const whole = await quarters(256, 256).jpeg().toBuffer();
  const root = await folderOf(t, { 'pug/a.jpg': whole, 'pug/b.jpg': whole.subarray(0, whole.length - 200) });
  const { quarantine } = await openDataset({ path: root });
  assert.deepEqual(
    quarantine.map(({ file }) => file),
    ['pug/b.jpg'],
  );
});
