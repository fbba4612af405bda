import assert from 'node:assert/strict';
import {
  type Catalogue,
  countDecisions,
  estimatePrecision,
  estimateShare,
  type JudgedPhoto,
  listModels,
  suggestThreshold,
  thresholdOf,
} from '../../../lib/catalogue/index';

const TARGET = 0.3123;

/** What the catalogue keeps counted, and the same counted photo by photo. */
export function checkCounts(catalogue: Catalogue): void {
  const { db } = catalogue;
  const answers = db
    .prepare(
      `select ph.model, p.decision, p.breed, p.p,
         (select count(*) from file f where f.sha256 = ph.sha256 and f.state = 'done') as files,
         v.verdict, v.breed as said, v.sampled
       from photo ph join prediction p on p.sha256 = ph.sha256 and p.model = ph.model
       left join review v on v.id = ph.verdict`,
    )
    .all() as {
    model: string;
    decision: string;
    breed: string;
    p: number;
    files: number;
    verdict: string | null;
    said: string | null;
    sampled: number;
  }[];
  const here = answers.filter(({ files }) => files > 0);
  const slow: Record<string, [photos: number, files: number]> = {};
  for (const { model, decision, breed, p, files } of here) {
    let percent = 100;
    while (p < percent / 100) percent--;
    const key = `${model} ${decision} ${breed} ${percent}`;
    const [photos, all] = slow[key] ?? [0, 0];
    slow[key] = [photos + 1, all + files];
  }
  const kept = db
    .prepare(
      "select model || ' ' || decision || ' ' || breed || ' ' || percent as key, photos, files from answer_count where photos <> 0 or files <> 0",
    )
    .all() as { key: string; photos: number; files: number }[];
  assert.deepEqual(Object.fromEntries(kept.map(({ key, photos, files }) => [key, [photos, files]])), slow);

  for (const { id, photos } of listModels(catalogue))
    assert.equal(photos, here.filter(({ model }) => model === id).length);
  const judged = here
    .filter(({ decision }) => decision === 'breed')
    .map(
      ({ breed, p, verdict, said, sampled }): JudgedPhoto => ({
        ...{ breed, p, sampled: sampled === 1 },
        right: verdict === null || verdict === 'unusable' ? null : said === breed,
      }),
    );
  const { all, byBreed } = estimatePrecision(catalogue);
  assert.deepEqual(rounded(all), rounded(estimateShare(judged)));
  for (const { breed, ...estimate } of byBreed)
    assert.deepEqual(
      rounded(estimate),
      rounded(estimateShare(judged.filter((photo) => photo.breed === breed))),
    );
  assert.equal(suggestThreshold(catalogue, TARGET), thresholdOf(judged, TARGET));
  const decisions = db
    .prepare(
      `select case when state = 'done' then coalesce(decision, 'pending') else state end as decision, count(*) as n
       from catalogue where state <> 'gone' group by 1`,
    )
    .all() as { decision: string; n: number }[];
  assert.deepEqual(
    countDecisions(catalogue),
    Object.fromEntries(decisions.map((row) => [row.decision, row.n])),
  );
}

/** Sums in another order differ in their last digits. */
const rounded = (value: object): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, part) => (typeof part === 'number' ? Number(part.toFixed(9)) : part)),
  );
