import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { PlotData } from 'plotly.js';
import {
  colorHistogramsFigure,
  comparisonFigure,
  confusionFigure,
  countPhotosPerBreed,
  describeSizes,
  type Figure,
  photoSizesFigure,
  photosPerBreedFigure,
  rungCurvesFigure,
  sizeHistogramFigure,
  topPredictionsFigure,
  trainingCurvesFigure,
} from '../../lib/figures/index';
import { nonNull } from '../support/non-null';
import { sampleFigures } from './sample-figures';

const trace = (figure: Figure, i = 0) => figure.data[i] as Partial<PlotData>;
const near = (actual: number, value: number) =>
  assert.ok(Math.abs(actual - value) < 1e-9, `${actual}, expected ${value}`);

describe('every figure', () => {
  for (const [name, figure] of Object.entries(sampleFigures()))
    it(`${name} is small, whole, transparent, and says in words what it shows`, () => {
      const json = JSON.stringify({ data: figure.data, layout: figure.layout });
      assert.ok(json.length < 64 * 1024, `${json.length} bytes`);
      assert.ok(!json.includes('null'), 'a number is missing (NaN becomes null)');
      assert.equal(figure.layout.paper_bgcolor, 'rgba(0,0,0,0)');
      assert.ok((figure.layout.height ?? 0) >= 130);
      assert.match(figure.alt, /^[A-Z].{40,}\.$/s);
      assert.doesNotMatch(figure.alt, /NaN|undefined|_/);
    });
});

