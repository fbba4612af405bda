import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createRandom, fromRoot } from '../../lib/base/index';
import {
  augmentImage,
  channelHistogram,
  cutPatches,
  decodeImage,
  denoiseNonLocalMeans,
  drawTransform,
  encodePng,
  equalizeAdaptive,
  equalizeHistogram,
  equalizeLuma,
  fitWhitening,
  neighbourCorrelation,
  type RgbImage,
  type Transform,
  transformImage,
  whiten,
  whitenedToRgb,
  whitenPhoto,
} from '../../lib/image/index';
import { labToRgb, rgbToLab } from '../../lib/image/operations/lab';
import { nonLocalMeans } from '../../lib/image/operations/non-local-means';
import { difference, goldenImage, goldenJson, plane } from './golden';

const none: Transform = { theta: 0, tx: 0, ty: 0, shear: 0, zx: 1, zy: 1, flipHorizontal: false };
const flat = (value: number): RgbImage => ({
  data: new Uint8Array(12 * 10 * 3).fill(value),
  width: 12,
  height: 10,
});

test('channelHistogram counts as OpenCV calcHist', async () => {
  const { red, green, blue } = channelHistogram(await goldenImage('dog.png'));
  assert.deepEqual({ red: [...red], green: [...green], blue: [...blue] }, goldenJson('histogram.json'));
});

test('equalizeHistogram is OpenCV equalizeHist on each channel, value for value', async () => {
  const equalized = equalizeHistogram(await goldenImage('dog.png'));
  assert.deepEqual(equalized, await goldenImage('equalized.png'));
  assert.deepEqual(equalizeHistogram(flat(9)), flat(9));
});

test('equalizeLuma and equalizeAdaptive (CLAHE) are OpenCV on Y of YCrCb, value for value', async () => {
  const dog = await goldenImage('dog.png');
  assert.deepEqual(equalizeLuma(dog), await goldenImage('equalized-luma.png'));
  for (const [clipLimit, tiles] of [
    [2, 8],
    [4, 6],
    [40, 3],
    [0, 5],
  ] as const) {
    const expected = await goldenImage(`clahe-${clipLimit}-${tiles}.png`);
    assert.deepEqual(equalizeAdaptive(dog, { clipLimit, tiles }), expected, `${clipLimit}, ${tiles}`);
  }
  assert.deepEqual(equalizeAdaptive(dog), await goldenImage('clahe-2-8.png'));
  assert.throws(() => equalizeAdaptive(dog, { tiles: 0 }), /expected 1..256 tiles, received 0/);
});

test('nonLocalMeans is OpenCV fastNlMeansDenoising, value for value', async () => {
  const grey = await goldenImage('grey.png');
  const { width, height } = grey;
  const denoise = (h: number, templateSize: number, searchSize: number) =>
    nonLocalMeans(plane(grey, 0), width, height, 1, h, { templateSize, searchSize });
  assert.deepEqual(denoise(10, 7, 21), plane(await goldenImage('denoised-grey.png'), 0));
  assert.deepEqual(denoise(3, 5, 11), plane(await goldenImage('denoised-grey-h3-5-11.png'), 0));
});

test('nonLocalMeans on two channels at once is OpenCV', async () => {
  const { data, width, height } = await goldenImage('dog.png');
  const expected = await goldenImage('denoised-red-green.png');
  const two = data.filter((_, i) => i % 3 !== 2);
  const sizes = { templateSize: 7, searchSize: 21 };
  assert.deepEqual(
    nonLocalMeans(two, width, height, 2, 10, sizes),
    expected.data.filter((_, i) => i % 3 !== 2),
  );
});

