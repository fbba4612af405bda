export { type ExecuteReply, type Kernel, KernelDiedError, startKernel } from './kernel';
export { installKernel, KERNEL_NAME, kernelSpec } from './kernel-spec';
export { labCommand } from './lab-command';
export { type Notebook, readNotebook, stripNotebook, writeNotebook } from './notebook-file';
export { listParameters, type Parameter, type ParameterValue } from './parameters';
export { type Report, type ReportRun, renderReport } from './report/render-report';
export { type RunCommandOptions, runCommand } from './run-command';
export { type RunEvent, type RunFailure, type RunOptions, type RunResult, runNotebook } from './run-notebook';
