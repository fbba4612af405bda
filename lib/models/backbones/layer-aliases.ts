import type { BackboneName } from '../weights/weight-records';

/** Blocks `a`, `b`, `c`, ... of the old names, counted from 1 in the new ones. */
const blockNumber = (letter: string): number => letter.charCodeAt(0) - 96;

/**
 * Today's Keras name of a layer in a weight file of an older Keras (before 2.2.5 for ResNet50:
 * `res2a_branch2b` is now `conv2_block1_2_conv`). Names that never changed come back as they are.
 *
 * @example currentLayerName('resnet50', 'bn5c_branch2a') // 'conv5_block3_1_bn'
 */
export function currentLayerName(backbone: BackboneName, name: string): string {
  if (backbone === 'resnet50') {
    const branch = /^(res|bn)(\d)([a-z])_branch(1|2[abc])$/.exec(name);
    if (branch) {
      const [, kind, stage, letter, path] = branch;
      const position = path === '1' ? 0 : blockNumber(path!.charAt(1));
      return `conv${stage}_block${blockNumber(letter!)}_${position}_${kind === 'res' ? 'conv' : 'bn'}`;
    }
    if (name === 'conv1') return 'conv1_conv';
    if (name === 'bn_conv1') return 'conv1_bn';
    if (name === 'fc1000' || name === 'probs') return 'predictions';
  }
  return name;
}
