/** Pixels -> pixels. */
export {
  type AugmentedImage,
  augmentByPolicy,
  mixesPictures,
  namedPolicy,
} from './augmentations/augment-by-policy';
export {
  type AugmentOptions,
  augmentImage,
  drawTransform,
  PRESENTATION_AUGMENTATION,
} from './augmentations/keras';
export {
  AUGMENTATIONS,
  type AugmentationName,
  type AugmentationRow,
  type AugmentationStep,
  augmentationDefinition,
  describeAugmentations,
} from './augmentations/registry';
export { type DecodeOptions, decodeImage, decodeSeveral } from './decode/decode-image';
export { decodePhotos } from './decode/decode-photos';
export { DEGRADATIONS, type Degradation, degradePhoto } from './decode/degrade-photo';
export { encodePng } from './decode/encode-png';
export { type FloatTable, lookUpFloats } from './decode/look-up-floats';
export {
  type DecodePhotoOptions,
  decodePhoto,
  type FeatureViews,
  firstSquare,
  marginBox,
  type PhotoInput,
  passes,
  shownPart,
  squareDecodes,
  squaresOf,
} from './decode/photo-input';
export { channelCorrelation } from './operations/channel-correlation';
export { type ChannelHistogram, channelHistogram } from './operations/channel-histogram';
export { mirrorImage } from './operations/crop-and-mirror';
export { cutPatches } from './operations/cut-patches';
export { type DenoiseOptions, denoiseNonLocalMeans } from './operations/denoise-non-local-means';
export { type AdaptiveOptions, equalizeAdaptive } from './operations/equalize-adaptive';
export { equalizeHistogram, equalizeLuma } from './operations/equalize-histogram';
export { neighbourCorrelation } from './operations/neighbour-correlation';
export { perceptualHash } from './operations/perceptual-hash';
export { type PhotoSigns, photoSigns } from './operations/photo-signs';
export { type Interpolation, type ResizeOptions, resizeImage } from './operations/resize-image';
export { sumHistograms } from './operations/sum-histograms';
export { type Fill, type FillMode, type Transform, transformImage } from './operations/transform-image';
export { whitenPhoto } from './operations/whiten-photo';
export {
  fitWhitening,
  type WhitenedImage,
  type Whitening,
  type WhiteningOptions,
  whiten,
  whitenedToRgb,
} from './operations/whitening';
export type { RgbImage } from './types';
