import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { createRandom, readJpegFrame } from '../../lib/base/index';
import { oddPhotos } from '../support/odd-photos';

const COMPONENTS: Record<string, number> = { 'b-w': 1, srgb: 3, cmyk: 4 };

test("a JPEG's frame is what its decoder says, whatever kind it is", async () => {
  const random = createRandom(1);
  const kinds = [oddPhotos.jpeg, oddPhotos.greyJpeg, oddPhotos.cmykJpeg, oddPhotos.rotatedJpeg];
  for (const make of kinds) {
    const bytes = await make();
    const { width, height, space } = await sharp(bytes).metadata();
    assert.deepEqual(readJpegFrame(bytes), { width, height, components: COMPONENTS[space] });
  }
  for (let round = 0; round < 20; round++) {
    const [width, height] = [1 + random.integer(300), 1 + random.integer(300)];
    const bytes = await sharp({ create: { width, height, channels: 3, background: 'teal' } })
      .jpeg({ progressive: round % 2 === 0, chromaSubsampling: round % 3 ? '4:2:0' : '4:4:4' })
      .withExif({ IFD0: { Copyright: 'x'.repeat(random.integer(500)) } })
      .toBuffer();
    assert.deepEqual(readJpegFrame(bytes), { width, height, components: 3 });
    // fill bytes may stand before a marker
    const filled = Buffer.concat([bytes.subarray(0, 2), Buffer.alloc(round, 0xff), bytes.subarray(2)]);
    assert.deepEqual(readJpegFrame(filled), { width, height, components: 3 });
  }
});

test('what is no JPEG, cut short or damaged has no frame or any, and never an error', async () => {
  const random = createRandom(2);
  for (const make of [oddPhotos.rgbaPng, oddPhotos.animatedGif])
    assert.equal(readJpegFrame(await make()), undefined);
  const bytes = await oddPhotos.jpeg();
  for (let length = 0; length < 200; length++) readJpegFrame(bytes.subarray(0, length));
  assert.equal(readJpegFrame(bytes.subarray(0, 20)), undefined);
  for (let round = 0; round < 2000; round++) {
    const damaged = Buffer.from(bytes.subarray(0, 1000));
    for (let i = 0; i < 5; i++) damaged[2 + random.integer(damaged.length - 2)] = random.integer(256);
    const frame = readJpegFrame(damaged);
    assert.ok(frame === undefined || (frame.width > 0 && frame.height > 0));
  }
});
