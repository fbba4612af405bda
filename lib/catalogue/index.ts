/** Door of the catalogue: a collection of photos, indexed by breed. */
export { classifyFiles, classifyShard, type Row } from './classify/classify-shard';
export {
  type Answer,
  type Classified,
  type PhotoClassifier,
  photoClassifier,
} from './classify/photo-classifier';
export { describeSummary, duration, showProgress } from './run/describe-run';
export {
  type IndexOptions,
  type IndexProgress,
  indexCollection,
  localRunner,
  type Runner,
} from './run/index-collection';
export type { RunSummary } from './run/summary';
export { fsPath, showName } from './scan/file-name';
export { type FolderListing, type WalkOptions, walkFolder } from './scan/walk-folder';
export { cataloguePath, userDataFolder } from './store/catalogue-path';
export { type Catalogue, type OpenCatalogueOptions, openCatalogue } from './store/open-catalogue';
export type { Shard, ShardFile } from './store/plan-shards';
export { addRoot, listRoots, type Root } from './store/roots';
