import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  addRoot,
  type Catalogue,
  type IndexOptions,
  indexCollection,
  openCatalogue,
  type PhotoClassifier,
  photoClassifier,
  type RunSummary,
} from '../../../lib/catalogue/index';
import { loadClassifier } from '../../../lib/models/index';
import { plain, saveColourModel } from '../../app/support/fixture';

/** A small picture of one colour; `seed` makes its bytes its own. */
export const photo = (colour: number[], seed = 0, format: 'png' | 'jpeg' = 'jpeg'): Promise<Buffer> =>
  plain(colour, 40 + (seed % 50), 30 + Math.floor(seed / 50))
    .toFormat(format)
    .toBuffer();

/** A folder with files, a catalogue beside it, and the colour model. */
export interface Collection {
  /** The photos' root. */
  root: string;
  folder: string;
  catalogue: Catalogue;
  classifier: PhotoClassifier;
  put(path: string, bytes: Buffer | string): Promise<void>;
  index(options?: Partial<IndexOptions>, ...folders: string[]): Promise<RunSummary>;
  /** Rows of a query. */
  rows<T = Record<string, unknown>>(sql: string, ...values: unknown[]): T[];
}

/** Makes a collection that goes with its test. */
export async function makeCollection(
  t: TestContext,
  files: Record<string, Buffer | string>,
): Promise<Collection> {
  const folder = await mkdtemp(join(tmpdir(), 'dogbreeds-catalogue-'));
  const root = join(folder, 'photos');
  await mkdir(root);
  await saveColourModel(join(folder, 'model'));
  const model = await loadClassifier(join(folder, 'model'));
  const classifier = await photoClassifier(model, 'test engine');
  const catalogue = openCatalogue(join(folder, 'catalogue.sqlite'));
  t.after(async () => {
    catalogue.close();
    model.dispose();
    await rm(folder, { recursive: true, force: true });
  });
  const put = async (path: string, bytes: Buffer | string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  };
  for (const [path, bytes] of Object.entries(files)) await put(path, bytes);
  return {
    root,
    folder,
    catalogue,
    classifier,
    put,
    index: (options = {}, ...folders) =>
      indexCollection(
        catalogue,
        (folders.length > 0 ? folders : [root]).map((path) => addRoot(catalogue, path)),
        { classifier, ...options },
      ),
    rows: <T>(sql: string, ...values: unknown[]) => catalogue.db.prepare(sql).all(...values) as T[],
  };
}
