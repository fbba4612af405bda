import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { decodeForModel } from '../../lib/app/photos/decode-for-model';
import { readPhoto } from '../../lib/app/photos/read-photo';
import { DEFAULT_LIMITS } from '../../lib/app/server/limits';
import { elementAt } from '../../lib/base/index';
import { expectedTop, GREEN, GREY, plain, post, RED, startTestApp, type TestApp } from './support/fixture';

let app: TestApp;
before(async () => {
  app = await startTestApp();
});
after(() => app.stop());

type Result = {
  verdict: string;
  top: { breed: string; probability: number }[];
  width: number;
  height: number;
};

async function refused(body: BodyInit, headers: Record<string, string> = {}, path = '/api/predict') {
  const response = await post(app, path, body, headers);
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  assert.ok(error.message.length > 10 && !/\n\s+at /.test(error.message), error.message);
  return { status: response.status, ...error };
}

async function answered(photo: Buffer): Promise<Result> {
  const response = await post(app, '/api/predict', new Uint8Array(photo));
  assert.equal(response.status, 200, await response.clone().text());
  return elementAt(((await response.json()) as { results: Result[] }).results, 0);
}

function assertColour(result: Result, colour: number[], tolerance = 0.02): void {
  const expected = elementAt(expectedTop(colour), 0);
  const best = elementAt(result.top, 0);
  assert.equal(best.breed, expected.breed);
  assert.ok(Math.abs(best.probability - expected.probability) < tolerance);
}

const CRC = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/** A PNG chunk (length, type, data, CRC-32) as the PNG specification lays it out. */
function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  let crc = 0xffffffff;
  for (const byte of body) crc = elementAt(CRC, (crc ^ byte) & 255) ^ (crc >>> 8);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
  return chunk;
}

test('an empty body, in each of the three ways', async () => {
  const cases: [body: string, type: string][] = [
    ['', 'image/jpeg'],
    ['', 'application/json'],
    ['{}', 'application/json'],
    ['{"image":""}', 'application/json'],
    [
      '--x\r\ncontent-disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n\r\n--x--\r\n',
      'multipart/form-data; boundary=x',
    ],
    ['--x--\r\n', 'multipart/form-data; boundary=x'],
  ];
  for (const [body, type] of cases) {
    const { status, code } = await refused(body, { 'content-type': type });
    assert.deepEqual([status, code], [400, 'empty_body'], type);
  }
});

test('JSON that is none, base64 that is none, fields of another type', async () => {
  for (const body of ['{"image":', '{"image":"@@@@"}', '{"image":5}', '{"images":[null]}', '[]x']) {
    const { status } = await refused(body, { 'content-type': 'application/json' });
    assert.equal(status, 400, body);
  }
});

test('a broken multipart body', async () => {
  const { status } = await refused('nonsense', { 'content-type': 'multipart/form-data; boundary=x' });
  assert.equal(status, 400);
  const { status: none } = await refused('nonsense', { 'content-type': 'multipart/form-data' });
  assert.ok(none >= 400 && none < 500);
});

test('a body of 100 MB is refused before it is read', async () => {
  for (const type of ['image/jpeg', 'application/json', 'multipart/form-data; boundary=x']) {
    const bytes = 100 * 2 ** 20;
    const { status, sent } = await new Promise<{ status?: number; sent: number }>((resolve, reject) => {
      let sent = 0;
      const upload = request(`${app.url}/api/predict`, {
        method: 'POST',
        headers: { 'content-type': type, 'content-length': bytes },
      });
      upload.on('response', (response) => {
        response.resume();
        response.on('end', () => {
          resolve({ status: response.statusCode, sent });
          upload.destroy();
        });
      });
      upload.on('error', reject);
      const chunk = Buffer.alloc(2 ** 16, 'a');
      if (type.startsWith('multipart'))
        upload.write('--x\r\ncontent-disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n');
      const send = () => {
        while (!upload.destroyed && sent < bytes - 2 ** 17) {
          sent += chunk.length;
          if (!upload.write(chunk)) return void upload.once('drain', send);
        }
      };
      send();
    });
    assert.equal(status, 413, type);
    assert.ok(sent < bytes / 2, `${type}: ${sent} bytes were sent before the refusal`);
  }
});

test('a photo above the limit, among others in one request', async () => {
  const form = new FormData();
  form.append('photo', new Blob([new Uint8Array(21 * 2 ** 20)]), 'large.jpg');
  const { status, code } = await refused(form);
  assert.deepEqual([status, code], [413, 'too_large']);
});

test('more photos than one request may hold', async () => {
  const image = (await plain(RED).png().toBuffer()).toString('base64');
  const { status, code } = await refused(JSON.stringify({ images: Array(33).fill(image) }), {
    'content-type': 'application/json',
  });
  assert.deepEqual([status, code], [413, 'too_many_photos']);
});

