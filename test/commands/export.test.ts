import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { elementAt } from '../../lib/base/index';
import { expectedTop, GREEN, plain, RED, saveColourModel } from '../app/support/fixture';
import { runCommand } from '../app/support/run-command';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dogbreeds-export-'));
  await saveColourModel(join(folder, 'model'));
});
after(() => rm(folder, { recursive: true }));

const exportModel = (...args: string[]) => runCommand(folder, 'export', '--model', 'model', ...args);

test('the exported file names the breeds of raw pixels in onnxruntime, calibrated as the model does', async () => {
  const { code, stdout, stderr } = await exportModel('colours.onnx', '--batch', '2');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /wrote colours\.onnx: .* opset 21/);
  const session = await InferenceSession.create(join(folder, 'colours.onnx'));
  const side = Number(stdout.match(/uint8 \[2,(\d+),/)?.[1]);
  const shape = [2, side, side, 3];
  const pictures = await Promise.all(
    [RED, GREEN].map((colour) => plain(colour).resize(side, side).removeAlpha().raw().toBuffer()),
  );
  const pixels = new Tensor('uint8', Buffer.concat(pictures), shape);
  const { probabilities } = await session.run({ pixels });
  assert.ok(probabilities);
  const classes = elementAt(probabilities.dims, 1);
  for (const [row, colour] of [RED, GREEN].entries()) {
    const values = (probabilities.data as Float32Array).subarray(row * classes, (row + 1) * classes);
    const { probability } = elementAt(expectedTop(colour), 0);
    assert.ok(Math.abs(Math.max(...values) - probability) < 1e-5, `${[...values]}, ${probability}`);
  }
});

test('a batch of none is refused', async () => {
  const { code, stderr } = await exportModel('none.onnx', '--batch', '0');
  assert.equal(code, 1);
  assert.match(stderr, /expected a whole number of at least 1 for --batch, received "0"/);
});
