import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, posix, win32 } from 'node:path';
import { dispose, io } from '@tensorflow/tfjs';

const SCHEME = 'file://';
const MODEL_FILE = 'model.json';
const WEIGHTS_FILE = 'weights.bin';

/**
 * The path that a `file://` address means. As with tfjs-node, what follows `file://` may be a relative path or a Windows
 * path with either slash; a proper URL (`file:///C:/my%20models`), as `pathToFileURL` makes it, is understood as well.
 *
 * @param windows whether the path is one of Windows; default: whether this is Windows
 * @example pathOf('file://./dog') // <working directory>/dog
 * @example pathOf('file:///C:/my%20dog', true) // 'C:\\my dog'
 */
export function pathOf(address: string, windows = process.platform === 'win32'): string {
  const rest = address.slice(SCHEME.length);
  const isUrl = windows ? /^\/[A-Za-z]:/.test(rest) : rest.startsWith('/');
  const decoded =
    isUrl && !rest.includes('\\') && /%[0-9a-f]{2}/i.test(rest) ? decodeURIComponent(rest) : rest;
  if (!windows) return posix.resolve(decoded);
  return win32.resolve(isUrl ? decoded.slice(1) : decoded);
}

/** Writes a file whole or not at all: under another name first, which then takes the place of the old one. */
async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Reads a `model.json`. @throws if there is none, or it is no model of TF.js */
async function readModel(path: string): Promise<io.ModelJSON> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const found = code === 'EISDIR' ? 'found a folder: add /model.json' : `could not read it (${code})`;
    throw new Error(`expected the model.json of a saved model at ${path}, ${found}`, { cause: error });
  }
  let model: Partial<io.ModelJSON> | null = null;
  try {
    model = JSON.parse(text) as Partial<io.ModelJSON>;
  } catch {
    // said below
  }
  if (model?.modelTopology && Array.isArray(model.weightsManifest)) return model as io.ModelJSON;
  throw new Error(
    `expected the model.json of a saved model at ${path}, found a file without modelTopology and weightsManifest: ` +
      'it may be damaged; save the model again',
  );
}

/** Names of the weights files that the model at `path` names and that are {@link FolderHandler}'s own. */
async function ownWeights(path: string): Promise<string[]> {
  const model = await readModel(path).catch(() => null);
  const names = model?.weightsManifest?.flatMap(({ paths }) => paths) ?? [];
  return names.filter((name) => /^weights(-[0-9a-f-]{36})?\.bin$/.test(name));
}

/** Saves models to a folder, and loads them from a `model.json`, in tfjs-node's format. */
class FolderHandler implements io.IOHandler {
  constructor(private readonly path: string) {}

  /**
   * Writes `model.json` and the weights beside it. A model that is there already stays whole until the new one is.
   * @throws if the topology is binary, or the folder cannot be written
   */
  async save({ weightData, weightSpecs, ...artifacts }: io.ModelArtifacts): Promise<io.SaveResult> {
    if (artifacts.modelTopology instanceof ArrayBuffer)
      throw new Error('expected a model whose topology is JSON, received a binary one: save it as JSON');
    await mkdir(this.path, { recursive: true });
    const modelFile = join(this.path, MODEL_FILE);
    const replaced = await ownWeights(modelFile);
    // Until the new model.json is there, the old one needs the weights that it names.
    const weightsFile = replaced.includes(WEIGHTS_FILE) ? `weights-${randomUUID()}.bin` : WEIGHTS_FILE;
    await writeWhole(join(this.path, weightsFile), new Uint8Array(io.CompositeArrayBuffer.join(weightData)));
    const weightsManifest = [{ paths: [weightsFile], weights: weightSpecs ?? [] }];
    await writeWhole(modelFile, JSON.stringify({ ...artifacts, weightsManifest }));
    for (const name of replaced) if (name !== weightsFile) await rm(join(this.path, name), { force: true });
    return {
      modelArtifactsInfo: io.getModelArtifactsInfoForJSON({ ...artifacts, weightData, weightSpecs }),
    };
  }

  /** @throws if a file is missing, cut off, or not a saved model */
  async load(): Promise<io.ModelArtifacts> {
    const model = await readModel(this.path);
    return io.getModelArtifactsForJSON(model, async (manifest) => {
      const specs = manifest.flatMap(({ weights }) => weights);
      const paths = manifest.flatMap((group) => group.paths).map((name) => join(dirname(this.path), name));
      const parts = await Promise.all(paths.map((path) => readFile(path)));
      const data = new Uint8Array(Buffer.concat(parts)).buffer;
      try {
        dispose(io.decodeWeights(data, specs));
      } catch (error) {
        throw new Error(
          `expected the weights that ${this.path} lists, found ${data.byteLength} bytes that do not fit: the model ` +
            `was copied in part or damaged; save or fetch it again (${(error as Error).message})`,
          { cause: error },
        );
      }
      return [specs, data];
    });
  }
}

/**
 * Makes `model.save('file://FOLDER')` and `tf.loadLayersModel('file://FOLDER/model.json')` work, as tfjs-node does and
 * TensorFlow.js by itself does not. Files are written whole or not at all. Nothing happens where somebody handles
 * `file://` already.
 *
 * @example
 * registerFileHandlers();
 * await model.save('file://./models/dogs');
 * const again = await tf.loadLayersModel('file://./models/dogs/model.json');
 */
export function registerFileHandlers(): void {
  const isFile = (address: string | string[]): address is string =>
    typeof address === 'string' && address.startsWith(SCHEME);
  const router = (address: string | string[]) =>
    isFile(address) ? new FolderHandler(pathOf(address)) : (null as unknown as io.IOHandler);
  if (io.getSaveHandlers(SCHEME).length === 0) io.registerSaveRouter(router);
  if (io.getLoadHandlers(SCHEME).length === 0) io.registerLoadRouter(router);
}
