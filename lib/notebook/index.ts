export { type ExecuteReply, type Kernel, KernelDiedError, startKernel } from './kernel';
