import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../lib/base/index';
import {
  AUGMENTATIONS,
  type AugmentationStep,
  augmentationDefinition,
  augmentByPolicy,
  describeAugmentations,
  mixesPictures,
  type RgbImage,
} from '../../lib/image/index';
import { difference, goldenImage, goldenJson } from './golden';

/** The second picture of the goldens: the first upside down and inverted. */
function partnerOf({ data, width, height }: RgbImage): RgbImage {
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    turned.set(data.subarray((height - 1 - y) * width * 3, (height - y) * width * 3), y * width * 3);
  return { data: turned.map((value) => 255 - value), width, height };
}

for (const name of AUGMENTATIONS) {
  const { apply, source } = augmentationDefinition(name);
  const { largest: allowed, cases } = goldenJson(`augmentations/${name}.json`);
  test(`${name} is ${source}`, async () => {
    const dog = await goldenImage('dog.png');
    for (const [index, parameters] of cases.entries()) {
      const expected = await goldenImage(`augmentations/${name}-${index}.png`);
      const { data } = apply(dog, parameters, partnerOf(dog));
      const { largest, mean } = difference(data, expected.data);
      assert.ok(
        largest <= allowed && mean <= 0.01,
        `${JSON.stringify(parameters)}: largest ${largest}, mean ${mean}`,
      );
    }
  });

  test(`${name} repeats itself with the same seed, keeps the size, and leaves the picture as it is`, async () => {
    const dog = await goldenImage('dog.png');
    const before = dog.data.slice();
    const policy = [{ use: name }] as AugmentationStep[];
    const random = createRandom(8);
    const drawn = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const { image, ownShare } = augmentByPolicy(dog, policy, random, partnerOf(dog));
      assert.deepEqual(
        [image.width, image.height, image.data.length],
        [dog.width, dog.height, dog.data.length],
      );
      assert.ok(ownShare >= 0 && ownShare <= 1);
      drawn.add(Buffer.from(image.data).toString('base64'));
    }
    assert.ok(drawn.size > 1);
    const again = () => augmentByPolicy(dog, policy, createRandom(5), partnerOf(dog));
    assert.deepEqual(again(), again());
    assert.deepEqual(dog.data, before);
  });
}

test('a policy goes from step to step; steps happen as often as they say', async () => {
  const dog = await goldenImage('dog.png');
  const never = augmentByPolicy(dog, [{ use: 'colour-jitter', probability: 0 }], createRandom(1));
  assert.deepEqual(never.image, dog);
  const random = createRandom(2);
  const policy = [{ use: 'random-erasing', probability: 0.25 }] as const;
  const changed = Array.from({ length: 400 }, () => augmentByPolicy(dog, policy, random).image !== dog);
  const share = changed.filter(Boolean).length / 400;
  assert.ok(Math.abs(share - 0.25) < 0.07, `${share}`);
  const both = [{ use: 'mixup' }, { use: 'cutmix' }] as const;
  const { ownShare } = augmentByPolicy(dog, both, createRandom(6), partnerOf(dog));
  assert.ok(ownShare > 0 && ownShare < 1);
  assert.equal(mixesPictures(both), true);
  assert.equal(mixesPictures(policy), false);
});

test('crops and erased parts stay in their ranges', () => {
  const random = createRandom(3);
  const size = { width: 300, height: 200 };
  for (const [name, ratios] of [
    ['random-resized-crop', [0.7, 1.4]],
    ['random-erasing', [0.29, 3.4]],
  ] as const) {
    const { draw, options } = augmentationDefinition(name);
    const defaults = Object.fromEntries(
      Object.entries(options).map(([key, option]) => [key, option.default]),
    );
    for (let i = 0; i < 500; i++) {
      const { box } = draw(random, size, defaults) as {
        box: Record<'left' | 'top' | 'width' | 'height', number>;
      };
      assert.ok(box.left >= 0 && box.top >= 0 && box.left + box.width <= 300 && box.top + box.height <= 200);
      const ratio = name === 'random-erasing' ? box.height / box.width : box.width / box.height;
      assert.ok(ratio > ratios[0] && ratio < ratios[1], `${name}: ratio ${ratio}`);
      const area = (box.width * box.height) / 60_000;
      assert.ok(
        area > Number(defaults.minScale) * 0.95 && area < Number(defaults.maxScale) * 1.05,
        `${area}`,
      );
    }
  }
});

test('shares of mixed pictures follow Beta(alpha, alpha)', () => {
  const random = createRandom(4);
  const { draw } = augmentationDefinition('mixup');
  for (const alpha of [0.2, 1, 3]) {
    const shares = Array.from(
      { length: 4000 },
      () => (draw(random, { width: 9, height: 9 }, { alpha }) as { share: number }).share,
    );
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
    const variance = shares.reduce((a, b) => a + (b - mean) ** 2, 0) / shares.length;
    assert.ok(Math.abs(mean - 0.5) < 0.02, `mean ${mean}`);
    assert.ok(Math.abs(variance * 4 * (2 * alpha + 1) - 1) < 0.06, `alpha ${alpha}: variance ${variance}`);
  }
});

test('the table names every option, and errors say what was expected', async () => {
  const rows = describeAugmentations();
  assert.deepEqual([...new Set(rows.map(({ augmentation }) => augmentation))], AUGMENTATIONS);
  assert.ok(rows.every(({ what, source }) => what && source));
  assert.ok(rows.some(({ option, default: value }) => option === 'magnitude' && value === 9));
  const dog = await goldenImage('dog.png');
  const run = (step: object, partner?: RgbImage) => () =>
    augmentByPolicy(dog, [step as AugmentationStep], createRandom(1), partner);
  assert.throws(run({ use: 'blur' }), /expected an augmentation \(keras, flip, .*\), received "blur"/);
  assert.throws(run({ use: 'mixup', beta: 1 }, dog), /expected options of mixup \(alpha\), received beta/);
  assert.throws(run({ use: 'mixup', alpha: '1' }, dog), /expected a number for alpha of mixup, received 1/);
  assert.throws(run({ use: 'mixup' }), /expected a second picture for mixup, received none/);
  assert.throws(run({ use: 'flip', probability: 2 }), /expected a probability of 0..1 for flip, received 2/);
});
