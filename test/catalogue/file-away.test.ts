import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { XMLParser } from 'fast-xml-parser';
import sharp from 'sharp';
import { type FileAwayStep, fileAway, recordVerdict, writeDetectorJson } from '../../lib/catalogue/index';
import { GREEN, GREY, RED } from '../app/support/fixture';
import { checkCounts } from './support/check-counts';
import { makeCollection, photo } from './support/collection';

const perl = spawnSync('perl', ['-v']).status === 0;
const needsPerl = { skip: !perl && 'SKIPPED: perl is not installed, exiftool cannot run' };

async function makeFiled(t: Parameters<typeof makeCollection>[0]) {
  const collection = await makeCollection(t, {
    'a.jpg': await photo(RED, 1),
    'b & c.jpg': await photo(RED, 2),
    'sub/green.jpg': await photo(GREEN, 3),
    'grey.jpg': await photo(GREY, 4),
  });
  await collection.index();
  const [{ sha256 } = { sha256: '' }] = collection.rows<{ sha256: string }>(
    "select sha256 from file where name = 'b & c.jpg'",
  );
  recordVerdict(collection.catalogue, { sha256, who: 'Ana', verdict: 'change', breed: 'Tom_&_Jerry_dog' });
  return collection;
}

/** Keywords of a sidecar as an XML parser of its own reads them. */
function subjects(xml: string): string[] {
  const parsed = new XMLParser({ isArray: (name) => name === 'rdf:li', htmlEntities: true }).parse(xml);
  return parsed['x:xmpmeta']['rdf:RDF']['rdf:Description']['dc:subject']['rdf:Bag']['rdf:li'];
}

test('sidecars: a dry run writes nothing; new ones come from a template; the second time nothing is left to do', async (t) => {
  const { catalogue, root, rows, index } = await makeFiled(t);
  const steps: FileAwayStep[] = [];
  const options = {
    kind: 'sidecar',
    minProbability: 0.9,
    onStep: (step: FileAwayStep) => void steps.push(step),
  } as const;
  const dry = await fileAway(catalogue, { ...options, dryRun: true });
  assert.deepEqual(dry, { write: 3, merge: 0, link: 0, keep: 0, fail: 0 });
  assert.deepEqual(
    (await readdir(root)).filter((name) => name.endsWith('.xmp')),
    [],
  );
  const before = await stat(join(root, 'a.jpg'));
  assert.equal((await fileAway(catalogue, { ...options, dryRun: false })).write, 3);
  assert.deepEqual(subjects(await readFile(join(root, 'b & c.jpg.xmp'), 'utf8')), ['Tom & Jerry dog']);
  assert.match(await readFile(join(root, 'a.jpg.xmp'), 'utf8'), /<rdf:li>dogbreeds\|Red setter<\/rdf:li>/);
  assert.ok(!existsSync(join(root, 'grey.jpg.xmp')), 'who is not sure says nothing');
  assert.deepEqual((await stat(join(root, 'a.jpg'))).mtimeMs, before.mtimeMs);
  assert.equal((await fileAway(catalogue, { ...options, dryRun: false })).keep, 3);
  assert.equal((await index()).computed, 0, 'sidecars are no photos');
  assert.equal(rows('select 1 from written').length, 3);
});

