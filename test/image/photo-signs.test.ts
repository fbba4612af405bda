import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromRoot } from '../../lib/base/index';
import { decodeImage, perceptualHash, photoSigns } from '../../lib/image/index';
import golden from '../golden/image/signs.json';

for (const [name, expected] of Object.entries(golden))
  test(`hash, brightness, contrast and sharpness of ${name} are ImageHash's, Pillow's and OpenCV's`, async () => {
    const image = await decodeImage(fromRoot('test', 'golden', 'image', name));
    const { hash, ...signs } = expected;
    assert.equal(perceptualHash(image), hash);
    const found = photoSigns(image);
    for (const [key, value] of Object.entries(signs)) {
      const own = found[key as keyof typeof found];
      assert.ok(Math.abs(own - value) < 1e-6 * Math.max(1, value), `${key}: expected ${value}, found ${own}`);
    }
  });

test('a picture smaller or darker has nearly the same hash, another picture has not', async () => {
  const path = fromRoot('test', 'golden', 'image', 'dog.png');
  const image = await decodeImage(path);
  const smaller = await decodeImage(path, { width: image.width >> 1, height: image.height >> 1 });
  const darker = { ...image, data: image.data.map((value) => value * 0.8) };
  const other = { ...image, data: Uint8Array.from(image.data).reverse() };
  const bits = (a: string, b: string) =>
    [...(BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2)].filter((bit) => bit === '1').length;
  const own = perceptualHash(image);
  assert.ok(bits(own, perceptualHash(smaller)) <= 4);
  assert.ok(bits(own, perceptualHash(darker)) <= 4);
  assert.ok(bits(own, perceptualHash(other)) > 10);
});

test('a picture of one row has no sharpness', () => {
  assert.throws(
    () => photoSigns({ width: 3, height: 1, data: new Uint8Array(9) }),
    /at least 2 x 2 px, received 3 x 1/,
  );
});
