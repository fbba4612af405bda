import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkEnoughPhotos } from '../../lib/dataset/index';

/** A data set of classes with photos named by their content. */
const dataset = (classes: Record<string, string>) => ({
  breeds: Object.keys(classes),
  examples: Object.entries(classes).flatMap(([breed, photos], label) =>
    [...photos].map((hash, i) => ({
      file: `${breed}/${i}.jpg`,
      breed,
      label,
      split: null,
      hash: `${breed} ${hash}`,
      width: 8,
      height: 8,
      channels: 3,
      bytes: 9,
      boxes: [],
    })),
  ),
});

describe('checkEnoughPhotos', () => {
  it('takes two classes of three photos and more', () => {
    checkEnoughPhotos(dataset({ pug: 'abc', chow: 'abc' }));
    checkEnoughPhotos(dataset({ pug: 'abcdefgh', chow: 'abc', borzoi: 'abcd' }));
  });

  it('says what is too little, copies counted once', () => {
    assert.throws(
      () => checkEnoughPhotos(dataset({ pug: 'abcdef' })),
      /at least 2 classes.*received pug: 6$/,
    );
    assert.throws(() => checkEnoughPhotos(dataset({ pug: 'ab', chow: 'ab' })), /received pug: 2, chow: 2$/);
    assert.throws(
      () => checkEnoughPhotos(dataset({ pug: 'abc', chow: 'abc', borzoi: 'aaaa' })),
      /received borzoi: 1\. Add photos to them, or take these folders away$/,
    );
  });
});
