import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { NumericArray } from '../graph/value';
import { channelBlockOf } from './probe';
import type { Session, SessionFactory } from './session';
import type { Dependency } from './versions';

/** The synchronous session underneath onnxruntime-node: its `run` computes before it returns. */
interface NativeSession {
  loadModel(
    model: ArrayBufferLike,
    offset: number,
    length: number,
    options: InferenceSession.SessionOptions,
  ): void;
  run(
    feeds: Record<string, Tensor>,
    fetches: Record<string, Tensor | null>,
    options: object,
  ): Record<string, Tensor>;
  dispose(): void;
}

interface NativeModule {
  initOrt(): void;
  binding: {
    InferenceSession: new () => NativeSession;
    listSupportedBackends(): { name: string; bundled: boolean }[];
  };
}

/** onnxruntime-node cannot be loaded on this machine. */
export class NoNativeBinaryError extends Error {}

/** Minor versions of onnxruntime-node whose binding is known. */
const TESTED = ['1.29', '1.30'];

let native: NativeModule | null = null;

/**
 * onnxruntime-node's binding, which is not part of its public interface. TF.js's `dataSync` needs the result before it
 * returns, which the public interface (a promise around the same blocking call) cannot give.
 */
function nativeModule(): NativeModule {
  if (!native) {
    try {
      native = require('onnxruntime-node/dist/binding') as NativeModule;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' && isInstalled()) throw error;
      throw new NoNativeBinaryError(
        `expected onnxruntime-node to have a binary for ${process.platform}-${process.arch}, found none ` +
          `(${(error as Error).message.split('\n')[0]})`,
      );
    }
    native.initOrt();
  }
  return native;
}

/** True where onnxruntime-node is installed, whatever its files are. */
function isInstalled(): boolean {
  try {
    require.resolve('onnxruntime-node/package.json');
    return true;
  } catch {
    return false;
  }
}

/** Version of the installed onnxruntime-node. */
export function nativeVersion(): string {
  return (require('onnxruntime-node/package.json') as { version: string }).version;
}

/** What is known of the installed onnxruntime-node. @throws if it has no binary for this machine */
export function bindingOf(): Dependency {
  let binding: Partial<NativeModule['binding']> = {};
  try {
    binding = nativeModule().binding ?? {};
  } catch (error) {
    if (error instanceof NoNativeBinaryError) throw error; // else a binding of another kind
  }
  const methods: Partial<NativeSession> = binding.InferenceSession?.prototype ?? {};
  const missing = (['loadModel', 'run', 'dispose'] as const).filter(
    (name) => typeof methods[name] !== 'function',
  );
  return { name: 'onnxruntime-node', found: nativeVersion(), tested: TESTED, missing };
}

/** Execution providers that the installed binary knows. */
export function nativeProviders(): string[] {
  return nativeModule()
    .binding.listSupportedBackends()
    .map(({ name }) => name);
}

/** Opens sessions on onnxruntime-node. */
export class NativeSessionFactory implements SessionFactory {
  private block: number | null = null;

  get channelBlock(): number {
    const { executionProviders = [] } = this.options;
    const isProcessor = executionProviders.every((provider) => provider === 'cpu');
    this.block ??= isProcessor ? channelBlockOf(this) : 0;
    return this.block;
  }

  /** @throws if onnxruntime-node has no binary for this machine */
  constructor(private readonly options: InferenceSession.SessionOptions) {
    nativeModule();
  }

  open(model: Uint8Array): Session {
    const session = this.load(model);
    return {
      run(feeds, outputs) {
        const fetches: Record<string, null> = {};
        for (const name of outputs) fetches[name] = null;
        const results = session.run(feeds, fetches, {});
        const arrays: Record<string, NumericArray> = {};
        for (const name of outputs) arrays[name] = results[name]?.data as NumericArray;
        return arrays;
      },
      dispose: () => session.dispose(),
    };
  }

  /** Loads a model. Where the runtime's optimizers stumble over one, it is loaded as it was written. */
  private load(model: Uint8Array): NativeSession {
    const load = (options: InferenceSession.SessionOptions) => {
      const session = new (nativeModule().binding.InferenceSession)();
      session.loadModel(model.buffer, model.byteOffset, model.byteLength, options);
      return session;
    };
    try {
      return load(this.options);
    } catch {
      return load({ ...this.options, graphOptimizationLevel: 'disabled' });
    }
  }
}
