/** Photos and labels on disk -> a table of examples. */

export { boxArea } from './box-area';
export { describeDataset } from './describe-dataset';
export { drawOutline } from './drawn/draw-outline';
export { drawnDog } from './drawn/drawn-dog';
export { checkEnoughPhotos } from './enough-photos';
export { findPhotos } from './find-photos';
export { countPhotos } from './folders/open-folder';
export { type KnownPhotos, knownPhotos } from './known-photos';
export { type OpenDatasetOptions, openDataset } from './open-dataset';
export { groupByBreed } from './splits/group-by-breed';
export { joinPairs } from './splits/join-pairs';
export { kFold } from './splits/k-fold';
export { selectBreeds } from './splits/select-breeds';
export type { Split } from './splits/split';
export { type GroupedRow, type SplitGroupedOptions, splitGrouped } from './splits/split-grouped';
export { type OfficialSplits, splitOfficial } from './splits/split-official';
export { type SplitRandomOptions, splitRandom } from './splits/split-random';
export { type BreedFact, breedTable } from './stanford/breed-table';
export {
  type DownloadDatasetOptions,
  downloadStanfordDogs,
  STANFORD_DOGS_ARCHIVES,
  STANFORD_DOGS_URL,
} from './stanford/download';
export { FCI_GROUPS } from './stanford/fci-groups';
export { makeTables } from './stanford/make-tables';
export { type PhotoFact, photoTable } from './stanford/photo-table';
export { PRESENTATION_BREEDS } from './stanford/presentation-breeds';
export type { Box, Dataset, Example, OfficialSplit, Quarantined } from './types';
