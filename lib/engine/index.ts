export { exportModel } from './export-model';
export { type KeptGraph, type MadeGraph, type OpenKeptOptions, openKept } from './kept-graphs';
export {
  float,
  graphFunction,
  type OnnxConstant,
  type OnnxGraph,
  type OnnxNode,
  type OnnxRunner,
  openOnnx,
  optimizeOnnx,
  readOnnx,
  writeOnnx,
} from './onnx-graph';
export { processorFlags } from './processor-flags';
export { processorEngine, startEngine } from './start-engine';
export type { BackendName, EngineInfo, EngineOptions, ProviderName } from './types';
