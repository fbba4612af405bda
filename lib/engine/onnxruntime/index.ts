export { applyGraph } from './apply-graph';
export { exportOnnx, ONNX_OPSET, type OnnxExportOptions } from './export';
export { registerFileHandlers } from './files';
export {
  BACKEND_NAME,
  type OnnxruntimeInfo,
  type OnnxruntimeOptions,
  type Provider,
  registerOnnxruntimeBackend,
} from './register';
export type { Undocumented } from './run/versions';
