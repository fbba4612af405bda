import { product } from '../graph/lists';
import type { Emitter } from './emitter';
import type { Attributes } from './model';

/** Names of a convolution's inputs: an image [n, in, h, w], a filter [out, in, kh, kw], a bias [out]. */
export interface ConvNames {
  image: string;
  filter: string;
  bias?: string;
}

/** Sizes of a filter for pictures: [out, in, kh, kw]. */
export type FilterSizes = readonly [number, number, number, number];

/** Multiply-adds below which writing the filter anew for each run takes what the layout gains. */
const LEAST = 1 << 20;

/**
 * True where a convolution whose filter differs from run to run is faster in the runtime's own layout of pictures
 * (NCHWc: blocks of channels lie together). The runtime takes it by itself for filters that are built in only. The image
 * has fewer channels than a block (it is read as it is) or whole blocks; of the result at most half is padding.
 * @param pixels of all results of a batch
 */
export function suitsBlocks(block: number, [out, channels, ...kernel]: FilterSizes, pixels: number): boolean {
  if (block === 0 || product(kernel) === 1) return false; // 1 x 1 is a matrix product as it is
  if (channels >= block && channels % block !== 0) return false;
  return blocksOf(out, block) * block <= 2 * out && pixels * out * channels * product(kernel) >= LEAST;
}

const blocksOf = (channels: number, block: number) => Math.ceil(channels / block);

/**
 * Adds a convolution in the runtime's own layout, by its operators of the domain com.microsoft.nchwc. Their filters are
 * stored [out / block, in / block, kh, kw, in % block, out % block], or [out / block, in, kh, kw, out % block] for fewer
 * channels than a block (MLAS, `MlasReorderFilterOIHWBiBo` and `MlasReorderFilterOIHWBo`).
 * @param attributes of ONNX's Conv, without groups
 * @returns name of the result [n, out, h, w]
 */
export function emitBlockedConv(
  e: Emitter,
  { image, filter, bias }: ConvNames,
  [out, channels, ...kernel]: FilterSizes,
  attributes: Attributes,
): string {
  const block = e.channelBlock;
  const blocks = blocksOf(out, block);
  const missing = blocks * block - out;
  const pad = (name: string, rank: number) =>
    missing === 0
      ? name
      : e.add('Pad', [name, e.ints([...Array(rank).fill(0), missing, ...Array(rank - 1).fill(0)])]);
  const isWhole = channels >= block;
  const inner = isWhole ? [channels / block, block] : [channels];
  const split = e.reshape(pad(filter, 4), [blocks, block, ...inner, ...kernel]);
  const moved = e.add('Transpose', [split], { perm: isWhole ? [0, 2, 4, 5, 3, 1] : [0, 2, 3, 4, 1] });
  const weights = e.reshape(moved, [blocks * block, channels, ...kernel]);
  const pictures = isWhole ? e.add('com.microsoft.nchwc.ReorderInput', [image]) : image;
  const inputs = [pictures, weights, ...(bias ? [pad(bias, 1)] : [])];
  const result = e.add('com.microsoft.nchwc.Conv', inputs, attributes);
  return e.add('com.microsoft.nchwc.ReorderOutput', [result], { channels: out });
}
