export {
  BACKEND_NAME,
  type OnnxruntimeInfo,
  type OnnxruntimeOptions,
  type Provider,
  registerOnnxruntimeBackend,
} from './register';
