import assert from 'node:assert/strict';
import { createWriteStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { pack } from 'tar-stream';
import { elementAt, fromRoot } from '../../lib/base/index';
import {
  breedTable,
  downloadStanfordDogs,
  openDataset,
  PRESENTATION_BREEDS,
  photoTable,
} from '../../lib/dataset/index';
import { parseAnnotation } from '../../lib/dataset/stanford/parse-annotation';
import { readMat } from '../../lib/dataset/stanford/read-mat';
import { sendFile, startFileServer } from '../support/file-server';
import { nonNull } from '../support/non-null';
import { temporaryFolder } from '../support/temporary-folder';

const golden = (name: string) => fromRoot('test', 'golden', 'dataset', name);
const cache = mkdtempSync(join(tmpdir(), 'dogbreeds-cache-'));
before(() => {
  process.env.DOGBREEDS_CACHE = cache;
  for (const name of ['HTTP_PROXY', 'http_proxy']) delete process.env[name];
});
after(() => {
  delete process.env.DOGBREEDS_CACHE;
  rmSync(cache, { recursive: true, force: true });
});

const annotation = (width: number, height: number, ...boxes: [number, number, number, number][]) =>
  `<annotation><folder>1</folder><size><width>${width}</width><height>${height}</height><depth>3</depth></size>${boxes
    .map(
      ([xmin, ymin, xmax, ymax]) =>
        `<object><name>x</name><bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox></object>`,
    )
    .join('')}</annotation>`;

async function writeTar(path: string, files: Record<string, string | Buffer>): Promise<void> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  await pipeline(tar, createWriteStream(path));
}

const photo = (red: number) =>
  sharp({ create: { width: 20, height: 10, channels: 3, background: { r: red, g: 0, b: 0 } } })
    .jpeg()
    .toBuffer();

const FILES = [
  'n00000001-Ash/n00000001_1.jpg',
  'n00000001-Ash/n00000001_22.jpg',
  'n00000002-B/n00000002_3.jpg',
];

/** The three archives of a small Stanford Dogs. The lists name a photo that is in no archive. */
async function makeArchives(folder: string): Promise<void> {
  const images = await Promise.all(FILES.map(async (file, i) => [`Images/${file}`, await photo(50 * i)]));
  await writeTar(join(folder, 'images.tar'), Object.fromEntries(images));
  await writeTar(join(folder, 'annotation.tar'), {
    'Annotation/n00000001-Ash/n00000001_1': annotation(200, 100, [20, 10, 100, 90], [0, 0, 50, 50]),
    'Annotation/n00000002-B/n00000002_3': annotation(100, 50, [10, 5, 100, 50]),
  });
  const lists = ['train_list.mat', 'test_list.mat'].map(async (name) => [
    `lists/${name}`,
    await readFile(golden(name)),
  ]);
  await writeTar(join(folder, 'lists.tar'), Object.fromEntries(await Promise.all(lists)));
}

test('readMat reads what SciPy writes, compressed or not', async () => {
  for (const name of ['plain.mat', 'compressed.mat'])
    assert.deepEqual(readMat(await readFile(golden(name)), name), {
      file_list: ['n01-Ashé/n01_1.jpg', 'n01-Ashé/n01_22.jpg', 'n02-B/n02_333.jpg'],
      labels: [1, 1, 2],
      x: [1.5, -2, 3e9],
    });
});

test('readMat refuses what it does not read', async () => {
  const compressed = await readFile(golden('compressed.mat'));
  assert.throws(
    () => readMat(Buffer.from('text'), 'a.mat'),
    /expected a little-endian level 5 MAT file.*in a\.mat/,
  );
  assert.throws(() => readMat(compressed.subarray(0, 250), 'a.mat'), /received a damaged a\.mat/);
  assert.throws(
    () => readMat(Buffer.concat([compressed.subarray(0, 136), Buffer.alloc(200)]), 'a.mat'),
    /damaged a\.mat/,
  );
  const struct = readFile(golden('struct.mat'));
  assert.throws(() => readMat(Buffer.alloc(0), 'a.mat'), /level 5 MAT file/);
  await assert.rejects(
    struct.then((bytes) => readMat(bytes, 's.mat')),
    /array class 2 of variable "s" is not supported/,
  );
});

test('parseAnnotation: fractions of the annotation, clipped', () => {
  const { boxes, width, height } = parseAnnotation(
    annotation(333, 500, [25, 10, 276, 498], [0, 0, 400, 500]),
    'a',
  );
  assert.deepEqual([width, height], [333, 500]);
  assert.deepEqual(boxes[0], { xmin: 25 / 333, ymin: 10 / 500, xmax: 276 / 333, ymax: 498 / 500 });
  assert.equal(elementAt(boxes, 1).xmax, 1);
  assert.throws(() => parseAnnotation('text', 'a'), /expected a VOC annotation with a positive size.*in a/);
  assert.throws(() => parseAnnotation(annotation(10, 10, [5, 5, 5, 9]), 'a'), /expected boxes with an area/);
});

