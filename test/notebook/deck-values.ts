import sharp from 'sharp';
import { createRandom, elementAt } from '../../lib/base/index';
import { breedTable, PRESENTATION_BREEDS } from '../../lib/dataset/index';
import { calibration, type Interval, wilsonInterval } from '../../lib/evaluation/index';
import type { PictureValues, RunValues } from '../../lib/figures/index';

/** Steps as the ablation names them. */
const PREPARED = [
  'none',
  'equalized, each channel',
  'equalized, luma',
  'CLAHE',
  'non-local means',
  'ZCA whitened',
  'none',
  'flip',
  "the presentation's (keras)",
  'random-resized-crop',
  'colour-jitter',
  'random-erasing',
  'mixup',
  'cutmix',
  'rand-augment',
  'flip, crop, jitter and erasing',
];

/** An interval of a share of n, as runs keep them. */
export const shareOf = (share: number, n: number): Interval => wilsonInterval(Math.round(share * n), n);

async function picture(level: number, contrast: number): Promise<PictureValues> {
  const colour = { r: level, g: 255 - level, b: 90 };
  const webp = await sharp({ create: { width: 60, height: 60, channels: 3, background: colour } })
    .webp()
    .toBuffer();
  const levels = [0, 1, 2].map((channel) =>
    Array.from(
      { length: 64 },
      (_, bin) => Math.exp(-(((bin - 20 - 8 * channel) / (contrast / 6)) ** 2)) / 20,
    ),
  );
  return {
    picture: webp.toString('base64'),
    levels,
    contrast,
    roughness: contrast / 5,
    correlation: contrast > 40 ? 0.97 : 0.21,
  };
}

/** A confusion matrix in which breeds are sometimes taken for their neighbours. */
function confusion(breeds: readonly string[], photos: number): number[][] {
  const random = createRandom(1);
  return breeds.map((_, actual) => {
    const row = breeds.map(() => 0);
    for (let photo = 0; photo < photos; photo++) {
      const near = (actual + 1 + random.integer(4)) % breeds.length;
      const answer = random.next() < 0.9 ? actual : near;
      row[answer] = elementAt(row, answer) + 1;
    }
    return row;
  });
}

/**
 * Values of an invented run with everything that slides may show; names as long as they get. Nothing of it is a result:
 * it is there so that every slide is laid out.
 */
