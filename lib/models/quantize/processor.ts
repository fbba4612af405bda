import { processorFlags } from '../../engine/index';

/** Bits of the weights of an 8-bit network. */
export type WeightBits = 7 | 8;

/**
 * Bits that weights may have on a processor: 8 where it multiplies and adds bytes into 32 bits at once (AVX-512 VNNI,
 * AVX-VNNI; dot products of Arm), else 7: AVX2 adds pairs of products in 16 bits, which 8-bit weights overflow.
 *
 * @param flags the processor's, as /proc/cpuinfo lists them; default: this one's (none where there is no such file)
 * @example weightBitsOf('avx2 avx512_vnni') // 8
 */
export function weightBitsOf(flags: string = processorFlags()): WeightBits {
  return /\b(avx512_vnni|avx_vnni|asimddp)\b/.test(flags) ? 8 : 7;
}