test(
  "exiftool reads our sidecar; others' keywords stay when a verdict changes; a.xmp is used where it is",
  needsPerl,
  async (t) => {
    const { catalogue, root, rows } = await makeFiled(t);
    const { startExifTool } = await import('../../lib/catalogue/file-away/exiftool');
    const tool = await startExifTool();
    t.after(() => tool.end());
    await writeFile(
      join(root, 'a.xmp'),
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"><dc:subject><rdf:Bag><rdf:li>holiday</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>',
    );
    const options = { kind: 'sidecar', minProbability: 0.9, dryRun: false } as const;
    assert.deepEqual(await fileAway(catalogue, options), { write: 2, merge: 1, link: 0, keep: 0, fail: 0 });
    const merged = await tool.read(join(root, 'a.xmp'));
    assert.deepEqual(
      [merged.Subject, merged.HierarchicalSubject, merged.Rating],
      [['holiday', 'Red setter'], ['dogbreeds|Red setter'], 4],
    );
    const own = await tool.read(join(root, 'sub/green.jpg.xmp'));
    assert.deepEqual(
      [own.Subject, own.HierarchicalSubject],
      [['Green spaniel'], ['dogbreeds|Green spaniel']],
    );
    const [{ sha256 } = { sha256: '' }] = rows<{ sha256: string }>(
      "select sha256 from file where name = 'a.jpg'",
    );
    recordVerdict(catalogue, { sha256, who: 'Ana', verdict: 'change', breed: 'Samoyed' });
    assert.equal((await fileAway(catalogue, options)).merge, 1);
    const changed = await tool.read(join(root, 'a.xmp'));
    assert.deepEqual(
      [changed.Subject, changed.HierarchicalSubject, changed.Rating],
      [['holiday', 'Samoyed'], ['dogbreeds|Samoyed'], 4],
    );
  },
);

test(
  'into the photo: pixels and time stay, the answer and the verdict go with the new bytes',
  needsPerl,
  async (t) => {
    const { catalogue, root, rows, index } = await makeFiled(t);
    const path = join(root, 'b & c.jpg');
    await utimes(path, new Date('2020-01-01T00:00:00Z'), new Date('2020-01-01T00:00:00Z'));
    await index();
    const before = { pixels: await sharp(path).raw().toBuffer(), bytes: await readFile(path) };
    assert.deepEqual(await fileAway(catalogue, { kind: 'photo', query: 'reviewed', dryRun: false }), {
      write: 0,
      merge: 1,
      link: 0,
      keep: 0,
      fail: 0,
    });
    assert.ok(!(await readFile(path)).equals(before.bytes));
    assert.ok((await sharp(path).raw().toBuffer()).equals(before.pixels));
    assert.equal((await stat(path)).mtimeMs, Date.UTC(2020, 0, 1));
    const { startExifTool } = await import('../../lib/catalogue/file-away/exiftool');
    const tool = await startExifTool();
    t.after(() => tool.end());
    const tags = await tool.read(path);
    assert.deepEqual([tags.Subject, tags.Keywords], [['Tom & Jerry dog'], ['Tom & Jerry dog']]);
    const again = await index();
    assert.deepEqual([again.files.changed, again.computed], [0, 0]);
    assert.deepEqual(rows("select breed, source from catalogue where name = 'b & c.jpg'"), [
      { breed: 'Tom_&_Jerry_dog', source: 'human' },
    ]);
    assert.deepEqual(
      rows('select count(*) as n from photo'),
      rows('select count(distinct sha256) as n from file where sha256 is not null'),
      'what the photo was before is counted no longer',
    );
    checkCounts(catalogue);
    assert.deepEqual(
      (await readdir(root)).filter((name) => name.includes('tmp')),
      [],
    );
  },
);

test('links by breed, and the JSON of MegaDetector', async (t) => {
  const { catalogue, folder, root } = await makeFiled(t);
  const linksFolder = join(folder, 'by breed');
  assert.equal(
    (await fileAway(catalogue, { kind: 'links', linksFolder, minProbability: 0.9, dryRun: false })).link,
    3,
  );
  const linked = join(linksFolder, 'Green spaniel', 'photos', 'sub', 'green.jpg');
  assert.deepEqual(await readFile(linked), await readFile(join(root, 'sub/green.jpg')));
  assert.equal(
    (await fileAway(catalogue, { kind: 'links', linksFolder, minProbability: 0.9, dryRun: false })).keep,
    3,
  );
  const json = join(folder, 'out.json');
  assert.equal(await writeDetectorJson(catalogue, json), 4);
  const { info, images, classification_categories: categories } = JSON.parse(await readFile(json, 'utf8'));
  assert.equal(info.format_version, '1.4');
  const own = images.find(({ file }: { file: string }) => file === 'photos/b & c.jpg');
  assert.deepEqual(
    own.detections[0].classifications.map(([id, p]: [string, number]) => [categories[id], p]),
    [['Tom_&_Jerry_dog', 1]],
  );
});
