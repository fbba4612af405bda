import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { fromRoot } from '../../lib/base/index';
import { decodeImage, decodePhotos, decodeSeveral, type RgbImage, resizeImage } from '../../lib/image/index';
import { oddPhotos, quarters } from '../support/odd-photos';
import { temporaryFolder } from '../support/temporary-folder';
import { goldenImage, goldenPath } from './golden';

/** The colour in the middle of a quarter, `[top or bottom, left or right]`. */
function colour({ data, width, height }: RgbImage, down: 0 | 1, right: 0 | 1): [number, number, number] {
  const at = (Math.floor(height * (0.25 + down / 2)) * width + Math.floor(width * (0.25 + right / 2))) * 3;
  const [red = NaN, green = NaN, blue = NaN] = data.subarray(at, at + 3);
  return [red, green, blue];
}

function assertNear(actual: number[], expected: number[], tolerance = 6): void {
  assert.ok(
    actual.every((value, i) => Math.abs(value - (expected[i] ?? Number.NaN)) <= tolerance),
    `expected about ${expected}, received ${actual}`,
  );
}

test('a JPEG by path: size and colours', async (t) => {
  const path = join(await temporaryFolder(t), 'a.jpg');
  await writeFile(path, await oddPhotos.jpeg());
  const image = await decodeImage(path);
  assert.deepEqual([image.width, image.height, image.data.length], [64, 48, 64 * 48 * 3]);
  assertNear(colour(image, 0, 0), [255, 0, 0]);
  assertNear(colour(image, 0, 1), [0, 255, 0]);
  assertNear(colour(image, 1, 0), [0, 0, 255]);
  assertNear(colour(image, 1, 1), [255, 255, 255]);
});

test('EXIF rotation is applied', async () => {
  const image = await decodeImage(await oddPhotos.rotatedJpeg());
  assert.deepEqual([image.width, image.height], [48, 64]);
  assertNear(colour(image, 0, 1), [255, 0, 0]);
  assertNear(colour(image, 0, 0), [0, 0, 255]);
  const resized = await decodeImage(await oddPhotos.rotatedJpeg(), { width: 24 });
  assert.deepEqual([resized.width, resized.height], [24, 32]);
});

test('grey, 16-bit grey and CMYK become RGB', async () => {
  for (const bytes of [await oddPhotos.greyJpeg(), await oddPhotos.grey16Png()]) {
    const grey = await decodeImage(bytes);
    assert.equal(grey.data.length, 64 * 48 * 3);
    assertNear(colour(grey, 1, 1), [255, 255, 255]);
    const [red, green, blue] = colour(grey, 0, 0);
    assert.ok(red === green && green === blue && red > 20 && red < 140, `${red}, ${green}, ${blue}`);
  }
  const cmyk = await decodeImage(await oddPhotos.cmykJpeg());
  const [red, green, blue] = colour(cmyk, 0, 0);
  assert.ok(red > 180 && green < 80 && blue < 80, `printing red: ${red}, ${green}, ${blue}`);
  assertNear(colour(cmyk, 1, 1), [255, 255, 255]);
});

test('CMYK without a profile and 16 bits become the RGB that Pillow makes of them, value for value', async () => {
  for (const name of ['cmyk.jpg', 'cmyk.tif']) {
    assert.deepEqual(await decodeImage(goldenPath(name)), await goldenImage(`${name}.png`), name);
    const options = { width: 31, height: 40 };
    const resized = await decodeImage(goldenPath(name), options);
    assert.deepEqual(resized, resizeImage(await goldenImage(`${name}.png`), options));
  }
  assert.deepEqual(await goldenImage('deep.png'), await goldenImage('deep-8-bit.png'));
});

test('transparency is laid on white, or on black when asked', async () => {
  const bytes = await oddPhotos.rgbaPng();
  assert.deepEqual(colour(await decodeImage(bytes), 0, 1), [255, 255, 255]);
  assert.deepEqual(colour(await decodeImage(bytes), 0, 0), [255, 0, 0]);
  assert.deepEqual(colour(await decodeImage(bytes, { background: 'black' }), 0, 1), [0, 0, 0]);
});

test('HEIC as phones write it: upright, RGB (libheif with x265 wrote it: test/golden/image/make_heic.py)', async () => {
  const image = await decodeImage(fromRoot('test/golden/image/quarters.heic'));
  assert.deepEqual([image.width, image.height], [48, 64]);
  assertNear(colour(image, 0, 1), [255, 0, 0]);
  assertNear(colour(image, 0, 0), [0, 0, 255]);
  const small = await decodeImage(fromRoot('test/golden/image/quarters.heic'), { width: 12, height: 16 });
  assertNear(colour(small, 1, 1), [0, 255, 0]);
});

test('one pixel, and the first frame of an animated GIF', async () => {
  assert.deepEqual(await decodeImage(await oddPhotos.onePixel()), {
    data: Uint8Array.of(10, 200, 30),
    width: 1,
    height: 1,
  });
  const large = await decodeImage(await oddPhotos.onePixel(), { width: 224, height: 224 });
  assert.ok(large.data.every((value, i) => value === [10, 200, 30][i % 3]));
  const gif = await decodeImage(await oddPhotos.animatedGif());
  assert.deepEqual([gif.width, gif.height], [16, 16]);
  assert.deepEqual(colour(gif, 0, 0), [255, 0, 0]);
});

