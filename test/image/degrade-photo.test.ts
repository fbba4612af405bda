import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { DEGRADATIONS, decodeImage, degradePhoto, type RgbImage } from '../../lib/image/index';

/** 120 x 80: dark, with a bright bar along the upper edge and fine stripes below. */
async function photo(): Promise<Buffer> {
  const [width, height] = [120, 80];
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      pixels.fill(y < 20 ? 240 : x % 2 === 0 ? 40 : 120, (y * width + x) * 3, (y * width + x + 1) * 3);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

const mean = ({ data }: RgbImage) => data.reduce((sum, value) => sum + value, 0) / data.length;
const apart = (a: RgbImage, b: RgbImage) =>
  a.data.reduce((sum, value, i) => sum + Math.abs(value - (b.data[i] ?? Number.NaN)), 0) / a.data.length;

test('each degradation gives a photo that is read, and does what it says', async () => {
  const original = await photo();
  const before = await decodeImage(original);
  const after = new Map(
    await Promise.all(
      DEGRADATIONS.map(
        async (name) => [name, await decodeImage(await degradePhoto(original, name, 3))] as const,
      ),
    ),
  );
  const of = (name: (typeof DEGRADATIONS)[number]) => {
    const image = after.get(name);
    assert.ok(image);
    return image;
  };
  assert.ok(Math.abs(mean(of('low light')) - mean(before) / 4) < 0.5);
  // the noise alone: 6 levels of deviation have a mean absolute value of 4.8
  const quarter = { ...before, data: before.data.map((value) => Math.round(value / 4)) };
  assert.ok(Math.abs(apart(of('low light'), quarter) - 4.8) < 0.3);
  // stripes of 2 px do not survive a blur of 1.2 px: exp(-2 pi^2 1.2^2 / 4) is under a thousandth
  const row = of('out of focus').data.subarray((60 * 120 + 30) * 3, (60 * 120 + 90) * 3);
  assert.ok(Math.max(...row) - Math.min(...row) <= 3, `${Math.min(...row)}..${Math.max(...row)}`);
  assert.ok(apart(of('JPEG, quality 30'), before) > 0.5);
  assert.ok(apart(of('turned, EXIF says so'), before) < 1, 'upright again');
  const lying = of('turned by 90 degrees');
  assert.deepEqual([lying.width, lying.height], [80, 120]);
  // turned counter-clockwise: the upper edge is on the left
  assert.ok((lying.data[(60 * 80 + 5) * 3] ?? 0) > 230);
});

test('the noise is of the seed', async () => {
  const original = await photo();
  const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => degradePhoto(original, 'low light', seed)));
  assert.ok(a && b && c);
  assert.deepEqual(a, b);
  assert.notDeepEqual(a, c);
});
