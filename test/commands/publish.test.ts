import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { elementAt } from '../../lib/base/index';
import { editionFaults, forgetFolder, hashNotebooks } from '../../lib/commands/publish';
import { type Dataset, drawOutline, openDataset } from '../../lib/dataset/index';
import { examplePicture, showsOutlines } from '../../lib/figures/index';
import { photoPicture } from '../../lib/figures/pictures/photo-pictures';
import { markIndex, markReadme } from '../../lib/notebook/index';
import { renderIndex } from '../../lib/notebook/report/render-index';

const cache = mkdtempSync(join(tmpdir(), 'dogbreeds-publish-'));
process.env.DOGBREEDS_CACHE = cache;
after(() => rmSync(cache, { recursive: true }));

/** The drawn pictures, said to be those of Stanford Dogs. */
async function asStanford(): Promise<Dataset> {
  return { ...(await openDataset({ limitPerBreed: 3 })), kind: 'stanford-dogs' };
}

test('the hash of the notebooks is steady', () => {
  assert.match(hashNotebooks(), /^[0-9a-f]{16}$/);
  assert.equal(hashNotebooks(), hashNotebooks());
});

test('faults of the edition are told: each in one line', () => {
  for (const fault of editionFaults())
    assert.match(fault, /^(expected an edition|the edition is stale|\S+\.html holds)/);
});

test('an outline has the format of its photo, dogs in its boxes, and not one of its pixels', async () => {
  const boxes = [{ xmin: 0.5, ymin: 0.25, xmax: 1, ymax: 1 }];
  const svg = drawOutline({ width: 80, height: 40, boxes, hash: '0123456789abcdef' });
  const { data, info } = await sharp(Buffer.from(svg))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.width, info.height], [80, 40]);
  const background = [...data.subarray(0, 3)];
  const touched = (x: number, y: number) =>
    background.some((value, c) => Math.abs(value - elementAt(data, (y * 80 + x) * info.channels + c)) > 8);
  const columns = Array.from({ length: 80 }, (_, x) => x);
  const rows = Array.from({ length: 40 }, (_, y) => y);
  assert.ok(!columns.some((x) => x < 39 && rows.some((y) => touched(x, y))), 'nothing outside of the box');
  assert.ok(
    columns.some((x) => x > 40 && rows.some((y) => touched(x, y))),
    'a dog inside of it',
  );
});

test('for the edition, photos of Stanford Dogs are outlines and operations are shown on drawn pictures', async (t) => {
  const photos = await asStanford();
  const example = elementAt(photos.examples, 0);
  const real = await photoPicture(photos, example, 60);
  assert.equal(showsOutlines(photos), false);
  process.env.DOGBREEDS_EDITION = '1';
  t.after(() => delete process.env.DOGBREEDS_EDITION);
  assert.equal(showsOutlines(photos), true);
  assert.equal(showsOutlines({ kind: 'folders' }), false);
  const outline = await photoPicture(photos, example, 60);
  assert.deepEqual([outline.width, outline.height], [real.width, real.height]);
  assert.notDeepEqual(outline.data, real.data);
  const { isDrawn, title } = await examplePicture(photos, 7);
  assert.ok(isDrawn);
  assert.match(title, /^Drawn example: /);
});

test('the index says that it is stale, and no more when it is fresh again; so does the README', () => {
  const index = renderIndex([{ href: 'a.html', title: 'A', summary: null, status: 'ok' }]);
  const stale = markIndex(index, 'Stale since 2026-01-02: $& <notebooks>');
  assert.match(stale, /<p class="stale">Stale since 2026-01-02: \$&amp; &lt;notebooks&gt;<\/p>/);
  assert.equal(markIndex(stale, 'Stale since 2026-01-02: $& <notebooks>'), stale);
  assert.equal(markIndex(stale, null), index);
  const readme = 'a <!-- edition -->old<!-- /edition --> b';
  assert.equal(markReadme(readme, 'new'), 'a <!-- edition -->new<!-- /edition --> b');
  assert.throws(() => markReadme('a', 'new'), /expected <!-- edition -->.*found neither/);
});

test('a folder of the machine becomes its last name, and base64 that happens to hold it stays whole', () => {
  const picture = '<img src="data:image/webp;base64,UklG/tmp/Rqh5A+/tmpAA/tmp=">';
  assert.equal(forgetFolder(picture, '/tmp'), picture);
  assert.equal(forgetFolder('"/tmp/a.png" in (/tmp), /tmp', '/tmp'), '"a.png" in (tmp), tmp');
  assert.equal(forgetFolder('/home/a.b/x /home/aXb/x /home/a.bc', '/home/a.b'), 'x /home/aXb/x /home/a.bc');
});
