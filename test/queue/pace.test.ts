import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from '../../lib/queue/pace';

test('pace: none before a task is done; over the last minute; falls while nothing comes', () => {
  const pace = new Pace();
  assert.equal(pace.perSecond(0), null);
  pace.add(0, 1000, 64);
  assert.equal(pace.perSecond(1000), 64);
  assert.equal(pace.perSecond(2000), 64, 'the next task may take as long as the longest');
  assert.equal(pace.perSecond(5000), 16);
  for (let at = 1000; at < 200_000; at += 1000) pace.add(at, at + 1000, 10);
  assert.ok(Math.abs((pace.perSecond(200_000) ?? 0) - 10) < 1e-9, 'the first task is forgotten');
});

test('pace: three slow tasks count however old; what came before a pause does not', () => {
  const pace = new Pace();
  for (let i = 0; i < 5; i++) pace.add(i * 100_000, (i + 1) * 100_000, 50);
  assert.equal(pace.perSecond(500_000), 0.5);
  pace.add(900_000, 901_000, 20);
  assert.equal(pace.perSecond(901_000), 20);
});

test('pace: the mean is over all tasks, pauses included', () => {
  const pace = new Pace();
  assert.equal(pace.mean(), null);
  pace.add(0, 1000, 64);
  pace.add(9000, 10_000, 36);
  pace.add(500, 10_000, 100);
  assert.equal(pace.mean(), 20);
});

test('pace: tasks side by side add up', () => {
  const pace = new Pace();
  pace.add(0, 2000, 10);
  pace.add(0, 2000, 10);
  assert.equal(pace.perSecond(2000), 10);
});
