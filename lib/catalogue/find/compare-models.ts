import type { Catalogue } from '../store/open-catalogue';

/** A photo on which two models disagree. */
export interface ModelChange {
  /** `root:path` of one of its files. */
  path: string;
  before: string;
  after: string;
  /** What a person said, or null. */
  verdict: string | null;
}

/** Two models on the photos that both answered. */
export interface ModelComparison {
  photos: number;
  changed: number;
  /** Photos with a verdict, and how many of their answers agree with it. */
  judged: number;
  rightBefore: number;
  rightAfter: number;
  changes: ModelChange[];
}

/**
 * What changes from one model's answers to another's; first those where a person has spoken. Verdicts are a test set: how
 * often each model agrees with them is counted over all.
 *
 * @param limit changes that are listed, default 50
 * @throws Error for a model that the catalogue does not have
 */
export function compareModels({ db }: Catalogue, before: string, after: string, limit = 50): ModelComparison {
  const known = db.prepare('select id from model').pluck().all() as string[];
  for (const id of [before, after])
    if (!known.includes(id))
      throw new Error(`expected a model of the catalogue (${known.join(', ')}), received "${id}"`);
  const said = "case when v.verdict in ('confirm', 'change') then v.breed else v.verdict end";
  const answer = (p: string) => `case when ${p}.decision = 'breed' then ${p}.breed else ${p}.decision end`;
  const from = `from prediction a join prediction b on b.sha256 = a.sha256 join photo ph on ph.sha256 = a.sha256
    left join review v on v.id = ph.verdict where a.model = ? and b.model = ?`;
  const [counts] = db
    .prepare(
      `select count(*) as photos, sum(${answer('a')} <> ${answer('b')}) as changed, count(v.id) as judged,
         sum(v.id is not null and ${answer('a')} = ${said}) as rightBefore,
         sum(v.id is not null and ${answer('b')} = ${said}) as rightAfter ${from}`,
    )
    .all(before, after) as Omit<ModelComparison, 'changes'>[];
  const changes = db
    .prepare(
      `select (select root || ':' || folder || name from file f where f.sha256 = a.sha256 order by id limit 1) as path,
         ${answer('a')} as before, ${answer('b')} as after, ${said} as verdict ${from}
         and ${answer('a')} <> ${answer('b')} order by v.id is null, path limit ?`,
    )
    .all(before, after, limit) as ModelChange[];
  const { photos = 0, changed, judged = 0, rightBefore, rightAfter } = counts ?? {};
  return {
    photos,
    changed: changed ?? 0,
    judged,
    rightBefore: rightBefore ?? 0,
    rightAfter: rightAfter ?? 0,
    changes,
  };
}
