import type { WeightBits } from './processor';
import type { Range } from './ranges';

/** How real values are told as bytes: real = (byte - zero) * scale. */
export interface Scale {
  /** float32. */
  scale: number;
  zero: number;
}

/** Rounds halves to the even neighbour, as numpy and onnxruntime do. */
export function roundEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** The uint8 scale of a range; 0 is always told exactly. Follows `compute_scale_zp` of onnxruntime.quantization. */
export function activationScale({ min, max }: Range): Scale {
  const [low, high] = [Math.min(min, 0), Math.max(max, 0)];
  const scale = (high - low) / 255;
  if (!(scale >= 1.1754943508222875e-38)) return { scale: 1, zero: 0 };
  return { scale: Math.fround(scale), zero: Math.min(255, Math.max(0, roundEven(-low / scale))) };
}

/** Weights as bytes, a scale for each output channel. */
export interface QuantizedWeights {
  /** The weights' own order. */
  bytes: Int8Array;
  scales: Float32Array;
}

/**
 * Quantizes a convolution's weights, symmetrically around 0, channel by channel.
 *
 * @param weights [out channels, ...]
 * @param bits 8: -127..127; 7: -64..64, so that two products fit into 16 bits
 */
export function quantizeWeights(weights: Float32Array, channels: number, bits: WeightBits): QuantizedWeights {
  const most = bits === 8 ? 127 : 64;
  const each = weights.length / channels;
  const bytes = new Int8Array(weights.length);
  const scales = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const row = weights.subarray(channel * each, (channel + 1) * each);
    let largest = 0;
    for (const value of row) largest = Math.max(largest, Math.abs(value));
    const scale = Math.fround((2 * largest) / (2 * most));
    scales[channel] = scale >= 1.1754943508222875e-38 ? scale : 1;
    for (const [i, value] of row.entries()) {
      const step = roundEven(Math.fround(value / (scales[channel] ?? 1)));
      bytes[channel * each + i] = Math.max(-most, Math.min(most, step));
    }
  }
  return { bytes, scales };
}

/** What quantized weights stand for. */
export function dequantizeWeights({ bytes, scales }: QuantizedWeights): Float32Array {
  const each = bytes.length / scales.length;
  return Float32Array.from(bytes, (byte, i) => byte * (scales[Math.floor(i / each)] ?? 1));
}
