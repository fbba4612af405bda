/** Door of the image stage: pixels -> pixels. */
export { type AugmentOptions, augmentImage, drawTransform, PRESENTATION_AUGMENTATION } from './augment-image';
export { type ChannelHistogram, channelHistogram } from './channel-histogram';
export { cutPatches } from './cut-patches';
export { type DecodeOptions, decodeImage, type Interpolation } from './decode-image';
export { decodePhotos } from './decode-photos';
export { type DenoiseOptions, denoiseNonLocalMeans } from './denoise-non-local-means';
export { encodePng } from './encode-png';
export { equalizeHistogram } from './equalize-histogram';
export { neighbourCorrelation } from './neighbour-correlation';
export { sumHistograms } from './sum-histograms';
export { type Transform, transformImage } from './transform-image';
export type { RgbImage } from './types';
export { whitenPhoto } from './whiten-photo';
export { fitWhitening, type WhitenedImage, type Whitening, whiten, whitenedToRgb } from './whitening';