test('fit: fill stretches, cover cuts, inside keeps the shape', async () => {
  const bytes = await quarters(100, 50).png().toBuffer();
  const size = async (fit: 'fill' | 'cover' | 'inside') => {
    const { width, height } = await decodeImage(bytes, { width: 20, height: 20, fit });
    return [width, height];
  };
  assert.deepEqual(await size('fill'), [20, 20]);
  assert.deepEqual(await size('cover'), [20, 20]);
  assert.deepEqual(await size('inside'), [20, 10]);
});

test('a crop in fractions, before resizing', async () => {
  const crop = { xmin: 0.5, ymin: 0, xmax: 1, ymax: 0.5 };
  const image = await decodeImage(await quarters(100, 50).png().toBuffer(), { crop, width: 10, height: 10 });
  assert.ok(image.data.every((value, i) => value === [0, 255, 0][i % 3]));
  // the crop is of the upright picture: there the top right quarter is red
  const rotated = await decodeImage(await oddPhotos.rotatedJpeg(), { crop });
  assert.deepEqual([rotated.width, rotated.height], [24, 32]);
  assertNear(colour(rotated, 1, 0), [255, 0, 0]);
});

test('bilinear shrinking is the mean of what it covers', async () => {
  const data = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (Math.floor(i / 3) % 2) * 200);
  const bytes = await sharp(data, { raw: { width: 8, height: 8, channels: 3 } })
    .png()
    .toBuffer();
  const { data: small } = await decodeImage(bytes, { width: 2, height: 2 });
  assertNear([...small], new Array(12).fill(100), 26);
});

const refused: [keyof typeof oddPhotos, RegExp][] = [
  ['text', /^expected a JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC photo, received text in a\.jpg$/],
  ['empty', /received an empty file in a\.jpg$/],
  ['svg', /received SVG, a drawing in a\.jpg$/],
  ['heic', /^expected a whole photo, received one that is damaged or cut short in a\.jpg/],
  ['truncatedJpeg', /^expected a whole photo, received one that is damaged or cut short in a\.jpg \(/],
  [
    'hugePng',
    /^expected a photo of at most 100,000,000 pixels, received a larger one in a\.jpg: make it smaller$/,
  ],
];
for (const [kind, message] of refused)
  test(`refuses with a clear message: ${kind}`, async () => {
    await assert.rejects(decodeImage(await oddPhotos[kind](), { name: 'a.jpg' }), { message });
  });

test('a pixel limit of the caller', async () => {
  await assert.rejects(
    decodeImage(await oddPhotos.jpeg(), { maxPixels: 1000 }),
    /expected a photo of at most 1,000 pixels/,
  );
});

test('no file, a folder, sizes and crops that cannot be', async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(decodeImage(join(folder, 'a.jpg')), /expected a photo, found nothing at .*a\.jpg/);
  await assert.rejects(decodeImage(folder), /expected a photo, received the folder/);
  const bytes = await oddPhotos.jpeg();
  await assert.rejects(decodeImage(bytes, { width: 0 }), /expected a width of 1..16384 px, received 0/);
  const crop = { xmin: 0.5, ymin: 0, xmax: 0.5, ymax: 1 };
  await assert.rejects(decodeImage(bytes, { crop }), /expected a crop in fractions/);
});

test('several photos: stopped by a signal', async (t) => {
  const imagesFolder = await temporaryFolder(t);
  await writeFile(join(imagesFolder, 'a.jpg'), await oddPhotos.jpeg());
  const example = {
    breed: 'a',
    label: 0,
    split: null,
    hash: '',
    boxes: [],
    width: 64,
    height: 48,
    channels: 3,
  };
  const examples = [{ ...example, file: 'a.jpg' }];
  assert.equal((await decodePhotos({ imagesFolder }, examples, { width: 8, height: 8 })).length, 1);
  const signal = AbortSignal.abort();
  await assert.rejects(decodePhotos({ imagesFolder }, examples, { signal }), { name: 'Interrupted' });
});

test('one photo as several pictures: those of decodeImage, value for value', async () => {
  const crop = { xmin: 0.11, ymin: 0.2, xmax: 0.83, ymax: 0.97 };
  const wanted = [
    {},
    { crop },
    { width: 20, height: 20 },
    { width: 30, height: 24, crop },
    { width: 16, height: 16, crop, fit: 'cover', interpolation: 'bicubic' },
  ] as const;
  const { text: _text, empty: _empty, ...readable } = oddPhotos;
  for (const [name, make] of Object.entries(readable)) {
    const bytes = await make();
    const several = await decodeSeveral(bytes, wanted).catch((error: Error) => error);
    for (const [i, options] of wanted.entries()) {
      const alone = await decodeImage(bytes, options).catch((error: Error) => error);
      if (alone instanceof Error) {
        const outcome = several instanceof Error ? { reason: several } : several[i];
        assert.equal((outcome as PromiseRejectedResult).reason.message, alone.message, name);
      } else {
        assert.ok(!(several instanceof Error), name);
        assert.deepEqual((several[i] as PromiseFulfilledResult<RgbImage>).value, alone, `${name} ${i}`);
      }
    }
  }
});

test('a photo that is reduced while it is decoded is so for each of several pictures', async () => {
  const bytes = await sharp(goldenPath('dog.png')).resize(1600, 1200, { fit: 'fill' }).jpeg().toBuffer();
  const wanted = [
    { width: 64, height: 64 },
    { width: 100, crop: { xmin: 0.1, ymin: 0, xmax: 1, ymax: 0.9 } },
  ];
  for (const [i, outcome] of (await decodeSeveral(bytes, wanted)).entries())
    assert.deepEqual(outcome, { status: 'fulfilled', value: await decodeImage(bytes, wanted[i]) });
});