test('L*a*b* and the way back are OpenCV for all 16.7 million colours', () => {
  const { forward, back } = goldenJson('lab-all-colours.json');
  const [to, from] = [createHash('sha256'), createHash('sha256')];
  const size = 256 ** 2;
  const triples = new Uint8Array(size * 3);
  for (let first = 0; first < 256; first++) {
    for (let i = 0; i < size; i++) triples.set([first, i >> 8, i & 255], i * 3);
    const { lightness, colour } = rgbToLab(triples);
    to.update(lightness).update(colour);
    from.update(
      labToRgb(
        triples.filter((_, i) => i % 3 === 0),
        triples.filter((_, i) => i % 3 > 0),
      ),
    );
  }
  assert.equal(to.digest('hex'), forward);
  assert.equal(from.digest('hex'), back);
});

test('denoiseNonLocalMeans is OpenCV fastNlMeansDenoisingColored, value for value', async () => {
  const denoised = denoiseNonLocalMeans(await goldenImage('dog.png'), { h: 10 });
  assert.deepEqual(denoised, await goldenImage('denoised.png'));
});

test('the WebAssembly is compiled from the source beside it', () => {
  const source = readFileSync(fromRoot('lib', 'image', 'wasm', 'kernels.as'));
  const digest = readFileSync(fromRoot('lib', 'image', 'wasm', 'kernels.sha256'), 'utf8').trim();
  assert.equal(createHash('sha256').update(source).digest('hex'), digest, 'run lib/image/wasm/build.sh');
});

for (const [name, change] of Object.entries<Record<string, number | boolean>>(goldenJson('augmented.json')))
  test(`transformImage is Keras apply_transform: ${name}`, async () => {
    const { flip_horizontal = false, ...rest } = change;
    const moved = transformImage(await goldenImage('dog.png'), {
      ...none,
      ...rest,
      flipHorizontal: Boolean(flip_horizontal),
    });
    const { largest, mean } = difference(moved.data, (await goldenImage(`augmented-${name}.png`)).data);
    // Keras computes in float32: a half may round the other way
    assert.ok(largest <= 1 && mean < 0.005, `largest difference ${largest}, mean ${mean}`);
  });

test('drawTransform stays in the ranges and repeats itself', () => {
  const random = createRandom(3);
  const size = { width: 300, height: 200 };
  const drawn = Array.from({ length: 500 }, () => drawTransform(random, size));
  const range = (key: keyof Transform) => {
    const values = drawn.map((transform) => Number(transform[key]));
    return [Math.min(...values), Math.max(...values)] as const;
  };
  const within = (key: keyof Transform, low: number, high: number) => {
    const [from, to] = range(key);
    const margin = (high - low) * 0.03; // 500 draws reach nearly the whole range
    assert.ok(
      from >= low && from < low + margin && to <= high && to > high - margin,
      `${key}: ${from}..${to}`,
    );
  };
  within('theta', -40, 40);
  within('tx', -40, 40);
  within('ty', -60, 60);
  within('shear', -0.2, 0.2);
  within('zx', 0.8, 1.2);
  within('zy', 0.8, 1.2);
  assert.ok(Math.abs(drawn.filter(({ flipHorizontal }) => flipHorizontal).length - 250) < 50);
  assert.deepEqual(drawTransform(createRandom(9), size), drawTransform(createRandom(9), size));
});

test('augmentImage gives the same picture for the same seed, another for another', async () => {
  const dog = await goldenImage('dog.png');
  assert.deepEqual(augmentImage(dog, createRandom(1)), augmentImage(dog, createRandom(1)));
  assert.notDeepEqual(augmentImage(dog, createRandom(1)), augmentImage(dog, createRandom(2)));
  assert.deepEqual(transformImage(dog, none), dog);
});

