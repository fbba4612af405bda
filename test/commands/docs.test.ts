import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromRoot } from '../../lib/base/index';
import { renderGuide, unexplainedVariables } from '../../lib/commands/docs';

test("the developer's guide is what npm run docs writes", () => {
  const guide = readFileSync(fromRoot('.github', 'CONTRIBUTING.md'), 'utf8');
  assert.equal(guide, renderGuide(guide));
});

test('every environment variable is explained', () => {
  assert.deepEqual(unexplainedVariables(), []);
});
