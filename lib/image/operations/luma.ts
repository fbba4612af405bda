import { checkImage } from '../check-image';
import type { RgbImage } from '../types';
import { bytesAt, kernels, placeBuffers } from '../wasm/kernels';

/**
 * Makes a new picture with another luma and the same colours: to Y, Cr and Cb and back, 8 bits each, as OpenCV's
 * COLOR_RGB2YCrCb and COLOR_YCrCb2RGB (fixed-point numbers with 14 bits after the point).
 *
 * @param extra bytes that `change` asks for besides, in the kernels' memory
 * @param change reads the luma of all pixels at one place in the kernels' memory and writes it at another
 * @returns a new picture of the same size
 * @throws Error when the pixels are not as many as the size says
 */
export function changeLuma(
  image: RgbImage,
  extra: number,
  change: (luma: number, newLuma: number, pixels: number, extra: number) => void,
): RgbImage {
  checkImage(image);
  const { data, width, height } = image;
  const pixels = width * height;
  const [source, luma, newLuma, target, extraAt] = placeBuffers(
    data.length,
    pixels,
    pixels,
    data.length,
    extra,
  );
  bytesAt(source, data.length).set(data);
  kernels().lumaOf(source, pixels, luma);
  change(luma, newLuma, pixels, extraAt);
  kernels().replaceLuma(source, luma, newLuma, pixels, target);
  return { data: bytesAt(target, data.length).slice(), width, height };
}
