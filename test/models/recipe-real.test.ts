import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { openDataset, selectBreeds } from '../../lib/dataset/index';
import { startEngine } from '../../lib/engine/index';
import { findWeights, loadBackbone, weightRecord } from '../../lib/models/index';
import { photosFolder } from '../support/photos';
import { temporaryFolder } from '../support/temporary-folder';
import { allPaths, largestDifference } from './support/recipe-paths';

before(() => startEngine());

const PHOTOS = 200;

for (const name of ['resnet50', 'inceptionv3'] as const) {
  const folder = photosFolder();
  const missing = !folder
    ? 'needs photos'
    : !findWeights(weightRecord(name)) && `needs the weights of ${name}`;
  const title = `${name} on its own weights: training, serving, the app and the exported file say the same of ${PHOTOS} photos`;
  test(title, { skip: missing, timeout: 900_000 }, async (t) => {
    assert.ok(folder);
    const dataset = selectBreeds(await openDataset({ path: folder, limitPerBreed: PHOTOS / 10 }), 10);
    assert.equal(dataset.examples.length, PHOTOS);
    const backbone = await loadBackbone(name);
    const scratch = await temporaryFolder(t);
    const { paths } = await allPaths(scratch, dataset, [backbone], {}, 'all photos');
    assert.equal(paths.exported.length, PHOTOS);
    const difference = largestDifference(paths);
    t.diagnostic(`largest difference of a probability: ${difference.toExponential(1)}`);
    assert.ok(difference <= 1e-5, String(difference));
    backbone.dispose();
  });
}
