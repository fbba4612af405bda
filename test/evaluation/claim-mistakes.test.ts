import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { claimMistakes } from '../../lib/evaluation/index';

describe('claims of mistakes', () => {
  it('mistakes: the ten commonest of many, as a count of few and in percent of many', () => {
    const names = Array.from({ length: 5 }, (_, i) => `breed_${i}`);
    const matrix = (times: number) =>
      names.map((_, row) => names.map((_, column) => (row === column ? 9 : times * (row < column ? 2 : 1))));
    assert.match(claimMistakes(matrix(1), names), /The ten commonest pairs make up 20 of all 30 mistakes\./);
    assert.match(claimMistakes(matrix(10), names), /make up 66\.7 % of all 300 mistakes\./);
  });

  it('mistakes: the commonest, both ways, once each, none', () => {
    const breeds = ['Siberian_husky', 'Eskimo_dog'];
    assert.match(
      claimMistakes(
        [
          [10, 2],
          [6, 10],
        ],
        breeds,
      ),
      /takes Eskimo dog for Siberian husky, 6 of 16 photos, and 2 the other way/,
    );
    assert.match(
      claimMistakes(
        [
          [10, 6],
          [0, 10],
        ],
        breeds,
      ),
      /takes Siberian husky for Eskimo dog, 6 of 16 photos, and none/,
    );
    assert.match(
      claimMistakes(
        [
          [10, 1],
          [0, 10],
        ],
        breeds,
      ),
      /No mistake was made twice: 1 photo was taken/,
    );
    assert.equal(
      claimMistakes(
        [
          [2, 0],
          [0, 1],
        ],
        breeds,
      ),
      'None of the 3 test photos was mistaken.',
    );
    assert.match(
      claimMistakes(
        [
          [0, 0],
          [0, 0],
        ],
        breeds,
      ),
      /^No photo was tested/,
    );
  });
});
