import { type Interval, largestThatHolds, wilsonInterval } from '../../evaluation/index';
import { percentOf } from '../store/answer-counts';
import type { Catalogue } from '../store/open-catalogue';
import { IN_COLLECTION } from '../store/schema';
import { STRATA, stratumOf } from './strata';

/** How right the machine is where it names a breed, as far as verdicts tell. */
export interface PrecisionEstimate {
  /** Photos that the machine named. */
  photos: number;
  /** Verdicts that the estimate rests on. */
  verdicts: number;
  /** Share of the named photos whose name is right; null without verdicts. */
  precision: Interval | null;
}

/** One photo that the machine named, and what a person said of it. */
export interface JudgedPhoto {
  breed: string;
  p: number;
  /** Null: nobody has seen it. */
  right: boolean | null;
  /** Drawn at random from its stratum. */
  sampled: boolean;
}

/**
 * Share of right names by stratified sampling: in each stratum of probability the drawn photos stand for those that
 * nobody saw; photos that were judged because they were doubtful count for themselves. The interval is Wilson's at the
 * effective sample size of the stratified estimate (Korn and Graubard 1998), so it holds near 0 and 1 too.
 *
 * @param photos all that the machine named, seen or not
 * @param confidence default 0.95
 */
export function estimateShare(photos: Iterable<JudgedPhoto>, confidence = 0.95): PrecisionEstimate {
  const tally = emptyTally();
  for (const photo of photos) count(tally, photo);
  return estimate(tally, confidence);
}

/** What an estimate needs of any number of photos. */
interface Tally {
  strata: { open: number; drawn: number; right: number }[];
  total: number;
  /** Judged because they were doubtful. */
  known: number;
  knownRight: number;
  verdicts: number;
}

const emptyTally = (): Tally => ({
  strata: STRATA.map(() => ({ open: 0, drawn: 0, right: 0 })),
  ...{ total: 0, known: 0, knownRight: 0, verdicts: 0 },
});

/** @param times so many photos alike; fewer than 0 take some out */
function count(tally: Tally, { p, right, sampled }: JudgedPhoto, times = 1): void {
  tally.total += times;
  if (right !== null) tally.verdicts += times;
  const stratum = tally.strata[stratumOf(p)];
  if (!stratum) return;
  if (right !== null && !sampled) {
    tally.known += times;
    tally.knownRight += right ? times : 0;
    return;
  }
  stratum.open += times;
  if (right === null) return;
  stratum.drawn += times;
  stratum.right += right ? times : 0;
}

function estimate(tally: Tally, confidence = 0.95): PrecisionEstimate {
  const { strata, total, known, knownRight, verdicts } = tally;
  if (verdicts === 0) return { photos: total, verdicts, precision: null };
  if (known === total)
    return { photos: total, verdicts, precision: wilsonInterval(knownRight, known, confidence) };
  const [allDrawn, allRight] = [sumOf(strata, 'drawn'), sumOf(strata, 'right')];
  if (allDrawn === 0) return { photos: total, verdicts, precision: null };
  const fallback = allRight / allDrawn;
  let share = knownRight / total;
  let centre = share; // the same with a doubt in each stratum, as in the variance: else few right ones would weigh nothing
  let variance = 0;
  for (const { open, drawn, right } of strata) {
    if (open === 0) continue;
    const weight = open / total;
    const smooth = drawn > 0 ? (right + 0.5) / (drawn + 1) : fallback; // a stratum without errors is not without doubt
    const left = drawn > 0 ? 1 - drawn / open : 1;
    share += weight * (drawn > 0 ? right / drawn : fallback);
    centre += weight * smooth;
    variance += (weight ** 2 * left * smooth * (1 - smooth)) / Math.max(1, drawn);
  }
  const middle = Math.min(1 - 0.5 / total, Math.max(0.5 / total, centre));
  const effective = variance > 0 ? Math.max(1, (middle * (1 - middle)) / variance) : total;
  const { low, high } = wilsonInterval(Math.min(1, share) * effective, effective, confidence);
  return {
    photos: total,
    verdicts,
    precision: {
      estimate: Math.min(1, share),
      low,
      high: Math.min(1, high),
      confidence,
      method: 'Wilson at the effective sample size',
    },
  };
}

const sumOf = (rows: { drawn: number; right: number }[], key: 'drawn' | 'right') =>
  rows.reduce((sum, row) => sum + row[key], 0);

/** Photos that are alike for an estimate, as in a {@link Tally}. */
interface AlikePhotos extends JudgedPhoto {
  /** So many; fewer than 0: of those that were counted before, so many are others. */
  times: number;
}

/**
 * The photos that the machine named, with what people said: all of them by breed and whole percent, as the catalogue
 * keeps them counted, then those with a verdict one by one, each taken out of the former. `p` is rounded down to percent.
 */
