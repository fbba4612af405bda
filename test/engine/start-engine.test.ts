import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { type BackendName, startEngine } from '../../lib/engine/index';

const root = join(__dirname, '..', '..');

/** Runs TypeScript in a fresh process, since an engine is started once per process. */
function run(source: string, env: Record<string, string> = {}) {
  const script = `const { startEngine } = require('./lib/engine/index'); const tf = require('@tensorflow/tfjs');
    (async () => { ${source} })().catch((error) => { console.log('threw: ' + error.message); });`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { stdout: stdout.trim(), stderr: stderr.trim(), status };
}

describe('startEngine', () => {
  it('describes what runs in one line', async () => {
    const info = await startEngine({ backend: 'wasm' });
    assert.equal(info.backend, 'wasm');
    assert.equal(
      info.description,
      `wasm 4.22.0 (simd, 1 thread, TensorFlow.js 4.22.0, Node ${process.versions.node})`,
    );
    assert.equal(tf.getBackend(), 'wasm');
  });

  it('is idempotent, also when called at once from several places', async () => {
    const all = await Promise.all([startEngine(), startEngine(), startEngine({ backend: 'wasm' })]);
    assert.equal(new Set(all).size, 1);
  });

  it('changes to another backend by name and keeps its tensors readable', async () => {
    await startEngine({ backend: 'wasm' });
    const x = tf.tensor1d([1, 2, 3]);
    await startEngine({ backend: 'cpu' });
    assert.equal(tf.getBackend(), 'cpu');
    assert.deepEqual([...x.square().dataSync()], [1, 4, 9]);
    assert.equal((await startEngine({ backend: 'wasm' })).backend, 'wasm');
  });

  it('refuses an unknown backend and bad thread counts, saying what it expected', async () => {
    await assert.rejects(
      startEngine({ backend: 'webgl' as BackendName }),
      /expected a backend out of auto, tensor/,
    );
    await assert.rejects(
      startEngine({ threads: 0 }),
      /expected a whole number of threads of at least 1, received 0/,
    );
    await assert.rejects(startEngine({ threads: 999 }), /already runs with threads/);
    await assert.rejects(
      startEngine({ backend: 'tensorflow' }),
      /tensorflow backend is not available: it needs/,
    );
  });

  it('takes the backend and threads from the environment', () => {
    const source = 'const e = await startEngine(); console.log(e.backend, tf.getBackend());';
    assert.equal(run(source, { DOGBREEDS_ENGINE: 'cpu' }).stdout, 'cpu cpu');
    assert.match(run(source, { DOGBREEDS_ENGINE: 'abacus' }).stdout, /received "abacus" in DOGBREEDS_ENGINE/);
    assert.match(run(source, { DOGBREEDS_THREADS: 'many' }).stdout, /received "many" in DOGBREEDS_THREADS/);
  });

  it('takes onnxruntime by default, with the threads that were asked for', () => {
    const source = `const e = await startEngine({ threads: 1 }); tf.getBackend() === e.backend && console.log(e.description);
      await startEngine({ threads: 3 });`;
    const { stdout, stderr } = run(source, { DOGBREEDS_ENGINE: '' });
    assert.match(stdout, /^onnxruntime [\d.]+ \(cpu, 1 thread, TensorFlow\.js 4\.22\.0, Node [\d.]+\)$/m);
    assert.match(stdout, /threw: the engine already runs with threads 1, received 3: set it at the first/);
    assert.equal(stderr, '');
  });

  it('warns once and goes on with onnxruntime-web where no native binary loads', () => {
    const source = `process.dlopen = () => { throw new Error('no binary for this machine'); };
      console.log((await startEngine()).description); await startEngine();
      console.log((await tf.tensor1d([1, 2]).sum().data())[0], tf.getBackend()); process.exit();`;
    const { stdout, stderr } = run(source, { DOGBREEDS_ENGINE: '' });
    assert.match(stdout, /^onnxruntime [\d.]+ \(wasm, \d+ threads?, .*\)\n3 onnxruntime$/);
    assert.equal(stderr.match(/found none \(no binary for this machine\)/g)?.length, 1);
  });

  it('prints nothing of its own and leaves no listener that rewrites errors', () => {
    const source = `await startEngine({ backend: 'BACKEND' }); tf.tensor1d([1, 2]).sum().dataSync();
      console.log(process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection'));`;
    for (const backend of ['onnxruntime', 'wasm', 'cpu'])
      assert.deepEqual(run(source.replace('BACKEND', backend)), { stdout: '0', stderr: '', status: 0 });
  });
});
