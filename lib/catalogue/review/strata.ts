import { percentOf } from '../store/answer-counts';
import type { Catalogue } from '../store/open-catalogue';
import { IN_COLLECTION } from '../store/schema';
import { OPEN_FOR } from './open-photos';

/** Bounds of the strata, in whole percent: photos that the machine named, by its probability. */
export const STRATA = [0, 0.6, 0.8, 0.9, 0.95, 0.99] as const;

/** Stratum of a probability, from 0. */
export const stratumOf = (p: number): number => Math.max(0, STRATA.filter((bound) => p >= bound).length - 1);

interface Candidate {
  sha256: string;
  stratum: number;
}

/**
 * The next photos of a random sample for measuring: in each stratum photos come in the order of their hash, which is as
 * good as random; the stratum that is shortest of its share (proportional to its size and its spread) comes first.
 */
export function nextSampled({ db }: Catalogue, who: string, count: number): string[] {
  const stratum = (percent: string) =>
    `case ${STRATA.map((bound, i) => `when ${percent} >= ${Math.round(bound * 100)} then ${i} `)
      .reverse()
      .join('')} end`;
  const rows = db
    .prepare(
      `select stratum, sum(total) as total, sum(judged) as judged, sum(leased) as leased from (
         select ${stratum('percent')} as stratum, photos as total, 0 as judged, 0 as leased
         from answer_count where decision = 'breed'
         union all
         select ${stratum(percentOf('p.p'))}, 0, v.id is not null, l.sha256 is not null
         from (select sha256 from lease union select sha256 from photo where verdict is not null) seen
         cross join photo ph on ph.sha256 = seen.sha256
         cross join prediction p on p.sha256 = ph.sha256 and p.model = ph.model
         left join review v on v.id = ph.verdict and v.sampled = 1
         left join lease l on l.sha256 = ph.sha256
         where p.decision = 'breed' and ${IN_COLLECTION})
       group by stratum having sum(total) > 0`,
    )
    .all() as { stratum: number; total: number; judged: number; leased: number }[];
  const need = rows.map(({ stratum: id, total, judged, leased }) => {
    const middle = ((STRATA[id] ?? 0) + (STRATA[id + 1] ?? 1)) / 2;
    return { id, share: total * Math.sqrt(middle * (1 - middle)), taken: judged + leased };
  });
  const open = db
    .prepare(
      `select ph.sha256 from photo ph cross join prediction p on p.sha256 = ph.sha256 and p.model = ph.model
       where p.decision = 'breed' and p.p >= :from and p.p < :below and ${OPEN_FOR}
       order by ph.sha256 limit :count`,
    )
    .pluck();
  const waiting = new Map(
    need.map(({ id }) => {
      const bounds = { from: STRATA[id] ?? 0, below: STRATA[id + 1] ?? 2 };
      return [id, open.all({ ...bounds, who, count }) as string[]];
    }),
  );
  const chosen: Candidate[] = [];
  while (chosen.length < count) {
    const [next] = need
      .filter(({ id }) => (waiting.get(id)?.length ?? 0) > 0)
      .sort((a, b) => (a.taken + 1) / a.share - (b.taken + 1) / b.share);
    const sha256 = next && waiting.get(next.id)?.shift();
    if (!next || !sha256) break;
    next.taken++;
    chosen.push({ sha256, stratum: next.id });
  }
  return chosen.map(({ sha256 }) => sha256);
}
