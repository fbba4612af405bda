import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elementAt } from '../../lib/base/index';
import { evaluateProbabilities, PRESENTATION } from '../../lib/evaluation/index';
import {
  backboneName,
  besidePresentation,
  confusionTable,
  curves,
  reportTable,
  scoreTable,
  share,
  shareHistogramFigure,
  transferBars,
} from '../../lib/figures/index';

const evaluation = evaluateProbabilities(
  Int32Array.of(0, 0, 1, 1),
  Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6),
  ['German_short-haired_pointer', 'Saluki'],
);

test('a backbone that did not run keeps the presentation figures beside "not run"', () => {
  const rows = [{ backbone: 'vgg19' as const, reason: 'no weights' }];
  const [row] = besidePresentation(rows);
  assert.ok(row);
  assert.equal(row.network, 'VGG19');
  assert.equal(row['test, ours'], '–');
  assert.deepEqual(row['test, theirs'], share(PRESENTATION.transfer.vgg19.accuracyTest));
  const [bar] = transferBars(rows);
  assert.ok(bar);
  assert.equal(bar.value, undefined);
  assert.equal(bar.reference, 0.844828);
  assert.equal(backboneName('xception'), 'Xception');
});

test('scores stand beside the presentation, and alone where it has none', () => {
  const rows = scoreTable(evaluation, PRESENTATION.final);
  assert.deepEqual(rows[1], {
    score: 'precision, micro (= accuracy)',
    ours: share(0.75),
    presentation: share(0.725),
  });
  assert.deepEqual(Object.keys(elementAt(scoreTable(evaluation), 1)), ['score', 'ours']);
});

test('the report has a line a breed and the two averages', () => {
  const rows = reportTable(evaluation.report);
  assert.equal(rows.length, 4);
  assert.deepEqual(rows[0], {
    breed: 'German short-haired pointer',
    precision: share(1),
    recall: share(0.5),
    F1: share(2 / 3),
    photos: 2,
  });
  assert.equal(elementAt(rows, 2).breed, 'macro average');
});

test('confusions name both breeds; a history gets the names that curves are drawn by', () => {
  const [row] = confusionTable([{ actual: 0, predicted: 1, count: 1, share: 0.5 }], ['Saluki', 'borzoi']);
  assert.deepEqual(row, {
    'shows a': 'Saluki',
    'taken for a': 'Borzoi',
    photos: 1,
    'share of the breed': share(0.5),
  });
  const history = { loss: [1], accuracy: [0.5], valLoss: [2], valAccuracy: [0.4], learningRate: [0.1] };
  assert.deepEqual(curves(history), { loss: [1], acc: [0.5], val_loss: [2], val_acc: [0.4] });
});

test('shares fall into 20 bins, 1 into the last', () => {
  const { data, alt } = shareHistogramFigure([0, 0.04, 0.5, 1], { title: 'T', valueTitle: 'v' });
  const counts = (data[0] as { y: number[] }).y;
  assert.equal(counts.length, 20);
  assert.deepEqual([counts[0], counts[10], counts[19]], [2, 1, 1]);
  assert.match(alt, /4 values, median 50 %/);
  assert.throws(() => shareHistogramFigure([], { title: 'T', valueTitle: 'v' }), /at least one/);
});
