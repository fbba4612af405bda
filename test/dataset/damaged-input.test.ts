import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import sharp from 'sharp';
import { pack } from 'tar-stream';
import { cacheFolder, elementAt } from '../../lib/base/index';
import { openDataset } from '../../lib/dataset/index';
import { oddPhotos } from '../support/odd-photos';
import { temporaryCache, temporaryFolder } from '../support/temporary-folder';

let made = 0;
/** A photo that is like no other. */
const photo = () =>
  sharp({ create: { width: 16 + made++, height: 24, channels: 3, background: 'tan' } })
    .jpeg()
    .toBuffer();

/** Two classes of three photos, and a cache of their own. */
async function twoClasses(t: TestContext): Promise<string> {
  await temporaryCache(t);
  const root = await temporaryFolder(t);
  for (const folder of ['n00000001-Ash', 'n00000002-Birch']) {
    await mkdir(join(root, 'Images', folder), { recursive: true });
    for (const n of [1, 2, 3])
      await writeFile(join(root, 'Images', folder, `${folder.slice(0, 9)}_${n}.jpg`), await photo());
  }
  return root;
}

const annotation = (size = '<size><width>200</width><height>100</height></size>', box = '10,10,100,90') => {
  const [xmin, ymin, xmax, ymax] = box.split(',');
  return `<annotation>${size}<object><bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox></object></annotation>`;
};

/** Kinds of damage to one annotation. */
const DAMAGED: Record<string, string | Buffer> = {
  empty: '',
  'no XML': 'This is not an annotation.',
  'cut short': annotation().slice(0, 60),
  'a tag that does not close': annotation().replace('</bndbox>', ''),
  'no size': annotation(''),
  'size 0': annotation('<size><width>0</width><height>0</height></size>'),
  'a box without area': annotation(undefined, '50,50,50,50'),
  'binary data': Buffer.from([0, 255, 1, 254, 60, 97, 62]),
};

for (const [kind, content] of Object.entries(DAMAGED))
  test(`a damaged annotation (${kind}) costs its boxes, not the data set`, async (t) => {
    const root = await twoClasses(t);
    const folder = join(root, 'Annotation', 'n00000001-Ash');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'n00000001_1'), content);
    await writeFile(join(folder, 'n00000001_2'), annotation());
    for (const run of ['first', 'from the cache']) {
      const { examples, quarantine } = await openDataset({ path: root });
      assert.equal(examples.length, 6, run);
      assert.deepEqual(
        examples.slice(0, 3).map(({ boxes }) => boxes.length),
        [0, 1, 0],
      );
      assert.deepEqual(
        quarantine.map(({ file }) => file),
        ['n00000001-Ash/n00000001_1'],
      );
      assert.match(elementAt(quarantine, 0).reason, /^expected .*n00000001-Ash\/n00000001_1/);
    }
  });

test('a tar of annotations that is cut short gives what it holds, and says so', async (t) => {
  const root = await twoClasses(t);
  const tar = pack();
  for (const n of [1, 2, 3])
    tar.entry({ name: `Annotation/n00000001-Ash/n00000001_${n}` }, annotation() + ' '.repeat(2000));
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  for (const length of [whole.length, 512 * 8, 512 * 7 + 100, 512 * 5 - 1, 700]) {
    await writeFile(join(root, 'annotation.tar'), whole.subarray(0, length));
    const { examples, quarantine } = await openDataset({ path: root });
    assert.equal(examples.length, 6);
    if (length === whole.length) assert.deepEqual(quarantine, []);
    else assert.match(quarantine.map(({ reason }) => reason).join(' '), /expected a whole tar/);
  }
});

test('links to nothing and in a circle, named pipes, names that are no UTF-8: quarantined, waited for by no one', {
  skip: process.platform === 'win32' && 'such files cannot be made there',
  timeout: 60_000,
}, async (t) => {
  const root = await twoClasses(t);
  const ash = join(root, 'Images', 'n00000001-Ash');
  await symlink('nowhere.jpg', join(ash, 'dangling.jpg'));
  await symlink('circle.jpg', join(ash, 'circle.jpg'));
  await symlink(join(ash, 'n00000001_1.jpg'), join(ash, 'good-link.jpg'));
  await symlink('nowhere', join(root, 'Images', 'n00000003-Gone'));
  execFileSync('mkfifo', [join(ash, 'pipe.jpg')]);
  execFileSync('mkfifo', [join(root, 'Images', 'pipe')]);
  await mkdir(Buffer.concat([Buffer.from(join(root, 'Images', 'n00000004-M')), Buffer.from([0xfc, 0x6c])]));
  await writeFile(Buffer.concat([Buffer.from(`${ash}/`), Buffer.from([0xff, 0x2e, 0x6a, 0x70, 0x67])]), 'x');
  for (const name of ['@eaDir', '#recycle', '__MACOSX']) {
    await mkdir(join(root, 'Images', name));
    await writeFile(join(root, 'Images', name, 'SYNOPHOTO_THUMB_M.jpg'), await photo());
  }
  await mkdir(join(ash, '@eaDir'));
  await writeFile(join(ash, '._n00000001_1.jpg'), 'resource fork');
  await writeFile(join(ash, 'Thumbs.db'), 'x');
  const { examples, breeds, quarantine } = await openDataset({ path: root });
  assert.deepEqual(breeds, ['Ash', 'Birch']);
  assert.equal(examples.length, 7); // the good link too: it is in the same class
  const reasons = new Map(quarantine.map(({ file, reason }) => [file, reason]));
  const expected: [string, RegExp][] = [
    ['n00000001-Ash/\\xFF.jpg', /in UTF-8/],
    ['n00000001-Ash/circle.jpg', /leads back to itself/],
    ['n00000001-Ash/dangling.jpg', /a link to nothing/],
    ['n00000001-Ash/pipe.jpg', /a named pipe/],
    ['n00000003-Gone', /a link to nothing/],
    ['n00000004-M\\xFCl', /in UTF-8/],
    ['pipe', /a named pipe/],
  ];
  assert.deepEqual([...reasons.keys()].sort(), expected.map(([file]) => file).sort());
  for (const [file, reason] of expected) assert.match(reasons.get(file) ?? '', reason);
});

