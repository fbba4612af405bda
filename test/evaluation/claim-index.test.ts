import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { claimIndex, claimIndexThreshold } from '../../lib/evaluation/index';

describe('claims about a collection', () => {
  it('index: what is named, what waits, which breed leads; swapped, tied, without dogs, empty', () => {
    const named = [
      { breed: 'Samoyed', photos: 112 },
      { breed: 'Irish_wolfhound', photos: 104 },
    ];
    assert.equal(
      claimIndex({ breed: 216, not_sure: 84 }, named),
      'A breed is named for 72.0 % of 300 photos; 84 wait for a person. Named most is Samoyed (112 photos).',
    );
    const swapped = [
      { breed: 'Samoyed', photos: 104 },
      { breed: 'Irish_wolfhound', photos: 112 },
    ];
    assert.match(claimIndex({ breed: 216, not_sure: 84 }, swapped), /Named most is Irish wolfhound/);
    assert.doesNotMatch(
      claimIndex({ breed: 2 }, [
        { breed: 'a', photos: 1 },
        { breed: 'b', photos: 1 },
      ]),
      /Named most/,
    );
    assert.match(
      claimIndex({ breed: 1, not_sure: 1, not_a_dog: 1 }, []),
      /1 waits for a person, 1 shows no dog\./,
    );
    assert.equal(claimIndex({}, []), 'The collection is empty.');
  });

  it('threshold: one, another, none', () => {
    assert.equal(
      claimIndexThreshold(0.614, 0.95),
      'From a probability of 0.61 on, 95 % of the names are right as far as these verdicts tell.',
    );
    assert.match(claimIndexThreshold(0.9, 0.99), /^From a probability of 0.90 on, 99 % /);
    assert.match(claimIndexThreshold(null, 0.95), /show no probability from which on 95 %/);
  });
});
