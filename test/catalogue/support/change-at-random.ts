// A collection that is changed at random until the process is killed: node --import tsx change-at-random.ts CATALOGUE SEED
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, type Random } from '../../../lib/base/index';
import {
  addRoot,
  type Catalogue,
  indexCollection,
  openCatalogue,
  type Row,
  type Runner,
  recordVerdict,
  setThreshold,
  undoVerdict,
  type Verdict,
} from '../../../lib/catalogue/index';
import { meanColourClassifier } from './mean-colour-classifier';

const MODELS = ['old', 'new'] as const;
const BREEDS = ['Samoyed', 'chow', 'keeshond'] as const;
const VERDICTS: Verdict[] = ['confirm', 'change', 'change', 'not_a_dog', 'unusable', 'skip'];

/** What somebody may do who has SQL. */
const BY_HAND = [
  `insert or ignore into file (root, folder, name, size, mtime, sha256, state, first_run, last_run)
   select 'elsewhere', '', sha256, 1, 1, sha256, 'done', 1, 1 from photo order by random() limit 3`,
  'delete from file where id in (select id from file order by random() limit 3)',
  'delete from photo where sha256 in (select sha256 from photo order by random() limit 1)',
  'delete from prediction where rowid in (select rowid from prediction order by random() limit 1)',
  "update prediction set p = 0.5, breed = 'Samoyed' where rowid in (select rowid from prediction order by random() limit 1)",
  "update photo set model = case model when 'old' then 'new' else 'old' end where sha256 < '4'",
];

/** What a network would say: an answer that hangs on the bytes and the model; one photo in sixteen is damaged. */
async function rowOf(root: string, model: string, { id, path, size, mtime, maybe }: ShardFile): Promise<Row> {
  const bytes = await readFile(join(root, path));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const digest = createHash('sha256').update(`${sha256} ${model}`).digest();
  const stamp = { id, size, mtime, sha256 };
  if (sha256.startsWith('a')) return { ...stamp, state: 'failed', errorCode: 'damaged', error: 'cut short' };
  if (maybe.includes(sha256)) return { ...stamp, state: 'done' };
  return {
    ...{ ...stamp, state: 'done' },
    facts: {
      ...{ format: 'jpeg', width: 40, height: 30, orientation: null, takenAt: null },
      dhash: digest.toString('hex', 8, 16),
    },
    answer: {
      decision: digest.readUInt8(0) < 30 ? 'not_a_dog' : 'breed',
      top: [[BREEDS[digest.readUInt8(1) % BREEDS.length] ?? '', digest.readUInt8(2) / 255]],
      strangeness: null,
    },
  };
}

type ShardFile = Parameters<Runner['run']>[0] extends Iterable<{ files: (infer File)[] }> ? File : never;

/**
 * One change after another to a collection with at most some dozens of small files, copies among them, beside its
 * catalogue: files come, change, move and go, people judge and take back, thresholds are set, models index and refresh.
 */
export function changeAtRandom(catalogue: Catalogue, random: Random): (in_?: Catalogue) => Promise<void> {
  const photos = `${catalogue.path}.photos`;
  const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)] as T;
  const names = async () =>
    (await readdir(photos, { recursive: true })).filter((name) => name.endsWith('.jpg'));
  const nameOf = () => join(pick(['.', 'a', 'b']), `${random.integer(30)}.jpg`);
  const steps: ((at: Catalogue) => unknown)[] = [
    async () => {
      for (let i = 0; i < 12; i++) await writeFile(join(photos, nameOf()), `photo ${random.integer(40)}`);
    },
    async () => {
      const known = await names();
      if (known.length > 0) await rename(join(photos, pick(known)), join(photos, nameOf()));
    },
    async () => {
      const known = await names();
      for (let i = 0; i < 3; i++) if (known.length > 0) await rm(join(photos, pick(known)), { force: true });
    },
    ...Array.from({ length: 3 }, () => async (at: Catalogue) => {
      const classifier = { ...meanColourClassifier(), id: pick(MODELS) };
      const runner: Runner = {
        async run(shards, sink) {
          for (const { files, model, root } of shards)
            if (root === 'photos')
              await sink(await Promise.all(files.map((file) => rowOf(photos, model, file))), 'nobody');
        },
      };
      const options = { classifier, runner, acceptGone: true, shardSize: 8 };
      await indexCollection(at, [addRoot(at, `photos=${photos}`)], {
        ...options,
        refresh: random.next() < 0.5,
        retryFailed: random.next() < 0.2,
      });
    }),
    ...Array.from({ length: 3 }, () => ({ db, ...rest }: Catalogue) => {
      const known = db
        .prepare('select ph.sha256 from photo ph join prediction p using (sha256, model) order by 1')
        .pluck()
        .all() as string[];
      for (let i = 0; i < 3 && known.length > 0; i++)
        recordVerdict(
          { db, ...rest },
          {
            ...{
              sha256: pick(known),
              who: pick(['Ana', 'Bo']),
              verdict: pick(VERDICTS),
              breed: pick(BREEDS),
            },
            sampled: random.next() < 0.6,
          },
        );
    }),
    (at) => undoVerdict(at, pick(['Ana', 'Bo'])),
    (at) => setThreshold(at, random.integer(60) / 100),
    ({ db }) => db.exec(pick(BY_HAND)),
  ];
  return async (at = catalogue) => {
    for (const folder of ['a', 'b']) await mkdir(join(photos, folder), { recursive: true });
    await pick(steps)(at);
  };
}

async function changeForEver(file: string, seed: number): Promise<void> {
  const change = changeAtRandom(openCatalogue(file), createRandom(seed));
  process.stdout.write('open\n');
  for (;;) await change();
}

if (process.argv[1] === __filename) void changeForEver(process.argv[2] ?? '', Number(process.argv[3]));
