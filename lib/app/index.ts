export { ApiError } from './api-error';
export { decodeForModel, TOP } from './inference/answer-photo';
export { loadIndexModel } from './inference/load-index-model';
export { finalModelFolder, loadServedModel } from './inference/load-served-model';
export { DEFAULT_LIMITS, type Limits } from './limits';
export { firstLine, readPhoto } from './read-photo';
export { RESULT_COLUMNS, type ResultRow, resultLine, resultsCsv } from './results-csv';
export { type App, type AppOptions, DEFAULT_PORT, startApp } from './start-app';
