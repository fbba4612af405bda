import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { elementAt } from '../../lib/base/index';
import { evaluateProbabilities, filedShare } from '../../lib/evaluation/index';
import { cardBody, confidentErrors, type ModelCardFacts, writeModelCard } from '../../lib/experiments/index';
import { heatOverlay } from '../../lib/figures/index';
import { classifierMetadata, WEIGHTS } from '../../lib/models/index';
import { temporaryFolder } from '../support/temporary-folder';

const breeds = ['beagle', 'pug', 'whippet'];
const labels = Int32Array.of(0, 1, 2, 2, 1, 0);
const probabilities = Float32Array.of(
  ...[0.8, 0.1, 0.1, 0.2, 0.7, 0.1, 0.9, 0.05, 0.05],
  ...[0.1, 0.1, 0.8, 0.3, 0.4, 0.3, 0.3, 0.4, 0.3],
);
const test_ = evaluateProbabilities(labels, probabilities, breeds);

const answers = { labels, probabilities, classes: 3 };

const part = {
  features: new Float32Array(6),
  labels,
  files: ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg', 'f.jpg'],
};

const facts: ModelCardFacts = {
  name: 'Three breeds',
  head: 'softmax regression',
  metadata: classifierMetadata({
    classNames: breeds,
    recipe: {
      input: {
        ...{ size: 224, interpolation: 'bilinear', pixelCentres: 'half', crop: 'none', boxMargin: 0 },
        ...{ resize: 'stretch', views: 1 },
      },
      networks: [
        {
          ...{ backbone: 'resnet50', weights: 'sha512-x', featureSize: 2048, inputScaling: 'correct' },
        } as never,
      ],
      transform: 'none',
    },
    ...{ temperature: 1.2, notSureBelow: 0.41, outOfDistribution: null, metrics: {}, description: 'x' },
  }),
  split: { breeds, size: 1, train: part, validation: part, test: part },
  dataset: 'Stanford Dogs',
  source: 'made up',
  test: test_,
  filing: [0.95, 0.99].map((wanted) => filedShare(wanted, answers, answers)),
  copies: 4,
  seconds: 120,
  engine: 'onnxruntime, 2 threads',
};

test('a model card has the YAML head that Hugging Face reads, and its sections, from the values of the run', async (t) => {
  const folder = join(await temporaryFolder(t), 'model');
  await mkdir(folder);
  const card = await writeModelCard(folder, facts);
  assert.equal(await readFile(join(folder, 'README.md'), 'utf8'), card);
  const [, head = '', body = ''] = /^---\n([\s\S]*?)---\n([\s\S]*)$/.exec(card) ?? [];
  const yaml = parse(head);
  assert.equal(yaml.pipeline_tag, 'image-classification');
  assert.equal(yaml.license, 'other');
  const result = yaml['model-index'][0].results[0];
  assert.deepEqual(result.task, { type: 'image-classification' });
  assert.deepEqual(
    result.metrics.map(({ type }: { type: string }) => type),
    ['accuracy', 'f1', 'precision', 'recall'],
  );
  assert.equal(result.metrics[0].value, Number((4 / 6).toFixed(4)));
  assert.equal(yaml.co2_eq_emissions.emissions, Number(((120 / 3600) * 0.065 * 473).toFixed(4)));
  for (const title of [
    'Model details',
    'Uses',
    'Leakage',
    'Training data',
    'Evaluation',
    'Environmental impact',
  ])
    assert.match(body, new RegExp(`\n## ${title}\n`));
  assert.match(cardBody(card), /^### Three breeds\n\n#### Model details/);
  assert.match(body, /4 photos have an exact or near copy/);
  assert.ok(body.includes(WEIGHTS.resnet50.licence));
});

test('confidentErrors: wrong answers only, the surest first', () => {
  const errors = confidentErrors(part, test_, breeds);
  assert.deepEqual(
    errors.map(({ file, breed, predicted }) => [file, breed, predicted]),
    [
      ['c.jpg', 'whippet', 'beagle'],
      ['f.jpg', 'beagle', 'pug'],
    ],
  );
});

test('heatOverlay darkens what the map leaves out and marks what it holds', () => {
  const photo = { width: 4, height: 2, data: new Uint8Array(24).fill(100) };
  const { data } = heatOverlay(photo, { data: [0, 1], width: 2, height: 1 });
  assert.deepEqual([...data.slice(0, 3)], [45, 45, 45]);
  assert.ok(elementAt(data, 9) > elementAt(data, 11), 'orange at the right');
  assert.throws(
    () => heatOverlay(photo, { data: [1], width: 2, height: 1 }),
    /expected a map of 2 x 1, received 1/,
  );
  // a network that sees the middle: what lies outside is dark, whatever the map says at its edge
  const part = { xmin: 0.25, ymin: 0, xmax: 0.75, ymax: 1 };
  const middle = heatOverlay(photo, { data: [1, 1], width: 2, height: 1 }, part).data;
  assert.deepEqual(
    [0, 3, 6, 9].map((i) => elementAt(middle, i) > 45),
    [false, true, true, false],
  );
});
