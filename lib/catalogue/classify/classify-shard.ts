import { isAbsolute } from 'node:path';
import { runAhead } from '../../base/index';
import type { RgbImage } from '../../image/index';
import { showName } from '../scan/file-name';
import type { Shard, ShardFile } from '../store/plan-shards';
import type { Answer, PhotoClassifier } from './photo-classifier';
import type { PhotoFacts } from './photo-facts';
import { type ReadPhoto, readPhotoFile } from './read-photo-file';

/** What is known of one file after its turn: plain JSON, so that it can travel. */
export interface Row {
  id: number;
  size: number;
  mtime: number;
  /** Of an object in a bucket. */
  etag?: string;
  sha256: string | null;
  /** `done` without an answer: a photo that was known already. */
  state: 'done' | 'failed' | 'gone' | 'pending';
  facts?: PhotoFacts;
  answer?: Answer;
  /** base64 of little-endian float32. */
  vector?: string;
  features?: string;
  errorCode?: string;
  error?: string;
}

/** Options of {@link classifyFiles}. */
export interface ClassifyOptions {
  /** Keep the backbone's own features too, so that a new head needs no photo. */
  keepFeatures?: boolean;
  signal?: AbortSignal;
}

/** Batches that the engine keeps a graph for; a rest is filled up to the next of them. */
const BATCH_SIZES = [16, 4, 1];
/** Photos decoded ahead of the network. */
const AHEAD = 48;
/** Files that need no network are handed on at the latest so many together. */
const MOST_ROWS = 256;

interface Task {
  root: string;
  file: ShardFile;
}

/**
 * Answers for files as they come: read, hashed and decoded ahead of the network, computed in batches. A damaged photo
 * is a row like any other. Rows come in the order of the tasks.
 *
 * @param tasks files with the folder or `s3://` address of their root; taken as late as possible
 * @throws RootGoneError when a drive went away
 */
export async function* classifyFiles(
  tasks: Iterable<Task>,
  classifier: PhotoClassifier,
  options: ClassifyOptions = {},
): AsyncGenerator<Row[]> {
  const [batchSize = 1] = BATCH_SIZES;
  let read: ReadPhoto[] = [];
  const outcomes = runAhead(tasks, ({ root, file }) => readPhotoFile(root, file, classifier.input), AHEAD);
  for await (const outcome of outcomes) {
    if ('error' in outcome) throw outcome.error;
    if (options.signal?.aborted) return;
    read.push(outcome.value);
    if (read.length < MOST_ROWS && read.filter(({ image }) => image).length < batchSize) continue;
    yield await answerAll(read, classifier, options);
    read = [];
  }
  if (read.length > 0) yield await answerAll(read, classifier, options);
}

/**
 * All answers of one shard: the unit of work on another machine.
 *
 * @param root where the shard's root lies on this machine, or its `s3://` address
 * @throws Error when the classifier is another model than the shard asks for
 */
export async function classifyShard(
  shard: Shard,
  root: string,
  classifier: PhotoClassifier,
  options: ClassifyOptions = {},
): Promise<Row[]> {
  if (shard.model !== classifier.id)
    throw new Error(
      `expected the model ${shard.model}, this worker has ${classifier.id}: give it the same folder`,
    );
  const astray = shard.files.find(({ path }) => isAbsolute(path) || path.split('/').includes('..'));
  if (astray) throw new Error(`expected paths below the root, received ${showName(astray.path)}`);
  const rows: Row[] = [];
  const tasks = shard.files.map((file) => ({ root, file }));
  for await (const part of classifyFiles(tasks, classifier, options)) rows.push(...part);
  return rows;
}

async function answerAll(
  read: ReadPhoto[],
  classifier: PhotoClassifier,
  options: ClassifyOptions,
): Promise<Row[]> {
  const answered = await answer(
    read.filter(({ image }) => image),
    classifier,
    options,
  );
  const byFile = new Map(answered.map((row) => [row.id, row]));
  return read.map((photo) => byFile.get(photo.file.id) ?? rowWithoutAnswer(photo));
}

async function answer(
  read: ReadPhoto[],
  classifier: PhotoClassifier,
  options: ClassifyOptions,
): Promise<Row[]> {
  const rows: Row[] = [];
  let rest = read;
  while (rest.length > 0) {
    const size = BATCH_SIZES.find((n) => n <= rest.length || rest.length > n / 4) ?? 1;
    const batch = rest.slice(0, size);
    rest = rest.slice(size);
    const images = batch.flatMap(({ image }) => image ?? []);
    const [first] = images;
    const filled: RgbImage[] = first ? [...images, ...Array<RgbImage>(size - images.length).fill(first)] : [];
    const answers = await classifier.classify(filled);
    for (const [i, { file, mtime, etag, size: bytes, sha256, facts }] of batch.entries()) {
      const found = answers[i];
      if (!found) throw new Error(`expected ${batch.length} answers, received ${answers.length}`);
      const { decision, top, strangeness, vector, features } = found;
      rows.push({
        id: file.id,
        size: bytes,
        mtime,
        etag,
        sha256,
        state: 'done',
        facts,
        answer: { decision, top, strangeness },
        vector: toBase64(vector),
        ...(options.keepFeatures && { features: toBase64(features) }),
      });
    }
  }
  return rows;
}

function rowWithoutAnswer({ file, size, mtime, etag, sha256, failure }: ReadPhoto): Row {
  const row = { id: file.id, size, mtime, etag, sha256 };
  if (!failure) return { ...row, state: 'done' };
  if (failure.code === 'gone') return { ...row, state: 'gone' };
  return { ...row, state: 'failed', errorCode: failure.code, error: failure.message };
}

const toBase64 = (values: Float32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
