import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openIndexModel } from '../../lib/app/index';
import {
  keepModel,
  keptModelFolder,
  loadServedModel,
  openServedModel,
  type ServedModel,
} from '../../lib/app/inference/load-served-model';
import { keepTrainedAtStart, trainedAtStartFolder } from '../../lib/app/inference/trained-at-start';
import { decodeForModel } from '../../lib/app/photos/decode-for-model';
import { drawExample } from '../../lib/app/photos/draw-example';
import { readPhoto } from '../../lib/app/photos/read-photo';
import { DEFAULT_LIMITS } from '../../lib/app/server/limits';
import { elementAt } from '../../lib/base/index';
import {
  classifierMetadata,
  findWeights,
  loadClassifier,
  saveModel,
  weightRecord,
} from '../../lib/models/index';
import { loadShippedFeatures, shippedBackbones } from '../../lib/training/index';
import { nonNull } from '../support/non-null';
import { photosFolder, skipWithoutPhotos } from '../support/photos';
import { temporaryCache, temporaryFolder } from '../support/temporary-folder';

const skip = shippedBackbones().every((name) => findWeights(weightRecord(name)))
  ? false
  : `the weights of ${shippedBackbones().join(' and ')} are not on disk yet (npm start fetches them)`;

let served: ServedModel;
const said: string[] = [];
before(async () => {
  if (!skip) served = await loadServedModel('no-such-folder', (message) => said.push(message));
});
after(() => served?.classifier.dispose());

const decode = async (bytes: Buffer) =>
  decodeForModel(
    await readPhoto(bytes, 'photo', DEFAULT_LIMITS),
    served.classifier,
    DEFAULT_LIMITS.maxPixels,
  );

test('without a saved model a head is trained from the shipped features, and it says so', { skip }, () => {
  assert.equal(served.source, 'trained at start');
  assert.match(said[0] ?? '', /^no model in no-such-folder: training a head for 120 breeds/);
  assert.equal(served.classifier.metadata.classNames.length, 120);
  assert.ok((served.classifier.metadata.metrics.validationTop1 ?? 0) > 0.6);
  assert.ok((served.classifier.metadata.outOfDistribution?.falseAlarms ?? 1) <= 0.011);
});

test('a teapot is probably not a dog', { skip }, async () => {
  const [answer] = await served.classifier.classify([await decode(await drawExample('teapot.png'))]);
  assert.equal(answer?.notADog, true);
});

test('a head that a clone trained is kept: the next start takes it and answers the same', {
  skip,
}, async (t) => {
  await temporaryCache(t);
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const folder = await trainedAtStartFolder();
  assert.equal(await trainedAtStartFolder(), folder);
  await keepTrainedAtStart(served.classifier, folder, say);
  const again = await openServedModel('no-such-folder', say);
  assert.equal(again.source, 'trained at start');
  assert.match(lines.join('\n'), /kept for the next start\n.*an earlier start trained is taken/);
  assert.equal(await again.classifier.identity(), await served.classifier.identity());
  const photo = await decode(await drawExample('teapot.png'));
  const [[was], [is]] = [await served.classifier.classify([photo]), await again.classifier.classify([photo])];
  assert.deepEqual(
    is?.top.map(({ breed }) => breed),
    was?.top.map(({ breed }) => breed),
  );
  is?.top.forEach(({ probability }, i) => {
    assert.ok(Math.abs(probability - (was?.top[i]?.probability ?? 0)) < 1e-3);
  });
  again.classifier.dispose();
  await keepTrainedAtStart(served.classifier, join(import.meta.filename, 'x'), say);
  assert.match(lines.at(-1) ?? '', /^the head is not kept, the next start trains it again: /);
});

for (const file of ['weights.bin', 'model.json', 'metadata.json'])
  test(`a kept head whose ${file} is damaged is trained again, and kept`, { skip }, async (t) => {
    await temporaryCache(t);
    const lines: string[] = [];
    const say = (line: string) => lines.push(line);
    const folder = await trainedAtStartFolder();
    await keepTrainedAtStart(served.classifier, folder, say);
    const path = join(folder, file);
    await truncate(path, (await stat(path)).size / 2);
    const again = await openServedModel('no-such-folder', say);
    again.classifier.dispose();
    assert.match(lines.join('\n'), /it is damaged, another is trained: .*[\s\S]*kept for the next start$/);
    const known = lines.length;
    (await openServedModel('no-such-folder', say)).classifier.dispose();
    assert.deepEqual(
      lines.slice(known).map((line) => /earlier start trained is taken|^loading/.test(line)),
      [true, true],
    );
  });

test('a head kept for an index that is damaged is put aside, another is trained and kept', {
  skip,
}, async (t) => {
  const data = await temporaryFolder(t);
  const { DOGBREEDS_DATA } = process.env;
  process.env.DOGBREEDS_DATA = data;
  t.after(() => {
    if (DOGBREEDS_DATA === undefined) delete process.env.DOGBREEDS_DATA;
    else process.env.DOGBREEDS_DATA = DOGBREEDS_DATA;
  });
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  await keepModel(served.classifier, say);
  const kept = keptModelFolder();
  await truncate(join(kept, 'weights.bin'), 1000);
  (await openIndexModel(kept, say)).classifier.dispose();
  assert.match(lines.join('\n'), /it is damaged, another is trained: .*[\s\S]*the head is kept in/);
  assert.equal((await stat(join(`${kept}.damaged`, 'weights.bin'))).size, 1000);
  const known = lines.length;
  (await openIndexModel(kept, say)).classifier.dispose();
  assert.deepEqual(lines.slice(known), [`loading the model in ${kept}`]);
});

test('photos of the official test list: most are named rightly, nearly all are dogs', {
  skip: skip || skipWithoutPhotos,
}, async () => {
  const { files, breeds, splits } = await loadShippedFeatures();
  const rows = files
    .flatMap((_file, row) => (splits?.[row] === 'test' ? [row] : []))
    .filter((_row, i) => i % 100 === 0);
  const folder = join(nonNull(photosFolder()), 'Images');
  let right = 0;
  let strange = 0;
  for (let start = 0; start < rows.length; start += 4) {
    const batch = rows.slice(start, start + 4);
    const photos = batch.map((row) => readFile(join(folder, elementAt(files, row))));
    const images = await Promise.all(photos.map(async (photo) => decode(await photo)));
    const answers = await served.classifier.classify(images);
    answers.forEach(({ top, notADog }, i) => {
      if (top[0]?.breed === breeds?.[elementAt(batch, i)]) right++;
      if (notADog) strange++;
    });
  }
  assert.ok(rows.length >= 25);
  assert.ok(right / rows.length > 0.55, `${right} of ${rows.length} right`);
  assert.ok(strange / rows.length < 0.1, `${strange} of ${rows.length} called no dogs`);
});

test('a classifier that was saved for larger photos asks for larger photos', { skip }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dogbreeds-large-'));
  try {
    const { head, metadata } = served.classifier;
    const recipe = { ...metadata.recipe, input: { ...metadata.recipe.input, size: 96 } };
    await saveModel(head, folder, classifierMetadata({ ...metadata, recipe }));
    const large = await loadClassifier(folder);
    assert.deepEqual(large.input, { ...served.classifier.input, size: 96, rows: 96 });
    const photo = { data: new Uint8Array(96 * 96 * 3).fill(128), width: 96, height: 96 };
    const [answer] = await large.classify([photo]);
    assert.equal(answer?.top.length, 5);
    for (const backbone of large.backbones) backbone.dispose();
  } finally {
    await rm(folder, { recursive: true });
  }
});