test('archives as they are downloaded: unpacked, split, boxes, missing', { timeout: 60_000 }, async (t) => {
  const archives = await temporaryFolder(t);
  await makeArchives(archives);
  const contents = new Map<string, Buffer>();
  for (const name of await readdir(archives))
    contents.set(`/dogs/${name}`, await readFile(join(archives, name)));
  const server = await startFileServer((request, response, count) => {
    const content = nonNull(contents.get(request.url ?? ''));
    sendFile(request, response, content, count === 3 ? { stopAfter: 2000 } : {});
  });
  t.after(server.close);
  const folder = await temporaryFolder(t);
  await downloadStanfordDogs({
    folder,
    baseUrl: `${server.url}dogs`,
    backoffMs: 5,
    archives: ['lists.tar', 'annotation.tar', 'images.tar'].map((name) => ({
      name,
      bytes: nonNull(contents.get(`/dogs/${name}`)).length,
    })),
  });
  assert.deepEqual(readdirSync(folder).sort(), ['annotation.tar', 'images.tar', 'lists.tar']);

  const dataset = await openDataset({ path: folder });
  t.after(() => rmSync(join(dataset.imagesFolder, '..'), { recursive: true, force: true }));
  assert.equal(dataset.kind, 'stanford-dogs');
  assert.deepEqual(dataset.breeds, ['Ash', 'B']);
  assert.deepEqual(
    dataset.examples.map(({ file, split, boxes }) => [file, split, boxes.length]),
    [
      [FILES[0], 'train', 2],
      [FILES[1], 'test', 0],
      [FILES[2], 'train', 1],
    ],
  );
  assert.deepEqual(elementAt(dataset.examples, 0).boxes[0], { xmin: 0.1, ymin: 0.1, xmax: 0.5, ymax: 0.9 });
  assert.deepEqual(dataset.missing, ['n00000002-B/n00000002_4.jpg']);
  assert.deepEqual(await openDataset({ path: folder }), dataset);

  // the same, unpacked, with lists in the root
  const unpacked = await temporaryFolder(t);
  for (const file of FILES) {
    await mkdir(join(unpacked, 'Images', file, '..'), { recursive: true });
    await copyFile(join(dataset.imagesFolder, file), join(unpacked, 'Images', file));
  }
  for (const [name, text] of [
    ['n00000001-Ash/n00000001_1', annotation(200, 100, [20, 10, 100, 90], [0, 0, 50, 50])],
    ['n00000002-B/n00000002_3', annotation(100, 50, [10, 5, 100, 50])],
  ] as const) {
    await mkdir(join(unpacked, 'Annotation', name, '..'), { recursive: true });
    await writeFile(join(unpacked, 'Annotation', name), text);
  }
  for (const name of ['train_list.mat', 'test_list.mat']) await copyFile(golden(name), join(unpacked, name));
  assert.equal((await openDataset({ path: unpacked })).fingerprint, dataset.fingerprint);
});

test('archives that are cut short are errors, and leave nothing half unpacked', async (t) => {
  const folder = await temporaryFolder(t);
  await makeArchives(folder);
  await truncate(join(folder, 'images.tar'), 1200);
  await assert.rejects(openDataset({ path: folder }), /expected a whole tar archive, received .*images\.tar/);
  const raw = await readdir(fromRoot('data', 'raw')).catch(() => []);
  assert.ok(!raw.some((name) => name.startsWith(basename(folder))));
});

test('an archive cannot write outside of its folder', async (t) => {
  const folder = await temporaryFolder(t);
  await writeTar(join(folder, 'images.tar'), { 'Images/../../../evil.jpg': await photo(1) });
  await assert.rejects(
    openDataset({ path: folder }),
    /expected paths inside the archive, received Images\/\.\.\/\.\.\//,
  );
});

test('the tables that ship: all of Stanford Dogs as facts', () => {
  const photos = photoTable();
  assert.equal(photos.length, 20_580);
  assert.equal(photos.filter(({ split }) => split === 'train').length, 12_000);
  assert.equal(photos.filter(({ boxes }) => boxes.length > 1).length, 1358);
  const first = photos.find(({ file }) => file === 'n02085620-Chihuahua/n02085620_10074.jpg');
  assert.deepEqual(first, {
    file: 'n02085620-Chihuahua/n02085620_10074.jpg',
    breed: 'Chihuahua',
    split: 'test',
    width: 333,
    height: 500,
    boxes: [{ xmin: 25 / 333, ymin: 10 / 500, xmax: 276 / 333, ymax: 498 / 500 }],
  });
  const breeds = breedTable();
  assert.equal(breeds.length, 120);
  assert.ok(breeds.every(({ train, test, photos }) => train === 100 && train + test === photos));
  const chosen = breeds.filter(({ breed }) => PRESENTATION_BREEDS.includes(breed));
  assert.equal(chosen.length, 20);
  assert.equal(
    chosen.reduce((sum, { photos }) => sum + photos, 0),
    3376,
  );
});
