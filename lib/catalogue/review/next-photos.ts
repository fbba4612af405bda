import type { Catalogue } from '../store/open-catalogue';
import { IN_COLLECTION } from '../store/schema';
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

/** SQL for photos that nobody has judged, and nobody else is looking at, and this person has not skipped. */
export const OPEN_FOR = `ph.verdict is null
  and not exists (select 1 from lease l where l.sha256 = ph.sha256 and l.who <> ?)
  and not exists (select 1 from review s where s.sha256 = ph.sha256 and s.who = ? and s.verdict = 'skip'
    and not exists (select 1 from review u where u.undoes = s.id))
  and ${IN_COLLECTION}`;

function nextDoubtful({ db }: Catalogue, { who, breed, folder }: NextOptions, count: number): string[] {
  const filters = [
    ...(breed ? ['and p.breed = ?'] : []),
    ...(folder
      ? ['and exists (select 1 from file g where g.sha256 = ph.sha256 and substr(g.folder, 1, ?) = ?)']
      : []),
  ].join(' ');
  const values = [...(breed ? [breed] : []), ...(folder ? [folder.length, folder] : [])];
  // "cross": SQLite keeps this order and walks answers from the doubtful end on, until there are enough
  const next = db
    .prepare(
      `select ph.sha256 from prediction p cross join photo ph on ph.sha256 = p.sha256 and ph.model = p.model
       where p.decision = ? and ${OPEN_FOR} ${filters} order by p.p, p.sha256 limit ?`,
    )
    .pluck();
  const found: string[] = [];
  for (const decision of ['not_sure', 'breed', 'not_a_dog'])
    if (found.length < count)
      found.push(...(next.all(decision, who, who, ...values, count - found.length) as string[]));
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
