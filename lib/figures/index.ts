export {
  display,
  INTERACTIVE_MIME,
  inNotebook,
  isHeadless,
  PLOTLY_MIME,
  PROGRESS_MIME,
  SUMMARY_MIME,
  VALUES_MIME,
} from './display/display';
export { escapeHtml } from './display/escape-html';
export { type LiveProgress, liveProgress } from './display/live-progress';
export { showMarkdown } from './display/show';
export { showClaims } from './display/show-claims';
export { type ShownFigure, showFigure } from './display/show-figure';
export { type CaptionedImage, type ShownImage, showImage, showImages } from './display/show-images';
export { type Answer, formatAnswer, type Summary, showSummary } from './display/show-summary';
export { type ColumnFormat, showTable } from './display/show-table';
export { withEpochs, withProgress } from './display/with-progress';
export { comparisonMatrixFigure } from './evidence/comparison-matrix';
export { featureMapFigure } from './evidence/feature-map';
export { learningCurveFigure } from './evidence/learning-curve';
export { selectiveFigure } from './evidence/selective-curve';
export { composeBeforeAfter, type Stage } from './pictures/compose-before-after';
export { composeGrid, type Tile, type TileBox } from './pictures/compose-grid';
export { type ExamplePicture, examplePicture, showsOutlines } from './pictures/photo-pictures';
export { heatOverlay, showHeat } from './pictures/show-heat';
export {
  showBeforeAfter,
  showConfusedPhotos,
  showPairs,
  showPhoto,
  showPhotos,
} from './pictures/show-photos';
export { type PictureShower, showerOf } from './pictures/shower';
export { type BreedBar, barPerBreed } from './plots/bar-per-breed';
export { channelCountsFigure } from './plots/channel-counts';
export { type ColorHistogram, colorHistogramsFigure } from './plots/color-histograms';
export { type Compared, comparisonFigure } from './plots/comparison';
export { confusionFigure } from './plots/confusion-heatmap';
export { namedBreedsFigure } from './plots/named-breeds';
export { type PhotoSize, photoSizesFigure, sizeHistogramFigure } from './plots/photo-sizes';
export { type BreedCount, countPhotosPerBreed, photosPerBreedFigure } from './plots/photos-per-breed';
export { reliabilityFigure } from './plots/reliability';
export { f1PerBreedFigure } from './plots/score-per-breed';
export { parallelCoordinatesFigure, rungCurvesFigure } from './plots/search';
export { shareHistogramFigure } from './plots/share-histogram';
export { axis, COLORS, layout, SERIES } from './plots/theme';
export { topPredictionsFigure } from './plots/top-predictions';
export { type TrainingRun, trainingCurvesFigure } from './plots/training-curves';
export { type Representation, registerResult } from './results/registry';
export { representValue, type Shown } from './results/represent-value';
export { ends, measure, type ShownValue, share } from './tables/cell-values';
export {
  calibrationTable,
  classifierBars,
  classifierTable,
  effectTable,
  guessingTable,
  guessTable,
  headTable,
  knownTable,
  photoAnswers,
  robustnessTable,
  seedTable,
  stepAnswers,
  stepTable,
  testTable,
} from './tables/classifier-tables';
export { describeSizes } from './tables/describe-sizes';
export {
  backboneName,
  besidePresentation,
  claimVariant,
  confusionTable,
  curves,
  errorTable,
  metricTable,
  reportTable,
  scoreTable,
  suspectTable,
  transferBars,
  transferTable,
  variantTable,
} from './tables/result-tables';
export {
  answerOf,
  answerShare,
  datasetTable,
  describeData,
  describeSplit,
  picturesName,
  showQuarantine,
  splitTable,
} from './tables/run-tables';
export { claimTuning, tuningTable } from './tables/tuning-table';
export type { Figure } from './types';
export { keep } from './values/keep';
export { keepOperation, keepPhotos, keepVariants } from './values/keep-pictures';
export {
  type FinalOutcome,
  keepClassifiers,
  keepFinal,
  keepLayers,
  keepNetworks,
  keepScratch,
  keepVariant,
  type ScratchOutcome,
} from './values/keep-results';
export type * from './values/run-values';
