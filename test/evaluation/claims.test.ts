import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  boxShares,
  claimAgainstChance,
  claimAnswer,
  claimBalance,
  claimBeside,
  claimBesideFinal,
  claimCalibration,
  claimChannels,
  claimColours,
  claimDifference,
  claimDogs,
  claimEffects,
  claimFiled,
  claimGuessing,
  claimLists,
  claimLuck,
  claimMoreClasses,
  claimNotRun,
  claimProtocol,
  claimRanking,
  claimSameModel,
  claimSizes,
  claimSteps,
  claimTraining,
  claimWhitening,
  claimWindow,
  claimWorstBreed,
  comparePaired,
  describeFrames,
  describeShare,
  describeTestPart,
  filedShare,
  precisionRecallF1,
  scoreInterval,
  wilsonInterval,
} from '../../lib/evaluation/index';

const box = (width: number) => ({ xmin: 0, ymin: 0, xmax: width, ymax: 1 });
const isNotNumber = /NaN|undefined|Infinity|null/;

describe('claims about photos', () => {
  it('balance: range, equality, imbalance, one breed, none', () => {
    const counts = [
      { breed: 'redbone', photos: 148 },
      { breed: 'Maltese_dog', photos: 252 },
    ];
    assert.match(claimBalance(counts), /Between 148 \(Redbone\) and 252 photos \(Maltese dog\).*near enough/);
    const swapped = counts.map(({ breed }, i) => ({ breed, photos: counts[1 - i]?.photos ?? 0 }));
    assert.match(claimBalance(swapped), /Between 148 \(Maltese dog\) and 252 photos \(Redbone\)/);
    const equal = counts.map(({ breed }) => ({ breed, photos: 15 }));
    assert.equal(claimBalance(equal), 'Each of the 2 breeds has 15 photos: accuracy is an honest score.');
    assert.match(
      claimBalance([
        { breed: 'a', photos: 1 },
        { breed: 'b', photos: 30 },
      ]),
      /looks good by accuracy/,
    );
    assert.match(claimBalance([{ breed: 'pug', photos: 1 }]), /^All 1 photo show one breed, Pug/);
    assert.doesNotMatch(claimBalance([]), isNotNumber);
  });

  it('lists: none of them, the same number, a range', () => {
    assert.match(claimLists([{ breed: 'a' }]), /^No official list/);
    const counts = [
      { breed: 'a', train: 100, test: 48 },
      { breed: 'b', train: 100, test: 152 },
    ];
    assert.match(claimLists(counts), /name 100 photos of a breed for training and 48 to 152/);
    assert.match(claimLists([...counts, { breed: 'c' }]), /2 of 3 breeds/);
  });

  it('sizes: what is smaller than the input is told, and what is not', () => {
    const large = [{ width: 1280, height: 960 }];
    assert.match(claimSizes(large, 224), /960 px; none is smaller than the 224 px/);
    const mixed = [...large, { width: 100, height: 200 }];
    assert.match(
      claimSizes(mixed, 224),
      /from 100 to 960 px.*1 of 2 of the photos is smaller.*1 of 2 of them are more than half/,
    );
    assert.doesNotMatch(claimSizes([], 224), isNotNumber);
  });

  it('channels: all RGB, some odd, none at all', () => {
    const plain = { file: 'a.jpg', channels: 3 };
    assert.equal(claimChannels([plain]), 'All 1 photo are plain RGB.');
    assert.match(
      claimChannels([plain, { file: 'b.png', channels: 4 }]),
      /1 of 2 photos is not plain RGB \(b.png: 4 channels\)/,
    );
    assert.doesNotMatch(claimChannels([]), isNotNumber);
  });

  it('dogs: nothing is framed where nothing is annotated', () => {
    const none = [{ boxes: [] }, { boxes: [] }];
    assert.match(claimDogs(none), /^None of the 2 photos has an annotated box/);
    assert.equal(describeFrames(none), 'no dog is framed, as none is annotated');
    const some = [{ boxes: [box(0.5), box(0.5)] }, { boxes: [box(1)] }, { boxes: [] }];
    assert.match(claimDogs(some), /1 of 2 photos.*covers 50 %.*known of 2 of 3/);
    assert.match(claimDogs([{ boxes: [box(1)] }]), /No photo shows more than one/);
    assert.equal(describeFrames(some), 'with the annotated dogs framed in 2 of 3');
    assert.deepEqual(boxShares(some), [0.5, 0.5, 1]);
  });

  it('colours: heaps, correlation, no pixel', () => {
    const flat = Array.from({ length: 256 }, () => 1);
    const dark = [1000, ...flat.slice(1)];
    const all = (counts: number[]) => ({ red: counts, green: counts, blue: counts });
    assert.match(claimColours(all(flat), 0.95), /neither end is heaped up.*strongly correlated \(0.95/);
    assert.match(claimColours(all(dark), 0.3), /the dark end is heaped up.*correlated by 0.30/);
    assert.match(claimColours(all(flat), Number.NaN), /do not vary/);
    assert.match(claimColours(all([...dark.slice(0, 255), 1000]), 1), /dark and the light ends are/);
    assert.doesNotMatch(claimColours(all([]), 1), isNotNumber);
  });

  it('steps: the slowest, the farthest, and what whitening leaves', () => {
    const steps = [
      { step: 'a', milliseconds: 10 },
      { step: 'b', milliseconds: 2 },
    ];
    assert.match(claimSteps(steps), /^a takes longest, 5.0 times/);
    assert.match(
      claimSteps(steps.map(({ step }, i) => ({ step, milliseconds: 2 + 8 * i }))),
      /^b takes longest/,
    );
    assert.match(claimSteps(steps.map(({ step }) => ({ step, milliseconds: 2 }))), /about as long/);
    assert.match(claimSteps([]), /nothing to compare/);
    const effects = [
      { step: 'as decoded', deviation: 50, correlation: 0.9 },
      { step: 'x', deviation: 70, correlation: 0.8 },
      { step: 'y', deviation: 49, correlation: 0.99 },
    ];
    assert.match(claimEffects('3 photos', effects), /"x" changes the spread.*50.0 to 70.0.*"x"|also/);
    assert.match(claimEffects('3 photos', effects.slice(0, 1)), /No step/);
    assert.match(claimWhitening(0.9, 0.1), /mostly gone/);
    assert.match(claimWhitening(0.9, 0.8), /less than half/);
    assert.match(claimWhitening(Number.NaN, 0), /nothing to remove/);
  });
});

describe('claims about scores', () => {
  const three = wilsonInterval(3, 8);

  it('3 of 8 beside a chance of 25 % is not told apart, and never "clearly"', () => {
    const text = claimAgainstChance('The network', three, 0.25);
    assert.match(
      text,
      /right on 3 of 8 \[13.7 %, 69.4 %\] \(95 %, Wilson\); guessing on 25.0 %: not to be told apart/,
    );
    assert.match(
      claimAgainstChance('It', wilsonInterval(90, 100), 0.25),
      /more than guessing, by 65.0 points/,
    );
    assert.match(
      claimAgainstChance('It', wilsonInterval(10, 100), 0.25),
      /less than guessing, by 15.0 points/,
    );
    assert.doesNotMatch(claimAgainstChance('It', { ...three, estimate: Number.NaN }, 0.25), isNotNumber);
  });

  it('ours beside theirs: above, below, open', () => {
    const ours = wilsonInterval(80, 100);
    assert.match(claimBeside('Accuracy', ours, 0.5, 'the presentation'), /above by 30.0 points/);
    assert.match(claimBeside('Accuracy', ours, 0.95, 'the presentation'), /below by 15.0 points/);
    assert.match(claimBeside('Accuracy', ours, 0.82, 'the presentation'), /not to be told apart/);
    assert.match(claimBesideFinal(ours, 'official'), /at random, so it tested on other photos/);
    assert.doesNotMatch(claimBesideFinal(ours, 'random'), /at random/);
  });

  it('few and many classes: harder, easier, the same, open', () => {
    const part = (classes: number, right: number) => ({ classes, share: wilsonInterval(right, 100) });
    assert.match(claimMoreClasses(part(5, 80), part(20, 20)), /harder.*60.0 points less/);
    assert.match(claimMoreClasses(part(5, 20), part(20, 80)), /easier here.*60.0 points more/);
    assert.match(claimMoreClasses(part(5, 50), part(20, 52)), /not to be told apart/);
    assert.match(claimMoreClasses(part(2, 50), part(2, 50)), /both runs are the same/);
  });

  it('guessing', () => {
    assert.match(
      claimGuessing({ chance: 0.25, majority: 0.4, test: 10 }),
      /25.0 %.*40.0 % of 10 test photos/,
    );
    assert.match(claimGuessing({ chance: 0.25, majority: 0, test: 0 }), /No photo is left/);
  });

  it('a share of few is told in counts', () => {
    assert.match(describeShare(wilsonInterval(9, 9)), /^9 of 9 \[70.1 %, 100.0 %\]/);
    assert.match(describeShare(wilsonInterval(90, 100)), /^90.0 %/);
  });

  it('an interval of a score without mistakes is not from 100 to 100', () => {
    const macro = (a: ArrayLike<number>, p: ArrayLike<number>) =>
      precisionRecallF1(a as number[], p as number[], 2).macro.precision;
    const perfect = scoreInterval([0, 1, 0, 1], [0, 1, 0, 1], macro);
    assert.ok(perfect.low < 0.6 && perfect.high === 1, JSON.stringify(perfect));
    assert.equal(perfect.method, 'Wilson, of the accuracy');
    assert.equal(scoreInterval([0, 1, 0, 1], [0, 1, 1, 0], macro).method, 'bootstrap');
  });
});

describe('claims about models', () => {
  const labels = Int32Array.from({ length: 60 }, (_, i) => i % 2);
  const wrong = Int32Array.from(labels, (label) => 1 - label);
  const mostly = Int32Array.from(labels, (label, i) => (i < 3 ? 1 - label : label));

  it('swapping two models swaps them in the sentence', () => {
    const text = claimDifference('A', 'B', comparePaired(labels, labels, wrong));
    assert.match(
      text,
      /^A is right more often than B: 100.0 % against 0.0 %, 100.0 points more \(McNemar, p < 0.001\)/,
    );
    assert.match(
      claimDifference('A', 'B', comparePaired(labels, wrong, labels)),
      /^B is right more often than A/,
    );
    assert.match(
      claimDifference('A', 'B', comparePaired(labels, labels, mostly)),
      /not to be told apart.*p = 0.250/,
    );
    assert.match(claimDifference('A', 'B', comparePaired(labels, labels, labels)), /very same photos/);
  });

  it('ranking: the best, those like it, those behind', () => {
    const classifiers = [
      { name: 'A', predicted: labels },
      { name: 'B', predicted: mostly },
      { name: 'C', predicted: wrong },
    ];
    assert.match(
      claimRanking(labels, classifiers),
      /^A is right most often \(100.0 %\). Beside it, B is not to be told apart.*Behind it: C \(100.0 points\)/,
    );
    const swapped = [
      { name: 'A', predicted: wrong },
      { name: 'C', predicted: labels },
    ];
    assert.match(claimRanking(labels, swapped), /^C is right most often.*Behind it: A/);
    assert.match(claimRanking(labels, classifiers.slice(0, 2)), /yet the 2 are not to be told apart/);
    assert.match(claimRanking(labels, classifiers.slice(0, 1)), /^Only A ran/);
    assert.match(claimRanking(labels, []), /^Nothing ran/);
    assert.match(claimRanking(new Int32Array(), classifiers), /^Nothing ran/);
  });

  it('the hardest and the easiest breed', () => {
    const classes = [
      { name: 'pug', f1: 0.9, recall: 1, support: 4 },
      { name: 'collie', f1: 0.5, recall: 0.5, support: 4 },
      { name: 'chow', f1: 0, recall: 0, support: 0 },
    ];
    assert.match(
      claimWorstBreed(classes),
      /Hardest is Collie \(F1 0.50, 2 of 4 found\), easiest Pug.*1 breed has no test photo/,
    );
    assert.match(claimWorstBreed(classes.slice(0, 1)), /equally well/);
    assert.match(claimWorstBreed([]), /No breed was tested/);
  });

  it('curves: overfitting, none, the other way, no validation', () => {
    const history = (train: number, held: number) => ({
      accuracy: [0.1, train],
      valAccuracy: [0.1, held],
      valLoss: [2, 1],
    });
    assert.match(
      claimTraining('It', history(0.9, 0.5)),
      /lowest after epoch 2 of 2 epochs.*40.0 points above.*overfits/,
    );
    assert.match(claimTraining('It', history(0.5, 0.9)), /40.0 points above training/);
    assert.match(claimTraining('It', history(0.9, 0.9)), /no overfitting/);
    assert.match(
      claimTraining('It', { accuracy: [0.5], valAccuracy: [], valLoss: [] }),
      /without validation/,
    );
    assert.match(claimTraining('It', { accuracy: [], valAccuracy: [], valLoss: [] }), /not trained/);
  });

  it('luck of the split', () => {
    assert.match(claimLuck([0.8, 0.85]), /from 80.0 % to 85.0 %: differences below 5.0 points/);
    assert.match(claimLuck([0.8, 0.8]), /same accuracy/);
    assert.match(claimLuck([0.8, Number.NaN]), /says nothing/);
  });

  it('calibration: better, worse, untouched, untested', () => {
    const of = { temperature: 2, tested: 1000 };
    assert.match(claimCalibration(0.1, 0.02, of), /2.0 points off.*8.0 points better/);
    assert.match(claimCalibration(0.02, 0.1, of), /10.0 points off.*8.0 points worse/);
    assert.match(claimCalibration(0.02, 0.02, of), /about the same/);
    assert.match(
      claimCalibration(0.02, 0.02, { temperature: 1, tested: 6 }),
      /nothing was changed. So few photos/,
    );
    assert.match(claimCalibration(Number.NaN, 0, { ...of, tested: 0 }), /No photo was tested/);
  });

  it('filed: what was asked, less, none, too few', () => {
    const pairs = (count: number, right: number) => ({
      labels: Int32Array.from({ length: count }, (_, i) => (i < right ? 0 : 1)),
      probabilities: Float64Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? 0.9 : 0.1)),
      classes: 2,
    });
    const sure = pairs(100, 100);
    assert.match(
      claimFiled([filedShare(0.95, sure, sure)]),
      /100 validation photos show 95 % .*: more than was asked/,
    );
    assert.match(claimFiled([filedShare(0.95, sure, pairs(100, 0))]), /, and 0.0 % .*: less than was asked/);
    assert.match(
      claimFiled([filedShare(0.95, pairs(100, 90), sure)]),
      /No threshold for 95 % right names can be vouched for on 100 validation photos\.$/,
    );
    assert.match(
      claimFiled([filedShare(0.99, sure, sure)]),
      /on 100 validation photos. At least 368 are needed/,
    );
    const doubtful = { ...sure, probabilities: sure.probabilities.map((p) => (p > 0.5 ? 0.8 : 0.2)) };
    assert.match(claimFiled([filedShare(0.95, sure, doubtful)]), /No test photo is as sure/);
    assert.match(claimFiled([]), /not asked/);
  });

  it('the run: protocol, what is missing, the window, one answer, a saved model', () => {
    assert.equal(describeTestPart('random'), 'test part of a random split');
    assert.match(claimProtocol('random'), /No official list/);
    assert.match(claimNotRun(['VGG19'], true), /VGG19 did not run. It needs weights.*weights all/);
    assert.match(
      claimNotRun(['vgg19', 'xception'], false),
      /vgg19 and xception did not run. They need photos/,
    );
    assert.match(claimNotRun([], true), /All networks ran/);
    assert.match(claimWindow(53, 80), /66 % of the width of a photo: most of a dog/);
    assert.match(claimWindow(53, 300), /18 % .*a patch of fur/);
    assert.match(claimAnswer({ breed: 'pug', probability: 0.9 }, 'pug'), /is right/);
    assert.match(
      claimAnswer({ breed: 'pug', probability: 0.9 }, 'golden_retriever'),
      /is wrong: the photo shows Golden retriever/,
    );
    assert.match(claimSameModel(0), /very same/);
    assert.match(claimSameModel(0.1), /something was lost/);
    assert.match(claimSameModel(Number.NaN), /could not be compared/);
  });
});
