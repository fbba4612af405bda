/** What can compute: `auto` takes the first that works of the others, in this order. */
export type BackendName = 'auto' | 'tensorflow' | 'onnxruntime' | 'wasm' | 'cpu';

/** Where the onnxruntime backend runs its graphs. */
export type ProviderName = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';

/** Options of `startEngine`. */
export interface EngineOptions {
  /** Default `auto`, or what the environment variable DOGBREEDS_ENGINE names. */
  backend?: BackendName;
  /** Threads inside one operation. Default all cores, or the environment variable DOGBREEDS_THREADS. */
  threads?: number;
  /** Execution provider of the onnxruntime backend. Default `cpu`. */
  provider?: ProviderName;
  /** Whether this process only predicts: the onnxruntime backend is then warm after one run, see its option. Default false. */
  steadyWeights?: boolean;
}

/** What a backend's start says about it. */
export interface EngineChoice {
  /** Version of the runtime, e.g. `1.30.0`. */
  version: string;
  /** What runs below it, e.g. `cpu`, `cuda`, `simd`. */
  provider: string;
  threads: number;
}

/** The engine that computes in this process. */
export interface EngineInfo extends EngineChoice {
  /** Name of the TF.js backend. */
  backend: string;
  /** One line for reports, e.g. `onnxruntime 1.30.0 (cpu, 2 threads, TensorFlow.js 4.22.0, Node 20.20.2)`. */
  description: string;
}
