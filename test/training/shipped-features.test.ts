import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadShippedFeatures, networksNamed, shippedBackbones } from '../../lib/training/index';

test('networks are named by a text, joined ones with + between, each once', () => {
  assert.deepEqual(networksNamed(''), shippedBackbones());
  assert.deepEqual(networksNamed('resnet50'), ['resnet50']);
  assert.deepEqual(networksNamed(' inceptionv3 + efficientnetlite2'), ['inceptionv3', 'efficientnetlite2']);
  assert.throws(() => networksNamed('resnet50+resnet50'), /each network once, received "resnet50\+resnet50"/);
  assert.throws(() => networksNamed('resnet51'), /resnet51/);
});

test('the shipped features of two networks are joined photo by photo, and their recipe says both', async () => {
  const names = networksNamed('inceptionv3+efficientnetlite2');
  const [joined, ...alone] = await Promise.all([
    loadShippedFeatures(names),
    ...names.map(loadShippedFeatures),
  ]);
  assert.deepEqual(
    joined.recipe?.networks.map(({ backbone }) => backbone),
    names,
  );
  assert.deepEqual(joined.recipe?.input, alone[0]?.recipe?.input);
  assert.deepEqual(
    alone.map(({ size }) => size),
    [2048, 1280],
  );
  assert.equal(joined.size, 2048 + 1280);
  for (const table of alone) assert.deepEqual(table.files, joined.files);
  for (const row of [0, 4_000, joined.files.length - 1]) {
    const expected = alone.flatMap(({ features, size }) => [...features.slice(row * size, (row + 1) * size)]);
    assert.deepEqual([...joined.features.slice(row * joined.size, (row + 1) * joined.size)], expected);
  }
});
