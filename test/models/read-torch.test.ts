import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readWeights } from '../../lib/models/index';
import { goldenFolder } from './support/golden';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dogbreeds-torch-'));
});
after(() => rm(folder, { recursive: true, force: true }));

// written by test/golden/models/torch_files.py: arange(24) as [2, 3, 4], seen transposed, as half and as long
for (const file of ['small-stream.pth', 'small-zip.pth'])
  test(`${file} is read without running anything, transposed and shared tensors included`, async () => {
    const { layers } = await readWeights(join(goldenFolder, file));
    assert.deepEqual([...layers.keys()], ['block.conv', 'block', 'fc']);
    const [weight, bias] = layers.get('block.conv') ?? [];
    assert.ok(weight && bias);
    assert.deepEqual([weight.name, weight.shape], ['weight', [2, 3, 4]]);
    assert.deepEqual(
      [...weight.values],
      Array.from({ length: 24 }, (_, i) => i / 8),
    );
    assert.deepEqual([bias.name, bias.shape, [...bias.values]], ['bias', [3], [0.5, 1, 1.5]]); // [4:13:4] of it
    const [transposed] = layers.get('block') ?? [];
    assert.ok(transposed);
    assert.deepEqual(transposed.shape, [4, 3, 2]);
    assert.deepEqual(
      [...transposed.values].slice(0, 6),
      [0, 12, 4, 16, 8, 20].map((i) => i / 8),
    );
    const [half, count] = layers.get('fc') ?? [];
    assert.ok(half && count);
    assert.deepEqual([...half.values], [1, -2.5, 0.333251953125]);
    assert.deepEqual([count.shape, [...count.values]], [[], [7]]);
  });

test('checkpoints that want to call something, or hold something else, are refused', async () => {
  for (const [file, reason] of [
    ['hostile.pth', /the pickle wants to call posix\.system: refused|holds opcode/],
    ['module.pth', /the pickle (wants to call|holds)|expected/],
  ] as const)
    await assert.rejects(readWeights(join(goldenFolder, file)), (error: Error) => {
      assert.match(error.message, /expected a PyTorch checkpoint \(a state dict\), .* is damaged or none: /);
      assert.match(error.message, reason);
      return true;
    });
});

test('cut and altered checkpoints end in a message that names the file', async () => {
  const whole = await readFile(join(goldenFolder, 'small-stream.pth'));
  const path = join(folder, 'bad.pth');
  for (const length of [0, 3, 20, 200, 500, whole.length - 4]) {
    await writeFile(path, whole.subarray(0, length));
    await assert.rejects(readWeights(path), /expected a PyTorch checkpoint .*bad\.pth is damaged or none: /);
  }
  for (let at = 0; at < whole.length; at += 1) {
    const altered = Buffer.from(whole);
    altered.writeUInt8(altered.readUInt8(at) ^ 0xff, at);
    await writeFile(path, altered);
    await readWeights(path).catch((error: Error) =>
      assert.match(error.message, /bad\.pth is damaged or none: /),
    );
  }
});
