import type { Catalogue } from '../store/open-catalogue';
import { OPEN_FOR } from './open-photos';
import { nextSampled } from './strata';

/** A photo that a person should see. */
export interface ReviewItem {
  sha256: string;
  decision: string;
  /** The machine's five likeliest breeds. */
  top: [breed: string, probability: number][];
  strangeness: number | null;
  takenAt: string | null;
  width: number;
  height: number;
  /** Where it lies: `root:path` of each copy. */
  places: string[];
  sampled: boolean;
}

/** Which photos are wanted, and by whom. */
export interface NextOptions {
  who: string;
  count?: number;
  /** `doubt`: not sure first, then the likeliest to be wrong. `sample`: at random from strata, to measure. */
  order?: 'doubt' | 'sample';
  /** Only this breed of the machine's. */
  breed?: string;
  /** Only photos below this folder. */
  folder?: string;
  now?: number;
}

/** A photo stays with the person who got it for so long. */
export const LEASE_MS = 120_000;

/**
 * The next photos for a person, who has them alone for two minutes: others get others. What has a verdict or was skipped
 * by this person is left out.
 */
export function nextPhotos(catalogue: Catalogue, options: NextOptions): ReviewItem[] {
  const { db } = catalogue;
  const { who, count = 5, order = 'doubt', now = Date.now() } = options;
  return db
    .transaction(() => {
      db.prepare('delete from lease where until_ms < ?').run(now);
      const chosen =
        order === 'sample' ? nextSampled(catalogue, who, count) : nextDoubtful(catalogue, options, count);
      const lease = db.prepare('insert or replace into lease (sha256, who, until_ms) values (?, ?, ?)');
      for (const sha256 of chosen) lease.run(sha256, who, now + LEASE_MS);
      return chosen.flatMap((sha256) => describeItem(catalogue, sha256, order === 'sample') ?? []);
    })
    .immediate() as ReviewItem[];
}

/** Photos of a breed or folder that has at most so many are sorted; of others the doubtful end is walked. */
const FEW = 20_000;

/**
 * The open photos that a person should see first: not sure, then the likeliest to be wrong.
 *
 * @param few up to so many photos of a breed or folder are taken from its own index and sorted
 * @returns content hashes, at most `count`
 */
export function nextDoubtful(
  { db }: Catalogue,
  { who, breed, folder }: Pick<NextOptions, 'who' | 'breed' | 'folder'>,
  count: number,
  few = FEW,
): string[] {
  // "cross": SQLite keeps the order of the tables
  const photo = 'cross join photo ph on ph.sha256 = p.sha256 and ph.model = p.model';
  const below = folder ? { folder, end: `${folder}\u{10FFFF}` } : {};
  const isFew = (rows: string, given: object) =>
    Number(
      db
        .prepare(`select count(*) from (${rows} limit ${few + 1})`)
        .pluck()
        .all(given)[0],
    ) <= few;
  // the roots one by one, so that each folder is found in the index of paths
  const roots = `with recursive known(root) as (select min(root) from file union all
    select (select min(root) from file where root > known.root) from known where known.root is not null)
    select root from known where root is not null`;
  const files = `select sha256 from file where root in (${roots}) and folder >= :folder and folder < :end
    and sha256 is not null`;
  const ofFolder =
    'exists (select 1 from file g where g.sha256 = ph.sha256 and g.folder >= :folder and g.folder < :end)';
  let from = `prediction p indexed by prediction_doubt ${photo}`;
  if (breed && isFew('select 1 from prediction where breed = :breed', { breed }))
    from = `prediction p indexed by prediction_breed ${photo}`;
  else if (folder && isFew(files, below))
    from = `(select distinct sha256 from (${files})) g cross join photo ph on ph.sha256 = g.sha256
      cross join prediction p on p.sha256 = ph.sha256 and p.model = ph.model`;
  const next = db
    .prepare(
      `select ph.sha256 from ${from} where p.decision = :decision and ${OPEN_FOR}
       ${breed ? 'and p.breed = :breed' : ''} ${folder ? `and ${ofFolder}` : ''}
       order by p.p, p.sha256 limit :limit`,
    )
    .pluck();
  const found: string[] = [];
  for (const decision of ['not_sure', 'breed', 'not_a_dog'])
    if (found.length < count) {
      const limit = count - found.length;
      found.push(...(next.all({ decision, who, limit, ...below, ...(breed && { breed }) }) as string[]));
    }
  return found;
}

/** One photo as the page shows it, or null where the catalogue has none. */
export function describeItem({ db }: Catalogue, sha256: string, sampled = false): ReviewItem | null {
  const [row] = db
    .prepare(
      `select p.decision, p.top5, p.strangeness, ph.taken_at, ph.width, ph.height
       from photo ph join prediction p on p.sha256 = ph.sha256 and p.model = ph.model where ph.sha256 = ?`,
    )
    .all(sha256) as {
    decision: string;
    top5: string;
    strangeness: number | null;
    taken_at: string | null;
    width: number;
    height: number;
  }[];
  if (!row) return null;
  const places = db
    .prepare("select root || ':' || folder || name from file where sha256 = ? and state = 'done' order by id")
    .pluck()
    .all(sha256) as string[];
  const { decision, top5, strangeness, taken_at: takenAt, width, height } = row;
  return { sha256, decision, top: JSON.parse(top5), strangeness, takenAt, width, height, places, sampled };
}
