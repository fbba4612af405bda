/** A collection of photos, indexed by breed. */
export { classifyFiles, classifyShard, type Row } from './classify/classify-shard';
export {
  type Answer,
  type Classified,
  type PhotoClassifier,
  photoClassifier,
} from './classify/photo-classifier';
export { writeDetectorJson } from './file-away/detector-json';
export { type FileAwayKind, type FileAwayOptions, type FileAwayStep, fileAway } from './file-away/file-away';
export { type KeywordRule, keywordsOf } from './file-away/keywords';
export { compareModels, type ModelChange, type ModelComparison } from './find/compare-models';
export { countNamed } from './find/count-named';
export { findAlike, storedVector } from './find/find-alike';
export { findDuplicates } from './find/find-duplicates';
export { type FindOptions, type FoundPhoto, findPhotos, parseSince } from './find/find-photos';
export { openTable } from './find/open-table';
export { listBreeds, parseQuery } from './find/parse-query';
export { type FoundFormat, writeFound } from './find/write-found';
export { writeParquet } from './find/write-parquet';
export { chooseModel, chosenModel } from './learn/chosen-model';
export {
  type LearnedHead,
  type LearnHeadOptions,
  learnHead,
  type NamedPhoto,
} from './learn/learn-head';
export { namedPhotos } from './learn/named-photos';
export {
  estimatePrecision,
  estimateShare,
  type JudgedPhoto,
  type PrecisionEstimate,
  setThreshold,
  suggestThreshold,
  thresholdOf,
} from './review/estimate-precision';
export { describeItem, type NextOptions, nextPhotos, type ReviewItem } from './review/next-photos';
export { invitePerson, listPeople, type Person, personOf, revokePerson } from './review/people';
export { queueTable } from './review/queue-table';
export { recordVerdict, undoVerdict, type Verdict, type VerdictInput } from './review/record-verdict';
export { type SimulateReviewOptions, simulateReview } from './review/simulate-review';
export { readThumbnail, THUMBNAIL_SIDES } from './review/thumbnail';
export { describeSummary, duration, showProgress } from './run/describe-run';
export { type ComputedAnswers, fillCatalogue } from './run/fill-catalogue';
export {
  type IndexOptions,
  indexCollection,
  localRunner,
  type Runner,
} from './run/index-collection';
export { listOpen, type OpenPhotos } from './run/list-failed';
export { listModels } from './run/models';
export { mergeParts, type PartOptions, writePart } from './run/part-file';
export { classifyHere, DEFAULT_QUEUE, queueRunner, startShardWorker } from './run/queue-runner';
export { type IndexProgress, type RunningIndex, runningIndex } from './run/run-progress';
export { fillFromShippedFeatures, type ShippedCollection, shareRight } from './run/shipped-collection';
export {
  countDecisions,
  decisionTable,
  describeCatalogue,
  type RunSummary,
} from './run/summary';
export { fsPath, showName } from './scan/file-name';
export { type FolderListing, type WalkOptions, walkFolder } from './scan/walk-folder';
export { rootFolder } from './source/s3-address';
export { cataloguePath, temporaryCatalogue } from './store/catalogue-path';
export { type Catalogue, type OpenCatalogueOptions, openCatalogue } from './store/open-catalogue';
export type { Shard, ShardFile } from './store/plan-shards';
export { addRoot, listRoots, type Root } from './store/roots';
