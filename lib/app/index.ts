export { type ExportOptions, exportCommand } from './export-command';
export { DEFAULT_LIMITS, type Limits } from './limits';
export { type PredictOptions, predictCommand } from './predict-command';
export { RESULT_COLUMNS, type ResultRow, resultLine, resultsCsv } from './results-csv';
export { type ServeOptions, serveCommand } from './serve-command';
export { type App, type AppOptions, DEFAULT_PORT, startApp } from './start-app';
