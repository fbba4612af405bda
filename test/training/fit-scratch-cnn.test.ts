import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../lib/base/index';
import { startEngine } from '../../lib/engine/index';
import {
  fitScratchCnn,
  lossAndAccuracy,
  type PhotoMemory,
  predictScratchCnn,
  stretchedInput,
} from '../../lib/training/index';
import { rememberPhotos } from '../../lib/training/loop/photo-memory';
import { drawnPhotos, SMALL } from './drawn-photos';

let folder: string;
before(async () => {
  await startEngine();
  folder = mkdtempSync(join(tmpdir(), 'train-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Photos seen in a mirror. */
function mirrorImages(dataset: Parameters<typeof rememberPhotos>[0], side: number): PhotoMemory {
  const memory = rememberPhotos(dataset, stretchedInput(side));
  return {
    bytes: 0,
    pixels: async (example) => {
      const data = await memory.pixels(example);
      return data.map((_, i) => {
        const [pixel, channel] = [Math.floor(i / 3), i % 3];
        const [row, column] = [Math.floor(pixel / side), pixel % side];
        return elementAt(data, (row * side + side - 1 - column) * 3 + channel);
      });
    },
  };
}

test('fitScratchCnn repeats itself for the same seed, keeps the best epoch and leaks no tensor', async () => {
  const { dataset, split } = await drawnPhotos();
  const tensors = tf.memory().numTensors;
  const batches: number[] = [];
  const first = await fitScratchCnn(dataset, split, {
    ...SMALL,
    onBatch: ({ batch }) => batches.push(batch),
  });
  const perEpoch = Math.ceil(split.train.length / SMALL.batchSize);
  assert.equal(batches.length, SMALL.epochs * perEpoch);
  const { valLoss } = first.history;
  assert.equal(first.bestEpoch, valLoss.indexOf(Math.min(...valLoss)));
  const probabilities = await predictScratchCnn(first.model, dataset, split.validation);
  const labels = split.validation.map((example) => example.label);
  const { loss } = lossAndAccuracy(probabilities, labels, dataset.breeds.length);
  assert.ok(Math.abs(loss - Math.min(...valLoss)) < 1e-4, `${loss}, ${valLoss}`);
  const flip = await predictScratchCnn(first.model, dataset, split.validation, { views: 'flip' });
  const mirrored = await predictScratchCnn(first.model, dataset, split.validation, {
    memory: mirrorImages(dataset, SMALL.imageSize),
  });
  assert.notDeepEqual(mirrored, probabilities);
  for (const [i, probability] of flip.entries())
    assert.ok(
      Math.abs(probability - (elementAt(probabilities, i) + elementAt(mirrored, i)) / 2) < 1e-6,
      String(i),
    );
  const again = await fitScratchCnn(dataset, split, { ...SMALL, memoryLimit: 0 }); // decoded anew in each epoch
  assert.deepEqual(again.history, first.history);
  const other = await fitScratchCnn(dataset, split, { ...SMALL, seed: 6, epochs: 1 });
  assert.notEqual(other.history.loss[0], first.history.loss[0]);
  for (const { model } of [first, again, other]) model.dispose();
  assert.equal(tf.memory().numTensors, tensors);
});

test('the residual network learns crops of larger photos; a policy that leaves another size is refused', async () => {
  const { dataset, split } = await drawnPhotos();
  const tensors = tf.memory().numTensors;
  const crops = [
    { use: 'random-resized-crop', minScale: 0.5, size: SMALL.imageSize },
    { use: 'flip' },
  ] as const;
  const residual = { widths: [8, 16, 24] };
  const options = { ...SMALL, residual, photoSize: SMALL.imageSize * 2, augmentation: crops, epochs: 4 };
  const { model, history } = await fitScratchCnn(dataset, split, options);
  assert.equal(model.name, 'residual_cnn');
  const [first = 0, last = 0] = [history.loss[0], history.loss.at(-1)];
  assert.ok(last < 0.9 * first, `${first} to ${last}`);
  const resumable = { ...options, checkpoint: join(folder, 'residual.checkpoint') };
  const half = await fitScratchCnn(dataset, split, { ...resumable, until: 2 });
  const whole = await fitScratchCnn(dataset, split, resumable);
  assert.deepEqual(whole.history, history);
  const larger = await fitScratchCnn(dataset, split, { ...resumable, predictSize: SMALL.imageSize * 2 });
  assert.deepEqual(larger.model.inputs[0]?.shape, [null, SMALL.imageSize * 2, SMALL.imageSize * 2, 3]);
  assert.deepEqual(larger.history, history, 'the same training');
  const [a, b] = [larger.model, whole.model].map((each) => each.getWeights().map((w) => w.dataSync()));
  assert.deepEqual(a, b);
  for (const each of [model, half.model, whole.model, larger.model]) each.dispose();
  assert.equal(tf.memory().numTensors, tensors);
  const small = { ...options, augmentation: [{ use: 'flip' }] as const };
  await assert.rejects(fitScratchCnn(dataset, split, small), /random-resized-crop with size/);
});

test('a training that was killed goes on from its checkpoint to the same result', async () => {
  const { dataset, split } = await drawnPhotos();
  const checkpoint = join(folder, 'run.checkpoint');
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'train-child.ts'), checkpoint], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      if (/^2 /m.test(text.toString())) child.kill('SIGKILL'); // in the third epoch
    });
    child.on('close', () => resolve());
  });
  assert.equal(child.signalCode, 'SIGKILL');
  const epochs: number[] = [];
  const resumed = await fitScratchCnn(dataset, split, {
    ...SMALL,
    checkpoint,
    onEpoch: ({ epoch }) => epochs.push(epoch),
  });
  const whole = await fitScratchCnn(dataset, split, SMALL);
  const [resumedAt = -1] = epochs;
  assert.ok(resumedAt >= 2, `went on at epoch ${resumedAt}`);
  assert.deepEqual(resumed.history, whole.history);
  assert.equal(resumed.bestEpoch, whole.bestEpoch);
  const weights = (model: tf.LayersModel) => model.getWeights().map((weight) => [...weight.dataSync()]);
  assert.deepEqual(weights(resumed.model), weights(whole.model));
  resumed.model.dispose();
  whole.model.dispose();
  await assert.rejects(
    fitScratchCnn(dataset, split, { ...SMALL, seed: 7, checkpoint }),
    /is the checkpoint of another run/,
  );
  truncateSync(checkpoint, 5000);
  await assert.rejects(fitScratchCnn(dataset, split, { ...SMALL, checkpoint }), /is no sound checkpoint/);
});
