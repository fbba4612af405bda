import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimRobustness } from '../../lib/evaluation/index';

test('worse photos: what costs answers, the worst first, and what makes no difference', () => {
  const row = (condition: string, estimate: number, low: number, high: number) => ({
    condition,
    difference: { estimate, low, high, confidence: 0.95 },
  });
  const clean = { condition: 'as they are', difference: null };
  assert.equal(
    claimRobustness([
      clean,
      row('blur', -0.05, -0.08, -0.02),
      row('night', -0.2, -0.3, -0.1),
      row('EXIF', 0, 0, 0),
    ]),
    'Fewer right answers with: night (20.0 points) and blur (5.0 points). From the photos as they are, not to be told apart at this size: EXIF.',
  );
  assert.match(claimRobustness([row('light', 0.1, 0.05, 0.2)]), /No condition costs.*More.*light \(10.0/);
  assert.match(claimRobustness([clean]), /needs the photos themselves/);
});
