// A process that takes a collection through a whole life and says what memory it took: node --import tsx memory-child.ts FOLDER FILES
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import {
  addRoot,
  estimatePrecision,
  findAlike,
  findDuplicates,
  findPhotos,
  indexCollection,
  openCatalogue,
  type Row,
  type Runner,
  suggestThreshold,
  writeFound,
} from '../../../lib/catalogue/index';
import { planShards, type ShardFile } from '../../../lib/catalogue/store/plan-shards';
import { meanColourClassifier } from './mean-colour-classifier';

const [folder = '', text = ''] = process.argv.slice(2);
const count = Number(text);
const FILES_A_FOLDER = 500;
const VALUES = 16;
const classifier = meanColourClassifier();
const photos = join(folder, 'photos');
const catalogue = openCatalogue(join(folder, 'catalogue.sqlite'));
mkdirSync(photos);
const root = addRoot(catalogue, photos);

/** What a network would say: another hash, answer and vector for each name, wherever it lies. */
function rowOf({ id, path, size, mtime }: ShardFile): Row {
  const digest = createHash('sha256')
    .update(path.slice(path.lastIndexOf('/')))
    .digest();
  const p = digest.readUInt16BE(0) / 65_536;
  return {
    ...{ id, size, mtime, sha256: digest.toString('hex'), state: 'done' },
    facts: {
      ...{ format: 'jpeg', width: 40, height: 30, orientation: null, takenAt: null },
      dhash: digest.toString('hex', 8, 16),
    },
    answer: {
      decision: p < 0.6 ? 'not_sure' : 'breed',
      top: [
        ['red', p],
        ['green', 1 - p],
      ],
      strangeness: null,
    },
    vector: Buffer.from(Float32Array.from({ length: VALUES }, (_, i) => digest[i] ?? 0).buffer).toString(
      'base64',
    ),
  };
}

const runner: Runner = {
  async run(shards, sink) {
    for (const { files } of shards) await sink(files.map(rowOf), 'nobody');
  },
};
const index = () => indexCollection(catalogue, [root], { classifier, runner, acceptGone: true });

/** Most memory of the process so far, MiB. */
const peak: Record<string, number> = {};
async function step(name: string, work: () => unknown): Promise<void> {
  await work();
  peak[name] = Math.round(process.resourceUsage().maxRSS / 1024);
}

const expect = (name: string, received: number, expected: number) => {
  if (received !== expected) throw new Error(`expected ${expected} ${name}, received ${received}`);
};

async function main(): Promise<void> {
  for (let i = 0; i < count; i++) {
    const below = join(photos, `${Math.floor(i / FILES_A_FOLDER)}`);
    if (i % FILES_A_FOLDER === 0) mkdirSync(below);
    writeFileSync(join(below, `${i}.jpg`), '');
  }
  await step('start', () => {});
  await step('index', async () => expect('new', (await index()).files.added, count));
  await step('look again', async () => expect('unchanged', (await index()).files.unchanged, count));
  await step('move', async () => {
    const half = Math.floor(count / FILES_A_FOLDER / 2);
    for (let i = 0; i < half; i++) renameSync(join(photos, `${i}`), join(photos, `moved ${i}`));
    expect('moved', (await index()).files.moved, half * FILES_A_FOLDER);
  });
  await step('plan', () => {
    catalogue.db.exec("update file set state = 'pending'");
    let planned = 0;
    for (const { files } of planShards(catalogue, classifier.id)) planned += files.length;
    catalogue.db.exec("update file set state = 'done'");
    expect('planned', planned, count);
  });
  await step('find', async () => {
    const out = new Writable({ write: (_chunk, _encoding, done) => void setImmediate(done) });
    expect('found', await writeFound(catalogue, findPhotos(catalogue, {}), 'csv', out), count);
  });
  await step('find alike', () => {
    const vector = new Float32Array(VALUES).fill(1);
    expect('alike', findAlike(catalogue, vector, classifier.backbone, 5).length, 5);
  });
  await step('find duplicates', () => expect('groups', findDuplicates(catalogue).length, 0));
  await step('measure', () => void [estimatePrecision(catalogue), suggestThreshold(catalogue, 0.95)]);
  catalogue.close();
  process.stdout.write(JSON.stringify(peak));
}

void main();
