export { loadIndexModel, openIndexModel } from './inference/load-index-model';
export { finalModelFolder, loadServedModel, openServedModel } from './inference/load-served-model';
export { type ShardClient, startShardClient } from './inference/shard-client';
export { breedName } from './page/breed-names';
export type { ResultRow } from './results/result-row';
export { resultLine, resultsCsv } from './results/results-csv';
export { type App, type AppOptions, DEFAULT_PORT, startApp } from './server/start-app';
export { untilSignal } from './server/until-signal';