test('whiten is Keras zca_whitening, centred by channel as there or by the mean picture', async () => {
  const stack = await goldenImage('whitening-input.png');
  const images = Array.from({ length: 8 }, (_, i) => ({
    data: stack.data.slice(i * 360, (i + 1) * 360),
    width: 12,
    height: 10,
  }));
  const third = { data: stack.data.slice(3 * 360, 4 * 360), width: 12, height: 10 };
  const white = whiten(third, fitWhitening(images, { epsilon: 0.1, centre: 'picture' }));
  assert.ok(difference(white.values, goldenJson('whitened.json')).largest < 1e-5);
  const byChannel = whiten(third, fitWhitening(images, { epsilon: 0.1, centre: 'channel' }));
  const { largest } = difference(byChannel.values, goldenJson('whitened-by-channel.json'));
  assert.ok(largest < 1e-5, `largest difference ${largest}`);
  const [before, after] = goldenJson('neighbour-correlation.json');
  assert.ok(Math.abs(neighbourCorrelation(third) - before) < 0.02);
  assert.ok(Math.abs(neighbourCorrelation(white) - after) < 0.02);
  const { data } = whitenedToRgb(white);
  assert.ok(Math.abs(data.reduce((a, b) => a + b, 0) / data.length - 127.5) < 2);
});

test('with epsilon 0 the whitened pictures are uncorrelated with deviation 1', () => {
  const random = createRandom(4);
  const images = Array.from({ length: 40 }, () => {
    const base = random.integer(200);
    return { data: Uint8Array.from({ length: 27 }, () => base + random.integer(50)), width: 3, height: 3 };
  });
  const whitening = fitWhitening(images, { epsilon: 0 });
  const white = images.map((image) => whiten(image, whitening).values);
  for (let i = 0; i < 27; i++)
    for (let j = 0; j < 27; j++) {
      const products = white.map((values) => (values[i] ?? 0) * (values[j] ?? 0));
      const covariance = products.reduce((a, b) => a + b, 0) / white.length;
      assert.ok(Math.abs(covariance - (i === j ? 1 : 0)) < 1e-4, `${i}, ${j}: ${covariance}`);
    }
});

test('whitenPhoto is whiten on the patch around each pixel, and removes the correlation of neighbours', async () => {
  const dog = await goldenImage('dog.png');
  const patches = cutPatches([dog], { random: createRandom(1), size: 5, count: 2000 });
  const whitening = fitWhitening(patches);
  const white = whitenPhoto(dog, whitening);
  for (const [x, y] of [
    [2, 2],
    [30, 20],
    [69, 51],
  ] as const) {
    // biome-ignore format: points
    const data = new Uint8Array(75);
    for (let row = 0; row < 5; row++) {
      const from = ((y - 2 + row) * dog.width + x - 2) * 3;
      data.set(dog.data.subarray(from, from + 15), row * 15);
    }
    const middle = whiten({ data, width: 5, height: 5 }, whitening).values.subarray(36, 39);
    const at = (y * dog.width + x) * 3;
    assert.ok(difference(white.values.subarray(at, at + 3), middle).largest < 1e-5);
  }
  const [before, after] = [neighbourCorrelation(dog), neighbourCorrelation(white)];
  assert.ok(before > 0.8 && Math.abs(after) < 0.3, `from ${before} to ${after}`);
});

test('encodePng and back', async () => {
  const dog = await goldenImage('dog.png');
  assert.deepEqual(await decodeImage(await encodePng(dog)), dog);
});

test('errors say what was expected', async () => {
  const short = { data: new Uint8Array(10), width: 2, height: 2 };
  const message = /expected an RGB image of 2 x 2 px \(12 values\), received 10 values/;
  for (const verb of [equalizeHistogram, denoiseNonLocalMeans, channelHistogram])
    assert.throws(() => verb(short), message);
  assert.throws(() => denoiseNonLocalMeans(flat(1), { templateSize: 6 }), /expected an odd templateSize/);
  assert.throws(() => fitWhitening([flat(1)]), /expected at least 2 pictures/);
  assert.throws(
    () => fitWhitening([flat(1), { data: new Uint8Array(12), width: 2, height: 2 }]),
    /expected pictures of one size to whiten, 12 x 10 px, received 2 x 2/,
  );
});
