export { exportModel } from './export-model';
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
export { startEngine } from './start-engine';
export type { BackendName, EngineInfo, EngineOptions, ProviderName } from './types';