test('text named .jpg, SVG, PDF: the kind is named', async () => {
  const cases: [BodyInit, RegExp][] = [
    ['I am a dog, trust me. '.repeat(20), /received text in rex\.jpg/],
    [
      '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
      /received SVG, a drawing/,
    ],
    [
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      /received SVG, a drawing/,
    ],
    ['%PDF-1.7 something', /received PDF/],
    [new Uint8Array(64).fill(7), /received unknown data/],
  ];
  for (const [body, message] of cases) {
    const answer = await refused(body, { 'content-type': 'image/jpeg' }, '/api/predict?name=rex.jpg');
    assert.deepEqual([answer.status, answer.code], [415, 'unsupported_format']);
    assert.match(answer.message, message);
  }
});

test('a truncated JPEG and a truncated PNG', async () => {
  const noise = sharp({
    create: {
      width: 300,
      height: 300,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
      background: 'red',
    },
  });
  for (const photo of [await noise.clone().jpeg().toBuffer(), await noise.clone().png().toBuffer()]) {
    const half = await refused(new Uint8Array(photo.subarray(0, photo.length / 2)));
    assert.deepEqual([half.status, half.code], [422, 'unreadable_photo']);
    const start = await refused(new Uint8Array(photo.subarray(0, 20)));
    assert.equal(start.status, 422);
  }
});

test('a PNG header of 50,000 x 50,000 pixels is refused by its header, and at once', async () => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(50_000, 0);
  header.writeUInt32BE(50_000, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const bomb = Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(150_001 * 100))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
  const { status, code, message } = await refused(new Uint8Array(bomb));
  assert.deepEqual([status, code], [413, 'too_many_pixels']);
  assert.match(message, /50000 x 50000/);
});

test('an animated GIF is judged by its first frame', async () => {
  const frames = await Promise.all(
    [GREEN, RED, GREY].map((colour) => plain(colour, 40, 40).png().toBuffer()),
  );
  const gif = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
  assert.equal((await sharp(gif, { animated: true }).metadata()).pages, 3);
  assertColour(await answered(gif), GREEN);
});

test('EXIF rotation is applied before the model looks', async () => {
  // Stored: left half red, right half green; orientation 6 turns it clockwise, so red is on top.
  const green = await plain(GREEN, 30, 20).png().toBuffer();
  const photo = await plain(RED, 60, 20)
    .composite([{ input: green, left: 30, top: 0 }])
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
  const { data } = await decodeForModel(
    await readPhoto(photo, 'phone.jpg', DEFAULT_LIMITS),
    app.context.inference.require(),
    DEFAULT_LIMITS.maxPixels,
  );
  const pixel = (x: number, y: number) => [...data.subarray(3 * (32 * y + x), 3 * (32 * y + x) + 3)];
  for (const x of [2, 29]) {
    for (const [y, colour] of [
      [3, RED],
      [28, GREEN],
    ] as const)
      pixel(x, y).forEach((value, c) => {
        assert.ok(Math.abs(value - elementAt(colour, c)) <= 4, `${pixel(x, y)} at ${x}, ${y}`);
      });
  }
  const result = await answered(photo);
  assert.deepEqual([result.width, result.height], [60, 20]);
});

test('grey, grey with alpha, transparent, 16-bit, CMYK and 1x1 pictures get right answers', async () => {
  const cases: [string, Buffer, number[]][] = [
    ['grey JPEG', await plain(GREY).toColourspace('b-w').jpeg().toBuffer(), GREY],
    ['grey PNG with alpha', await plain(GREY).toColourspace('b-w').ensureAlpha(1).png().toBuffer(), GREY],
    ['RGBA PNG', await plain(RED).ensureAlpha(1).png().toBuffer(), RED],
    ['16-bit PNG', await plain(GREEN).toColourspace('rgb16').png().toBuffer(), GREEN],
    ['CMYK JPEG', await plain(RED).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(), RED],
    ['1x1 PNG', await plain(GREEN, 1, 1).png().toBuffer(), GREEN],
    ['WebP', await plain(RED).webp().toBuffer(), RED],
    ['AVIF', await plain(RED).avif().toBuffer(), RED],
    ['TIFF', await plain(RED).tiff().toBuffer(), RED],
  ];
  for (const [name, photo, colour] of cases) {
    const result = await answered(photo).catch((error: Error) => assert.fail(`${name}: ${error.message}`));
    assertColour(result, colour, name === 'CMYK JPEG' ? 0.3 : 0.02);
  }
});

test('another method, another path, a long path', async () => {
  assert.equal((await fetch(`${app.url}/api/predict`)).status, 404);
  assert.equal((await fetch(`${app.url}/${'a'.repeat(5000)}`)).status, 404);
  assert.equal(
    (await post(app, '/api/interpret?breed=unicorn', new Uint8Array(await plain(RED).png().toBuffer())))
      .status,
    400,
  );
});

test('after all this the server is healthy and no place in the queue is lost', async () => {
  assert.equal((await fetch(`${app.url}/healthz`)).status, 200);
  assert.equal(app.context.queue.pending, 0);
  assertColour(await answered(await plain(RED).jpeg().toBuffer()), RED);
});
