import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import sharp from 'sharp';
import { decodeImage, type Interpolation, type RgbImage, resizeImage } from '../../lib/image/index';
import { difference, goldenImage, goldenPath } from './golden';

const KERNELS: Interpolation[] = ['nearest', 'bilinear', 'bicubic', 'lanczos3'];
const source = goldenPath('resized/source.png');
const firstRow = ({ data, width }: RgbImage) => Array.from({ length: width }, (_, x) => data[x * 3]);

test('a ramp keeps its place when it is enlarged', async () => {
  const ramp = goldenPath('resized/ramp8.png');
  const wide = async (width: number) => firstRow(await decodeImage(ramp, { width, height: 1 }));
  assert.deepEqual((await wide(16)).slice(0, 5), [0, 8, 23, 38, 53]);
  assert.deepEqual((await wide(12)).slice(0, 4), [0, 15, 35, 55]);
});

for (const kernel of KERNELS)
  test(`${kernel} is Pillow, value for value: larger, smaller, odd, cover, crop`, async () => {
    const names = readdirSync(goldenPath('resized')).filter((name) => name.startsWith(`${kernel}-`));
    assert.equal(names.length, 10);
    for (const name of names) {
      const expected = await goldenImage(`resized/${name}`);
      const { width, height } = expected;
      const options = name.includes('cover')
        ? ({ fit: 'cover' } as const)
        : name.includes('crop')
          ? { crop: { xmin: 10 / 41, ymin: 7 / 33, xmax: 31 / 41, ymax: 26 / 33 } }
          : {};
      const actual = await decodeImage(source, { width, height, interpolation: kernel, ...options });
      assert.deepEqual(actual, expected, name);
    }
  });

test('a picture of its own size stays as it is, and a window is a part of the whole', async () => {
  const picture = await goldenImage('resized/source.png');
  for (const kernel of KERNELS) {
    assert.deepEqual(resizeImage(picture, { width: 41, height: 33, interpolation: kernel }), picture);
    const options = { width: 50, height: 20, interpolation: kernel };
    const whole = resizeImage(picture, options);
    const window = { left: 7, top: 3, width: 31, height: 11 };
    const part = resizeImage(picture, { ...options, window });
    for (let y = 0; y < 11; y++)
      assert.deepEqual(
        part.data.subarray(y * 93, y * 93 + 93),
        whole.data.subarray(((y + 3) * 50 + 7) * 3, ((y + 3) * 50 + 38) * 3),
      );
  }
  assert.throws(() => resizeImage(picture, { width: 0, height: 5 }), /at least 1 x 1 px, received 0 x 5/);
  const outside = { left: 0, top: 0, width: 51, height: 1 };
  assert.throws(
    () => resizeImage(picture, { width: 50, height: 20, window: outside }),
    /expected a window inside 50 x 20 px/,
  );
});

test('a photo much larger than wanted, halved while it is decoded, is nearly the one resized at once', async () => {
  const dog = await goldenImage('dog.png');
  for (const [width, height] of [
    [1208, 904],
    [1207, 905], // libjpeg would have to shrink to 301.75 px
  ] as const) {
    const { data } = resizeImage(dog, { width, height, interpolation: 'bicubic' });
    const raw = sharp(data, { raw: { width, height, channels: 3 } });
    const jpeg = await raw.clone().jpeg({ quality: 95 }).toBuffer();
    const turned = await raw.clone().jpeg({ quality: 95 }).withMetadata({ orientation: 6 }).toBuffer();
    const png = await raw.clone().png().toBuffer();
    for (const bytes of [jpeg, turned, png])
      for (const interpolation of KERNELS.slice(1)) {
        const options = { width: 150, height: 112, interpolation };
        const quick = await decodeImage(bytes, options);
        const atOnce = resizeImage(await decodeImage(bytes), options);
        const { largest, mean } = difference(quick.data, atOnce.data);
        assert.ok(largest <= 4 && mean < 0.35, `${width} ${interpolation}: largest ${largest}, mean ${mean}`);
      }
  }
});

test('sizes that follow from one side, and cover, round as before', async () => {
  const size = async (options: object) => {
    const { width, height } = await decodeImage(source, options);
    return [width, height];
  };
  assert.deepEqual(await size({ width: 20 }), [20, 16]);
  assert.deepEqual(await size({ height: 99 }), [123, 99]);
  assert.deepEqual(await size({ width: 100, height: 20, fit: 'inside' }), [25, 20]);
  assert.deepEqual(await size({ width: 100, height: 20, fit: 'cover' }), [100, 20]);
  assert.deepEqual(await size({ width: 1, height: 300, fit: 'inside' }), [1, 1]);
});
