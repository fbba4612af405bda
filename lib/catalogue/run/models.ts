import type { PhotoClassifier } from '../classify/photo-classifier';
import type { Catalogue } from '../store/open-catalogue';
import { IN_COLLECTION } from '../store/schema';

/** Makes a model the current one. */
export function registerModel(
  { db }: Catalogue,
  classifier: Omit<PhotoClassifier, 'classify' | 'input' | 'engine'>,
): void {
  const { id, description, classNames, temperature, notSureBelow, backbone } = classifier;
  db.transaction(() => {
    db.exec('update model set current = 0 where current = 1');
    db.prepare(
      `insert into model (id, description, class_names, temperature, not_sure_below, backbone, first_used, current)
       values (?, ?, ?, ?, ?, ?, ?, 1) on conflict (id) do update set current = 1`,
    ).run(
      id,
      description,
      JSON.stringify(classNames),
      temperature,
      notSureBelow,
      backbone,
      new Date().toISOString(),
    );
  })();
}

/** Asks again for every photo whose answer is another model's, one file of each; the former answers stay. */
export function requestRefresh({ db }: Catalogue, model: string): void {
  db.prepare(
    `update file set state = 'pending' where id in (
       select min(f.id) from file f join photo ph on ph.sha256 = f.sha256
       where ph.model <> ? and f.state = 'done' group by f.sha256)`,
  ).run(model);
}

/** Photos whose answer that counts is another model's. */
export function countOlder({ db }: Catalogue, model: string): number {
  const [row] = db
    .prepare(`select count(*) as n from photo ph where model <> ? and ${IN_COLLECTION}`)
    .all(model) as { n: number }[];
  return row?.n ?? 0;
}

/** The models that ever answered, and the photos of the collection whose answer that counts is theirs. */
export const listModels = ({
  db,
}: Catalogue): { id: string; description: string; current: number; photos: number }[] =>
  db
    .prepare(
      `select id, description, current,
         (select coalesce(sum(photos), 0) from answer_count where model = model.id) as photos from model`,
    )
    .all() as { id: string; description: string; current: number; photos: number }[];
