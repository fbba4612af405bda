import { Pearson } from './pearson';

/**
 * How much a pixel tells of its right neighbour: Pearson's correlation over all such pairs, each channel with
 * itself. Near 1 in photos, near 0 once whitened.
 *
 * @param pixels HWC with three channels, `RgbImage` or `WhitenedImage`
 * @returns -1..1; NaN for a picture of one value
 * @throws Error for a picture narrower than 2 px
 */
export function neighbourCorrelation(
  pixels: { width: number; height: number } & ({ data: Uint8Array } | { values: Float32Array }),
): number {
  const { width, height } = pixels;
  const values = 'data' in pixels ? pixels.data : pixels.values;
  if (width < 2) throw new Error(`expected a picture at least 2 px wide, received ${width} x ${height}`);
  const pairs = new Pearson();
  for (let y = 0; y < height; y++)
    for (let i = y * width * 3; i < (y * width + width - 1) * 3; i++)
      pairs.add(values[i] ?? 0, values[i + 3] ?? 0);
  return pairs.value();
}
