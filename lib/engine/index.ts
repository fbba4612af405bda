export { exportModel } from './export-model';
export { startEngine } from './start-engine';
export type { BackendName, EngineInfo, EngineOptions, ProviderName } from './types';