export async function inventedValues(): Promise<RunValues> {
  const breeds = breedTable().map(({ breed }) => breed);
  const [before, spread, smooth, grey] = await Promise.all([
    picture(120, 48),
    picture(200, 73),
    picture(110, 44),
    picture(128, 20),
  ]);
  const variants = await Promise.all(
    [60, 90, 120, 150, 180, 200, 220, 240, 100, 80, 70].map((level) => picture(level, 46)),
  );
  const random = createRandom(2);
  const network = (name: string, test: number) => ({
    name,
    fitSeconds: 12.5,
    train: 0.999,
    validation: test - 0.003,
    test: shareOf(test, 330),
    recall: test - 0.002,
    report: PRESENTATION_BREEDS.map((breed) => {
      const f1 = 1 - 0.25 * random.next();
      return { breed, precision: f1, recall: f1, f1, photos: 16 };
    }),
  });
  const scratch = (count: number, micro: number) => ({
    breeds: count,
    drawn: false,
    photos: 'Stanford Dogs 1',
    tested: count * 17,
    imageSize: 128,
    epochs: 60,
    seconds: 700,
    scores: {
      precisionMacro: micro + 0.02,
      precisionMicro: micro,
      recallMacro: micro - 0.01,
      recallMicro: micro,
    },
    accuracy: shareOf(micro, 16 * count),
    chance: 1 / count,
  });
  const overSeeds = (
    network: 'presentation' | 'residual',
    breeds: number,
    parameters: number,
    share: number,
  ) => {
    const [precision, accuracy] = [shareOf(share + 0.01, 330), shareOf(share, 330)];
    return { network, breeds, parameters, seeds: 5, precision, accuracy, recall: shareOf(share - 0.01, 330) };
  };
  const labels = Array.from({ length: 1000 }, () => 0);
  const probabilities = Float32Array.from(labels.flatMap((_, i) => [(i % 500) / 500, 1 - (i % 500) / 500]));
  const filed = (wanted: number, share: number) => ({
    wanted,
    chosenOn: 798,
    threshold: 0.7,
    filed: shareOf(share, 2786),
    precision: shareOf(wanted + 0.004, 2000),
  });
  const conv = (size: number, channels: number, parameters: number) => [
    { kind: 'Conv2D', shape: [size, size, channels], parameters },
    { kind: 'BatchNormalization', shape: [size, size, channels], parameters: 4 * channels },
    { kind: 'Activation', shape: [size, size, channels], parameters: 0 },
  ];
  return {
    photos: {
      name: 'Stanford Dogs',
      kind: 'stanford-dogs',
      photos: 8121,
      breeds: 120,
      channels: { 3: 8120, 4: 1 },
      setAside: 0,
    },
    quality: [
      { finding: 'unreadable, or the same file under two breeds', count: 0, decision: 'quarantined' },
      {
        finding: 'exact copies (pairs with the same pixels)',
        count: 4,
        decision: 'kept; grouped, so that a split does not part them',
      },
      {
        finding: 'copies across the official train and test lists',
        count: 61,
        decision: 'kept; grouped, so that a split does not part them',
      },
      { finding: 'labels that are likely wrong', count: 212, decision: 'kept; the list says which' },
      {
        finding: 'far outside in sharpness (variance of the Laplacian)',
        count: 17,
        decision: 'kept; most lie within 2 to 9000',
      },
      { finding: 'far outside in brightness (0 to 255)', count: null, decision: 'needs the photos' },
      { finding: 'boxes outside of the photo', count: 3, decision: 'cut at the edge' },
      {
        finding: 'breeds with less than half of the photos of the largest',
        count: 2,
        decision: 'kept; scores are macro averages too',
      },
      { finding: 'near copies (pairs)', count: 9, decision: 'kept' },
      { finding: 'photos that have a copy', count: 70, decision: 'grouped' },
    ],
    example: { title: 'Drawn example: Curly-coated retriever', isDrawn: true },
    equalized: { before, after: spread },
    denoised: { before, after: smooth },
    whitened: { before, after: grey },
    augmented: { original: before, variants },
    costs: [
      { step: 'equalize', milliseconds: 0.5 },
      { step: 'non-local means', milliseconds: 236 },
      { step: 'augment', milliseconds: 10 },
    ],
    preparations: PREPARED.map((name, index) => ({
      name,
      accuracy: shareOf(0.48 + 0.006 * ((index * 7) % 10), 400),
      gain: index === 0 ? null : { ...shareOf(0.5, 400), estimate: 0.006 * ((index * 7) % 10), low: -0.02 },
    })),
    preparationsFrozen: [],
    scratchLayers: {
      layers: [
        ...conv(300, 4, 196),
        ...conv(150, 8, 520),
        ...conv(75, 16, 2064),
        ...conv(38, 32, 8224),
        { kind: 'GlobalAveragePooling2D', shape: [32], parameters: 0 },
        { kind: 'Dropout', shape: [32], parameters: 0 },
        { kind: 'Dense', shape: [64], parameters: 2112 },
        { kind: 'Dense', shape: [5], parameters: 325 },
      ],
      parameters: 13681,
    },
    scratchFew: scratch(5, 0.61),
    scratchMany: scratch(20, 0.28),
    scratchSeeds: {
      photos: 'Stanford Dogs 1',
      rows: [
        overSeeds('presentation', 5, 13_681, 0.59),
        overSeeds('presentation', 20, 13_681, 0.33),
        overSeeds('residual', 20, 271_100, 0.49),
      ],
    },
    search: {
      trials: 24,
      breeds: 5,
      results: [],
      importance: [
        'learning rate',
        'filters',
        'optimizer',
        'kernel size',
        'activation',
        'stride',
        'dropout',
      ].map((name, index) => ({ name, share: 0.5 / (index + 1) })),
      presentation: shareOf(0.61, 84),
      best: shareOf(0.67, 84),
    },
    networks: {
      breeds: 20,
      photos: 3321,
      rows: [
        network('inceptionv3', 0.974),
        network('efficientnetlite2', 0.965),
        network('resnet50', 0.947),
        network('efficientnetlite1', 0.941),
        network('efficientnetlite0', 0.931),
      ],
    },
    classifiers: {
      network: 'inceptionv3',
      rows: [
        'nearest mean (baseline)',
        'dense 512 + dropout',
        'softmax regression',
        'softmax from ImageNet classifier',
        'linear SVM',
        'k-nearest neighbours',
        'random forest',
      ].map((name, index) => ({
        name,
        seconds: 1,
        validation: 0.95,
        test: shareOf(0.955 + 0.004 * index, 330),
      })),
    },
    boxes: { network: 'inceptionv3', own: shareOf(0.972, 330), variant: shareOf(0.978, 330), pValue: 0.5 },
    scaling: {
      network: 'inceptionv3',
      own: shareOf(0.972, 330),
      variant: shareOf(0.901, 330),
      pValue: 0.0001,
    },
    final: {
      head: 'softmax from ImageNet classifier',
      networks: ['inceptionv3', 'efficientnetlite2'],
      features: 3328,
      layers: [
        { kind: 'InputLayer', shape: [3328], parameters: 0 },
        { kind: 'Dense', shape: [120], parameters: 399480 },
      ],
      protocol: 'official',
      breeds: 120,
      train: 4535,
      validation: 800,
      test: 2786,
      scores: { precisionMacro: 0.931, precisionMicro: 0.936, recallMacro: 0.929, recallMicro: 0.936 },
      accuracy: shareOf(0.936, 2786),
      top5: 0.995,
      plain: shareOf(0.906, 2786),
    },
    confusion: { breeds, matrix: confusion(breeds, 23) },
    trust: {
      before: calibration(labels, probabilities, 2),
      after: calibration(labels, probabilities, 2),
      filed: [filed(0.95, 0.97), filed(0.99, 0.81)],
    },
    index: {
      collection: '',
      files: 2786,
      decisions: { breed: 2644, not_sure: 142, not_a_dog: 0 },
      verdicts: 200,
      precision: shareOf(0.925, 200),
      right: 0.953,
    },
  };
}
