import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { elementAt } from '../../lib/base/index';
import { composeBeforeAfter, composeGrid } from '../../lib/figures/index';
import type { RgbImage } from '../../lib/image/index';

const plain = (width: number, height: number, color: number[]): RgbImage => ({
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => elementAt(color, i % 3)),
  width,
  height,
});
const pixel = ({ data, width }: RgbImage, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3).slice(0, 3),
];
const isLight = (color: number[]) => color.every((value) => value > 150);

describe('composeGrid', () => {
  it('fits pictures whole into their tiles and draws boxes and captions', async () => {
    const tiles = [
      {
        image: plain(100, 50, [200, 10, 10]),
        caption: 'pug',
        boxes: [{ xmin: 0.25, ymin: 0.2, xmax: 0.75, ymax: 0.8 }],
      },
      { image: plain(10, 20, [10, 10, 200]), caption: 'a name that is far too long for one line of a tile' },
      { image: plain(40, 40, [10, 200, 10]) },
    ];
    const sheet = await composeGrid(tiles, { columns: 2, tileSize: 100 });
    assert.deepEqual([sheet.width, sheet.height], [8 + 2 * 108, 8 + 2 * (100 + 22 + 8)]);
    assert.equal(sheet.data.length, sheet.width * sheet.height * 3);
    assert.deepEqual(pixel(sheet, 58, 58), [200, 10, 10], 'middle of the first picture');
    assert.deepEqual(pixel(sheet, 58, 20), [0x1b, 0x1f, 0x26], 'sheet above a wide picture');
    assert.deepEqual(pixel(sheet, 166, 58), [10, 10, 200], 'middle of the second');
    assert.deepEqual(pixel(sheet, 58, 188), [10, 200, 10], 'the third starts the second row');
    assert.deepEqual(pixel(sheet, 8 + 25, 58), [0xe6, 0x9f, 0x00], 'left edge of the box');
    const captionHas = (from: number, to: number) =>
      Array.from({ length: (to - from) * 20 }, (_, i) =>
        pixel(sheet, from + (i % (to - from)), 110 + Math.floor(i / (to - from))),
      ).some(isLight);
    assert.ok(captionHas(40, 76), 'caption in the middle under the first picture');
    assert.ok(!captionHas(8, 36), 'and nowhere else');
    assert.ok(!captionHas(217, 224), 'a long caption is cut at its tile');
  });

  it('refuses an empty grid', async () => {
    await assert.rejects(composeGrid([]), /expected at least one picture/);
  });
});

describe('composeBeforeAfter', () => {
  it('sets the pictures side by side with histograms on one scale', async () => {
    const before = plain(20, 10, [40, 40, 40]);
    const after = { ...before, data: before.data.map((_, i) => Math.floor((i * 256) / before.data.length)) };
    const sheet = await composeBeforeAfter(
      [
        { name: 'before', image: before },
        { name: 'après égalisation', image: after },
      ],
      { size: 128 },
    );
    assert.deepEqual([sheet.width, sheet.height], [12 + 2 * 140, 36 + 26 + 64 + 90]);
    assert.deepEqual(pixel(sheet, 70, 60), [40, 40, 40]);
    const bottom = sheet.height - 12 - 2;
    const top = sheet.height - 12 - 88;
    const sheetColor = [0x1b, 0x1f, 0x26];
    // All of the first picture's pixels are at level 40: one full bin at 40 / 256 of the width.
    assert.notDeepEqual(pixel(sheet, 12 + 21, top), sheetColor);
    assert.deepEqual(pixel(sheet, 12 + 60, bottom), sheetColor);
    // The second's are spread evenly: a low band all along.
    assert.notDeepEqual(pixel(sheet, 152 + 30, bottom + 1), sheetColor);
    assert.notDeepEqual(pixel(sheet, 152 + 100, bottom + 1), sheetColor);
    assert.deepEqual(pixel(sheet, 152 + 60, top), sheetColor);
  });

  it('refuses a single picture', async () => {
    await assert.rejects(composeBeforeAfter([{ name: 'x', image: plain(2, 2, [0, 0, 0]) }]), /at least two/);
  });
});
