export { cacheFolder } from './files/cache-folder';
export { checkIntegrity } from './files/check-integrity';
export { readCheckedCache, writeCheckedCache } from './files/checked-cache';
export { codeOf } from './files/code-of';
export { csvLine, restoreCsvText } from './files/csv-line';
export { isClone, userDataFolder, writableData } from './files/data-folder';
export { DownloadError } from './files/download-error';
export { type DownloadOptions, downloadFile } from './files/download-file';
export { fileStamp, stampOf } from './files/file-stamp';
export { isIgnoredName } from './files/ignored-names';
export { removeStale } from './files/remove-stale';
export { fromRoot, projectRoot } from './files/root';
export { writeFileAtomic } from './files/write-file-atomic';
export { elementAt } from './numbers/element-at';
export {
  formatCount,
  formatMeasure,
  formatPart,
  formatPercent,
  formatPoints,
  SMALL_COUNT,
} from './numbers/format-number';
export { createRandom, type Random } from './numbers/random';
export { wholeNumber } from './numbers/whole-number';
export { breedOfFolder, displayName, isWordnetFolder } from './photos/breed-name';
export { describeDecodeError, MAX_PIXELS } from './photos/decode-error';
export { openPixels } from './photos/decode-heic';
export { type JpegFrame, readJpegFrame } from './photos/jpeg-frame';
export {
  checkPhotoFormat,
  type FileFormat,
  isPhotoName,
  PHOTO_FORMATS,
  sniffFormat,
} from './photos/photo-formats';
export { findChromium } from './work/find-chromium';
export { forEachLimited } from './work/for-each-limited';
export { inTime } from './work/in-time';
export { beginStoppable, cellSignal, Interrupted, type Stoppable, watchInterrupt } from './work/interrupt';
export { formatProgress, measureProgress, type OnProgress, type Progress } from './work/progress';
export { progressLine } from './work/progress-line';
export { type Outcome, runAhead } from './work/run-ahead';