describe('what the figures say', () => {
  it('shows trials of a search: none where a hyper-parameter does not exist, failed ones not at all', () => {
    const { 'search-trials': trials, 'search-rungs': rungs } = sampleFigures();
    const [parcoords] = (trials?.data ?? []) as unknown as [
      { dimensions: { label: string; values: number[] }[] },
    ];
    assert.deepEqual(
      parcoords.dimensions.map(({ label }) => label),
      ['filters', 'optimizer', 'momentum', 'learningRate', 'validation loss'],
    );
    const [, optimizer, momentum] = parcoords.dimensions;
    assert.equal(optimizer?.values.length, 11);
    for (const [k, value] of (momentum?.values ?? []).entries())
      assert.equal(value < 0.5, optimizer?.values[k] === 0, 'below the axis where the optimizer is adam');
    assert.match(trials?.alt ?? '', /11 trials .* lowest validation loss, 1\.111, is trial 0's: filters \d+/);
    assert.match(rungs?.alt ?? '', /compared after 1, 3, 9 epochs: 10 were stopped, 1 trained to the end/);
    assert.throws(() => rungCurvesFigure([], [1]), /expected trials with a loss/);
  });

  it('counts photos per breed, most first, with the official split', () => {
    const examples = [
      ...[1, 2, 3].map(() => ({ breed: 'pug', split: 'train' })),
      { breed: 'beagle', split: 'test' },
      { breed: 'pug', split: null },
    ];
    const counts = countPhotosPerBreed(examples);
    assert.deepEqual(counts, [
      { breed: 'pug', photos: 4, train: 3, test: 0 },
      { breed: 'beagle', photos: 1, train: 0, test: 1 },
    ]);
    assert.deepEqual(countPhotosPerBreed([{ breed: 'pug' }]), [{ breed: 'pug', photos: 1 }]);
    const figure = photosPerBreedFigure(counts);
    assert.deepEqual(
      figure.data.map((_, i) => [trace(figure, i).name, trace(figure, i).x]),
      [
        ['official train', [3, 0]],
        ['official test', [0, 1]],
        ['not listed', [1, 0]],
      ],
    );
    assert.match(figure.alt, /5 photos of 2 breeds, from 1 \(Beagle\) to 4 \(Pug\), 2\.5 on average/);
  });

  it('bins sizes without losing a photo', () => {
    const sizes = Array.from({ length: 999 }, (_, i) => ({ width: 100 + (i % 401), height: 90 + (i % 307) }));
    const histogram = sizeHistogramFigure(sizes);
    for (const i of [0, 1])
      assert.equal(
        (trace(histogram, i).y as number[]).reduce((a, b) => a + b, 0),
        sizes.length,
      );
    const map = photoSizesFigure(sizes);
    const photos = trace(map).customdata as number[];
    assert.equal(
      photos.reduce((a, b) => a + b, 0),
      sizes.length,
    );
  });

  it('draws the diagonal of a confusion matrix positive, mistakes negative, in the order given', () => {
    const matrix = [
      [8, 2, 0],
      [0, 5, 5],
      [0, 0, 0],
    ];
    const figure = confusionFigure(matrix, ['pug', 'beagle', 'Great_Dane'], { order: [2, 1, 0] });
    const { x, y, z } = trace(figure) as { x: string[]; y: string[]; z: number[] };
    assert.deepEqual(
      x.map((predicted, i) => [y[i], predicted, z[i]]),
      [
        ['Great Dane', 'Great Dane', 0],
        ['Beagle', 'Great Dane', -0.5],
        ['Beagle', 'Beagle', 0.5],
        ['Pug', 'Beagle', -0.2],
        ['Pug', 'Pug', 0.8],
      ],
    );
    assert.deepEqual(figure.layout.yaxis?.categoryarray, ['Great Dane', 'Beagle', 'Pug']);
    assert.match(
      figure.alt,
      /13 of 20 photos \(65\.0 %\).*Beagle taken for Great Dane \(5\), Pug taken for Beagle \(2\)\./,
    );
  });

  it('gives intervals as distances from the value, and names what was not run', () => {
    const figure = comparisonFigure([
      { name: 'ResNet50', value: 0.9, low: 0.85, high: 0.93, reference: 0.853 },
      { name: 'VGG19', reference: 0.845, note: 'weights not reachable' },
    ]);
    assert.deepEqual(trace(figure).x, [0.9]);
    const error = trace(figure).error_x as { array: number[]; arrayminus: number[] };
    assert.deepEqual([error.array, error.arrayminus], [[0.03], [0.05]]);
    assert.match(figure.alt, /VGG19: not run \(weights not reachable\), presentation 84\.5 %/);
  });

  it('gives shares of pixels by level, from a channelHistogram or a list', () => {
    const counts = (level: number) =>
      Uint32Array.from({ length: 256 }, (_, i) => (i === level ? 30 : i === 0 ? 10 : 0));
    const channels = { red: counts(40), green: counts(80), blue: counts(120) };
    const figure = colorHistogramsFigure([{ name: 'before', channels }]);
    const green = trace(figure, 1);
    assert.equal(green.name, 'green');
    assert.deepEqual(
      [(green.y as number[])[80], (green.y as number[])[0], (green.y as number[])[1]],
      [0.75, 0.25, 0],
    );
    assert.match(figure.alt, /before: mean red 30, green 60, blue 90\./);
    assert.deepEqual(colorHistogramsFigure([{ name: 'before', channels: Object.values(channels) }]), figure);
  });

  it('takes a TF.js history as it is', () => {
    const figure = trainingCurvesFigure([
      {
        name: 'head',
        history: { loss: [2, 1], acc: [0.5, 0.75], val_loss: [2.5, 1.5], val_acc: [0.4, 0.6] },
      },
    ]);
    assert.deepEqual(
      figure.data.map((_, i) => [trace(figure, i).name, trace(figure, i).yaxis, trace(figure, i).y]),
      [
        ['train', 'y', [2, 1]],
        ['validation', 'y', [2.5, 1.5]],
        ['train', 'y2', [0.5, 0.75]],
        ['validation', 'y2', [0.4, 0.6]],
      ],
    );
  });

  it('bad input ends in messages that say what was expected', () => {
    const equal = photosPerBreedFigure([
      { breed: 'pug', photos: 15 },
      { breed: 'chow', photos: 15 },
    ]);
    assert.match(equal.alt, /30 photos of 2 breeds, 15 of each\.$/);
    assert.throws(() => photosPerBreedFigure([]), /expected at least one breed/);
    assert.throws(() => confusionFigure([[1]], ['a', 'b']), /expected a matrix of 2 rows/);
    assert.throws(() => topPredictionsFigure([]), /expected at least one prediction/);
    assert.throws(
      () => trainingCurvesFigure([{ name: 'x', history: { acc: [1] } }]),
      /expected a loss for each epoch of "x", received acc/,
    );
  });
});

describe('describeSizes', () => {
  it("gives pandas' describe() of widths, heights and their ratio", () => {
    const rows = describeSizes([
      { width: 100, height: 50 },
      { width: 200, height: 100 },
      { width: 300, height: 100 },
    ]);
    const row = (name: string) => nonNull(rows.find(({ statistic }) => statistic === name));
    assert.deepEqual(
      rows.map(({ statistic }) => statistic),
      ['count', 'mean', 'std', 'min', 'median', 'max'],
    );
    assert.deepEqual([row('count').width, row('mean').width, row('std').width], [3, 200, 100]);
    near(row('std').height, Math.sqrt(2500 / 3));
    assert.deepEqual([row('median').height, row('max')['width / height']], [100, 3]);
  });

  it('prints nothing and leaves the engine as it is', () => {
    const script = `const tf = require('@tensorflow/tfjs');
      (async () => {
        const { startEngine } = require('./lib/engine/index');
        const { backend } = await startEngine({ backend: 'wasm' });
        const { describeSizes } = require('./lib/figures/index');
        const rows = describeSizes([{ width: 2, height: 1 }, { width: 4, height: 4 }]);
        console.log(tf.getBackend() === backend, tf.tensor1d([1, 2]).sum().dataSync()[0], rows.length);
      })();`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
      cwd: join(__dirname, '..', '..'),
      encoding: 'utf8',
    });
    assert.equal(stdout.trim(), 'true 3 6');
    assert.equal(stderr.trim(), '');
  });
});
