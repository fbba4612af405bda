/** Door of the image stage: pixels -> pixels. */
export { type DecodeOptions, decodeImage, type Interpolation } from './decode-image';
export { encodePng } from './encode-png';
export type { RgbImage } from './types';