test('a photo that is cut short has one reason, however many are checked at once', async (t) => {
  const root = await twoClasses(t);
  const birch = join(root, 'Images', 'n00000002-Birch');
  const png = await sharp({ create: { width: 300, height: 300, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const jpeg = await oddPhotos.truncatedJpeg();
  for (let i = 0; i < 12; i++) {
    await writeFile(join(birch, `cut-${i}.jpg`), Buffer.concat([jpeg, Buffer.alloc(i)]));
    await writeFile(join(birch, `cut-${i}.png`), png.subarray(0, png.length - 20 - i));
  }
  const { quarantine } = await openDataset({ path: root });
  const reasons = new Set(quarantine.map(({ file, reason }) => reason.replace(file, 'FILE')));
  const said = (format: string) =>
    `expected a whole photo, received one that is damaged or cut short in FILE (the ${format} ends early)`;
  assert.deepEqual([...reasons].sort(), [said('JPEG'), said('PNG')]);
  assert.equal(quarantine.length, 24);
});

test('damaged caches are made again, with one line that says so', async (t) => {
  const root = await twoClasses(t);
  await mkdir(join(root, 'Annotation', 'n00000001-Ash'), { recursive: true });
  await writeFile(join(root, 'Annotation', 'n00000001-Ash', 'n00000001_1'), annotation());
  const first = await openDataset({ path: root });
  const caches = await Promise.all(
    ['scan', 'boxes'].map(async (kind) => {
      const [name = ''] = await readdir(cacheFolder(kind));
      return cacheFolder(kind, name);
    }),
  );
  const damage: Record<string, (path: string) => Promise<unknown>> = {
    emptied: (path) => truncate(path, 0),
    'cut short': async (path) => truncate(path, (await readFile(path)).length - 7),
    'longer than written': (path) => appendFile(path, 'x'),
    'flipped bytes': async (path) => {
      const bytes = await readFile(path);
      bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
      await writeFile(path, bytes);
    },
    'another format': (path) => writeFile(path, '{"version":1,"rows":[]}'),
  };
  for (const [kind, harm] of Object.entries(damage)) {
    for (const cache of caches) await harm(cache);
    const lines: string[] = [];
    const said = t.mock.method(console, 'error', (line: string) => lines.push(line));
    assert.deepEqual(await openDataset({ path: root }), first, kind);
    said.mock.restore();
    assert.equal(lines.length, 2, `${kind}: ${lines.join('\n')}`);
    for (const line of lines) assert.match(line, /^the cache .* is damaged: it is made again$/);
  }
  assert.deepEqual(await openDataset({ path: root }), first);
});

test('two processes that open one data set at once agree', async (t) => {
  const root = await twoClasses(t);
  const opened = await Promise.all([1, 2, 3, 4].map(() => openDataset({ path: root })));
  for (const dataset of opened) assert.deepEqual(dataset, opened[0]);
});

test('one placeholder picture in two classes, thousands of times: reasons stay short', {
  timeout: 120_000,
}, async (t) => {
  const root = await twoClasses(t);
  const placeholder = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  const files = ['n00000001-Ash', 'n00000002-Birch'].flatMap((folder) =>
    Array.from({ length: 1500 }, (_, i) => join(root, 'Images', folder, `p${i}.png`)),
  );
  for (const file of files) await writeFile(file, placeholder);
  const { quarantine, examples } = await openDataset({ path: root });
  assert.equal(examples.length, 6);
  assert.equal(quarantine.length, 3000);
  for (const { reason } of quarantine) assert.ok(reason.length < 250, reason);
  assert.match(elementAt(quarantine, 0).reason, /and 2,996 more$/);
});
