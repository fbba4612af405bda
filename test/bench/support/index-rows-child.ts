// Memory and times of a synthetic catalogue: node --import tsx index-rows-child.ts FILE ROWS
import {
  type Catalogue,
  estimatePrecision,
  findAlike,
  findDuplicates,
  findPhotos,
  openCatalogue,
} from '../../../lib/catalogue/index';
import { planShards } from '../../../lib/catalogue/store/plan-shards';

const VECTORS = 100_000;
const [file = '', text = ''] = process.argv.slice(2);
const rows = Number(text);
const catalogue = openCatalogue(file);
const seconds: Record<string, number> = {};
const peakMiB: Record<string, number> = {};
const counts: Record<string, number> = {};

/** @param work gives a number that shows that it was done */
function step(name: string, work: () => number): void {
  const started = performance.now();
  counts[name] = work();
  seconds[name] = Math.round(performance.now() - started) / 1000;
  peakMiB[name] = Math.round(process.resourceUsage().maxRSS / 1024);
  console.error(`${rows} rows, ${name}: ${seconds[name]} s, ${peakMiB[name]} MiB at most so far`);
}

function countOf(values: Iterable<unknown>): number {
  let n = 0;
  for (const _value of values) n++;
  return n;
}

const hash = (i: number) => i.toString(16).padStart(64, '0');

function fill({ db }: Catalogue, count: number): void {
  db.exec(`insert into root values ('r', '/nowhere');
    insert into model values ('m', 'synthetic', '${JSON.stringify(Array.from({ length: 120 }, (_, i) => `breed_${i}`))}', 1, 0.5, 'b', '', 1)`);
  const file = db.prepare(
    "insert into file (root, folder, name, size, mtime, sha256, state, first_run, last_run) values ('r', ?, ?, 1000, 1, ?, 'done', 1, 1)",
  );
  const photo = db.prepare(
    "insert into photo (sha256, format, width, height, dhash, model) values (?, 'jpeg', 1, 1, ?, 'm')",
  );
  const prediction = db.prepare(
    "insert into prediction values (?, 'm', 'breed', ?, ?, '[]', null, 'e', 'w', '')",
  );
  for (let start = 0; start < count; start += 10_000)
    db.transaction(() => {
      for (let i = start; i < Math.min(count, start + 10_000); i++) {
        file.run(`folder-${Math.floor(i / 1000)}/`, `${i}.jpg`, hash(i));
        photo.run(hash(i), dhashOf(i));
        prediction.run(hash(i), `breed_${i % 120}`, (i % 1000) / 1000);
      }
    })();
}

/** Sixteen digits as good as random. */
const dhashOf = (i: number): string =>
  [0x9e3779b1, 0x85ebca6b]
    .map((factor) => (Math.imul(i + 1, factor) ^ (Math.imul(i + 7, 0xc2b2ae35) >>> 13)) >>> 0)
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');

function fillVectors({ db }: Catalogue, count: number): number {
  const insert = db.prepare('insert into embedding (sha256, backbone, vector) values (?, ?, ?)');
  db.transaction(() => {
    for (let i = 0; i < count; i++) {
      const values = Float32Array.from({ length: 256 }, (_, k) => Math.sin(k) + Math.sin(i * (k + 1)));
      insert.run(hash(i), 'b', Buffer.from(values.buffer));
    }
  })();
  return count;
}

const { db } = catalogue;
step('fill', () => {
  fill(catalogue, rows);
  return rows;
});
step('find a breed', () => countOf(findPhotos(catalogue, { query: 'breed_7 > 0.8' })));
step('find all', () => countOf(findPhotos(catalogue, {})));
step('every row', () =>
  countOf(db.prepare('select path, breed, probability from catalogue').iterate() as Iterable<unknown>),
);
step('measure', () => estimatePrecision(catalogue).all.photos);
step('duplicates', () => findDuplicates(catalogue).length);
db.exec("update file set state = 'pending'");
step('plan', () => countOf(planShards(catalogue, 'm')));
step('fill vectors', () => fillVectors(catalogue, Math.min(rows, VECTORS)));
step(
  'find alike',
  () =>
    findAlike(
      catalogue,
      Float32Array.from({ length: 256 }, (_, i) => Math.sin(i)),
      'b',
      10,
    ).length,
);
catalogue.close();
process.stdout.write(JSON.stringify({ rows, counts, seconds, peakMiB }));
