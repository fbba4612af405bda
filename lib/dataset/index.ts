/** Door of the dataset stage: photos and labels on disk -> a table of examples. */
export { breedOfFolder, displayName } from './breed-name';
export { type BreedFact, breedTable } from './breed-table';
export { cacheFolder } from './cache-folder';
export { checkIntegrity } from './check-integrity';
export { describeDecodeError, MAX_PIXELS } from './check-photo';
export { datasetCommand, downloadCommand, tablesCommand } from './commands';
export { describeDataset } from './describe-dataset';
export {
  type DownloadDatasetOptions,
  downloadStanfordDogs,
  STANFORD_DOGS_ARCHIVES,
  STANFORD_DOGS_URL,
} from './download';
export { DownloadError } from './download-error';
export { type DownloadOptions, downloadFile } from './download-file';
export { forEachLimited } from './for-each-limited';
export { groupByBreed } from './group-by-breed';
export { type OpenDatasetOptions, openDataset } from './open-dataset';
export { type PhotoFact, photoTable } from './photo-table';
export { PRESENTATION_BREEDS } from './presentation-breeds';
export { createRandom, type Random } from './random';
export { selectBreeds } from './select-breeds';
export { checkPhotoFormat, type FileFormat, PHOTO_FORMATS, sniffFormat } from './sniff-format';
export type { Split } from './split';
export { type OfficialSplits, splitOfficial } from './split-official';
export { type SplitRandomOptions, splitRandom } from './split-random';
export type { Box, Dataset, Example, OfficialSplit, Quarantined } from './types';
export { writeFileAtomic } from './write-file-atomic';
