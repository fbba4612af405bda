export { type BreedBar, barPerBreed } from './bar-per-breed';
export { channelCountsFigure } from './channel-counts';
export { type ColorHistogram, colorHistogramsFigure } from './color-histograms';
export { type Compared, comparisonFigure } from './comparison';
export { composeBeforeAfter, type Stage } from './compose-before-after';
export { composeGrid, type Tile, type TileBox } from './compose-grid';
export { confusionFigure } from './confusion-heatmap';
export { describeSizes } from './describe-sizes';
export { type PhotoSize, photoSizesFigure, sizeHistogramFigure } from './photo-sizes';
export { type BreedCount, countPhotosPerBreed, photosPerBreedFigure } from './photos-per-breed';
export { reliabilityFigure } from './reliability';
export {
  backboneName,
  confusionTable,
  curves,
  reportTable,
  scoreTable,
  transferBars,
  transferTable,
  variantTable,
} from './result-tables';
export { f1PerBreedFigure } from './score-per-breed';
export { shareHistogramFigure } from './share-histogram';
export * from './show';
export { showBeforeAfter, showConfusedPhotos, showPhotos } from './show-photos';
export { axis, COLORS, layout, SERIES } from './theme';
export { topPredictionsFigure } from './top-predictions';
export { type TrainingRun, trainingCurvesFigure } from './training-curves';
export type { Figure } from './types';
