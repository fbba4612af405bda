import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchQueue } from '../../lib/app/inference/batch-queue';
import type { ApiError } from '../../lib/app/server/api-error';
import { nonNull } from '../support/non-null';

/** A queue that doubles numbers; batches wait until `open` is called. */
function gatedQueue(options: { maxPending?: number; timeoutMs?: number } = {}) {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const queue = new BatchQueue<number, number>(
    async (items) => {
      batches.push(items);
      await new Promise<void>((resolve) => gates.push(resolve));
      return items.map((item) => 2 * item);
    },
    { maxPending: 16, timeoutMs: 10_000, batchSizes: [1, 2, 4], gatherMs: 5, ...options },
  );
  const submit = async (item: number, signal?: AbortSignal) => {
    const release = queue.reserve();
    try {
      return await queue.add(item, signal);
    } finally {
      release();
    }
  };
  const open = async () => {
    while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve));
    nonNull(gates.shift())();
  };
  return { queue, batches, submit, open };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

test('what arrives while a batch runs forms the next batches, of the allowed sizes, in order', async () => {
  const { batches, submit, open } = gatedQueue();
  const first = submit(1);
  const rest = [2, 3, 4, 5, 6, 7, 8].map((n) => submit(n));
  await open();
  assert.equal(await first, 2);
  for (let i = 0; i < 3; i++) await open();
  assert.deepEqual(await Promise.all(rest), [4, 6, 8, 10, 12, 14, 16]);
  assert.deepEqual(batches, [[1], [2, 3, 4, 5], [6, 7], [8]]);
});

test('a batch waits for places that are being filled, a lone item starts at once', async () => {
  const { queue, batches, open } = gatedQueue();
  const releases = [queue.reserve(), queue.reserve()];
  const first = queue.add(1);
  assert.deepEqual(batches, [], 'the second place is about to fill');
  const second = queue.add(2);
  assert.deepEqual(batches, [[1, 2]]);
  await open();
  assert.deepEqual(await Promise.all([first, second]), [2, 4]);
  for (const release of releases) release();
  assert.equal(queue.pending, 0);
});

test('a full queue refuses with 503, a code and whole seconds to wait', async () => {
  const { queue } = gatedQueue({ maxPending: 3 });
  queue.reserve(2);
  assert.throws(
    () => queue.reserve(2),
    (error: ApiError) => {
      assert.equal(error.status, 503);
      assert.equal(error.code, 'busy');
      assert.ok(Number.isInteger(error.retryAfterS) && (error.retryAfterS ?? 0) >= 1);
      return true;
    },
  );
  queue.reserve(1);
});

test('an item whose time is over, or whose client went away, is not computed', async () => {
  const { queue, batches, submit, open } = gatedQueue({ timeoutMs: 30 });
  const first = submit(1);
  const gone = new AbortController();
  const late = assert.rejects(
    submit(2),
    (error: ApiError) => error.code === 'timeout' && error.status === 503,
  );
  const aborted = assert.rejects(submit(3, gone.signal), /gone/);
  gone.abort(new Error('gone'));
  await new Promise((resolve) => setTimeout(resolve, 60));
  await open();
  assert.equal(await first, 2);
  await Promise.all([late, aborted]);
  await settle();
  assert.deepEqual(batches, [[1]]);
  assert.equal(queue.pending, 0);
});

test('a failing batch fails its items and the next one runs', async () => {
  let calls = 0;
  const queue = new BatchQueue<number, number>(
    async (items) => {
      if (calls++ === 0) throw new Error('out of memory');
      return items;
    },
    { maxPending: 4, timeoutMs: 1000, batchSizes: [1] },
  );
  const release = queue.reserve(2);
  await assert.rejects(queue.add(1), /out of memory/);
  assert.equal(await queue.add(2), 2);
  const drained = queue.drained();
  release();
  await drained;
});

test('batch sizes must include 1', () => {
  assert.throws(
    () =>
      new BatchQueue(async (items: number[]) => items, { maxPending: 1, timeoutMs: 1, batchSizes: [2, 4] }),
    /include 1/,
  );
});