function* judgedPhotos({ db }: Catalogue): Generator<AlikePhotos> {
  const rows = db
    .prepare(
      `select breed, percent, photos as times, null as verdict, null as said, 0 as sampled
       from answer_count where decision = 'breed'
       union all
       select p.breed, ${percentOf('p.p')}, 1, v.verdict, v.breed, v.sampled
       from photo ph cross join prediction p on p.sha256 = ph.sha256 and p.model = ph.model
       cross join review v on v.id = ph.verdict -- "cross": SQLite keeps this order, from the few with a verdict
       where ph.verdict is not null and v.verdict <> 'unusable' and p.decision = 'breed' and ${IN_COLLECTION}`,
    )
    .iterate() as IterableIterator<{
    breed: string;
    percent: number;
    times: number;
    verdict: string | null;
    said: string | null;
    sampled: number;
  }>;
  for (const { breed, percent, times, verdict, said, sampled } of rows) {
    const unseen = { breed, p: percent / 100, right: null, sampled: false };
    yield { ...unseen, times: verdict === null ? times : -times };
    if (verdict !== null) yield { ...unseen, right: said === breed, sampled: sampled === 1, times };
  }
}

/**
 * How right the machine is on this collection, over all and for each breed with verdicts.
 *
 * @example estimatePrecision(catalogue).all.precision // { estimate: 0.94, low: 0.90, high: 0.96, confidence: 0.95 }
 */
export function estimatePrecision(catalogue: Catalogue): {
  all: PrecisionEstimate;
  byBreed: (PrecisionEstimate & { breed: string })[];
} {
  const all = emptyTally();
  const byBreed = new Map<string, Tally>();
  for (const photo of judgedPhotos(catalogue)) {
    const tally = byBreed.get(photo.breed) ?? emptyTally();
    byBreed.set(photo.breed, tally);
    count(tally, photo, photo.times);
    count(all, photo, photo.times);
  }
  return {
    all: estimate(all),
    byBreed: [...byBreed]
      .map(([breed, tally]) => ({ breed, ...estimate(tally) }))
      .filter(({ verdicts }) => verdicts > 0)
      .sort((a, b) => b.photos - a.photos),
  };
}

/** Photos at or above a probability: what is known of them, and what would be if every verdict were right. */
interface ThresholdStep {
  threshold: number;
  tally: Tally;
}

/**
 * The lowest threshold at which verdicts can vouch for the machine's names: there and on the way down to it
 * (`largestThatHolds`, as thresholds are chosen when a classifier is trained) the one-sided lower bound of the stratified
 * estimate reaches the target. The bound is Wilson's at the effective sample size ({@link estimateShare}), and not an
 * exact binomial one as for the classifier, because drawn photos stand for different numbers of others.
 *
 * @param target wanted share of right names, e.g. 0.95
 * @returns a probability, or null where the verdicts can vouch for none
 */
export function suggestThreshold(catalogue: Catalogue, target: number): number | null {
  return thresholdOf(judgedPhotos(catalogue), target);
}

/** {@link suggestThreshold} of any photos. */
export function thresholdOf(
  photos: Iterable<JudgedPhoto & { times?: number }>,
  target: number,
): number | null {
  const steps: ThresholdStep[] = [];
  for (let percent = 30; percent < 100; percent++)
    steps.push({ threshold: percent / 100, tally: emptyTally() });
  let verdicts = 0;
  for (const photo of photos) {
    const { times = 1 } = photo;
    if (photo.right !== null) verdicts += times;
    for (const { threshold, tally } of steps) {
      if (photo.p < threshold) break;
      count(tally, photo, times);
    }
  }
  const reaches = (tally: Tally, risk: number) =>
    (estimate(tally, 1 - 2 * risk).precision?.low ?? 0) >= target;
  const found = largestThatHolds({
    steps: steps.reverse(),
    share: ({ tally }) => tally.verdicts / verdicts,
    couldHold: ({ tally }, risk) => reaches(allRight(tally), risk),
    holds: ({ tally }, risk) => reaches(tally, risk),
  });
  return found?.threshold ?? null;
}

/** A tally as it would be if no verdict had found a mistake. */
const allRight = (tally: Tally): Tally => ({
  ...tally,
  strata: tally.strata.map(({ open, drawn }) => ({ open, drawn, right: drawn })),
  knownRight: tally.known,
});

/** Decides anew with another threshold: photos below it are "not sure". @returns how many decisions changed */
export function setThreshold({ db }: Catalogue, threshold: number): number {
  if (!(threshold >= 0 && threshold <= 1))
    throw new Error(`expected a threshold from 0 to 1, received ${threshold}`);
  return db
    .transaction(() => {
      db.prepare('update model set not_sure_below = ? where current = 1').run(threshold);
      return db
        .prepare(
          `update prediction set decision = case when p >= ? then 'breed' else 'not_sure' end
           where decision <> 'not_a_dog' and decision <> case when p >= ? then 'breed' else 'not_sure' end
           and model in (select id from model where current = 1)`,
        )
        .run(threshold, threshold).changes;
    })
    .immediate() as number;
}
