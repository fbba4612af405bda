export { loadIndexModel } from './inference/load-index-model';
export { finalModelFolder, loadServedModel } from './inference/load-served-model';
export { TOP } from './photos/answer-photo';
export { decodeForModel } from './photos/decode-for-model';
export { firstLine, readPhoto } from './photos/read-photo';
export { type ResultRow, resultLine, resultsCsv } from './results/results-csv';
export { ApiError } from './server/api-error';
export { DEFAULT_LIMITS, type Limits } from './server/limits';
export { type App, type AppOptions, DEFAULT_PORT, startApp } from './server/start-app';
