import type { Catalogue } from '../store/open-catalogue';

/** What a person may say about a photo. */
export type Verdict = 'confirm' | 'change' | 'not_a_dog' | 'unusable' | 'skip';

/** A person's word on a photo. */
export interface VerdictInput {
  sha256: string;
  who: string;
  verdict: Verdict;
  /** Needed with `confirm` and `change`. */
  breed?: string;
  /** Whether the photo was drawn at random from its stratum: such verdicts estimate how right the machine is. */
  sampled?: boolean;
}

const LONGEST_BREED = 100;

/**
 * Adds a verdict, at once and for good: rows are only ever added. The latest of a photo counts.
 *
 * @returns the verdict's number
 * @throws Error for a photo that the catalogue does not have, or a breed that is missing or too long
 * @example recordVerdict(catalogue, { sha256, who: 'Ana', verdict: 'change', breed: 'Samoyed' })
 */
export function recordVerdict(
  catalogue: Catalogue,
  { sha256, who, verdict, breed, sampled }: VerdictInput,
): number {
  const { db } = catalogue;
  const named = breed?.trim() || null;
  const needsBreed = verdict === 'confirm' || verdict === 'change';
  if (needsBreed && !named) throw new Error(`expected a breed with "${verdict}", received none`);
  if (named && named.length > LONGEST_BREED)
    throw new Error(`expected a breed of at most ${LONGEST_BREED} characters, received ${named.length}`);
  const [shown] = db
    .prepare(
      'select p.model, p.breed, p.p, p.decision from photo ph join prediction p on p.sha256 = ph.sha256 and p.model = ph.model where ph.sha256 = ?',
    )
    .all(sha256) as { model: string; breed: string; p: number; decision: string }[];
  if (!shown) throw new Error(`expected a photo of the catalogue, received ${sha256}`);
  return db
    .transaction(() => {
      const { lastInsertRowid } = db
        .prepare(
          'insert into review (sha256, at, who, verdict, breed, model, shown, sampled) values (?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          sha256,
          new Date().toISOString(),
          who,
          verdict,
          needsBreed ? named : null,
          shown.model,
          JSON.stringify([shown.decision, shown.breed, shown.p]),
          sampled ? 1 : 0,
        );
      pointToVerdict(catalogue, sha256);
      db.prepare('delete from lease where sha256 = ?').run(sha256);
      return Number(lastInsertRowid);
    })
    .immediate() as number;
}

/** Makes a photo's latest verdict that nobody took back the one that counts. */
export function pointToVerdict({ db }: Catalogue, sha256: string): void {
  db.prepare(
    `update photo set verdict = (
       select max(id) from review a where a.sha256 = photo.sha256 and a.verdict not in ('undo', 'skip')
       and not exists (select 1 from review u where u.undoes = a.id))
     where sha256 = ?`,
  ).run(sha256);
}

/**
 * Takes back a person's last verdict that still holds: by a row that says so.
 *
 * @returns the photo that it was about, or null where there was none
 */
export function undoVerdict(catalogue: Catalogue, who: string): string | null {
  const { db } = catalogue;
  return db
    .transaction(() => {
      const [last] = db
        .prepare(
          `select id, sha256 from review r where who = ? and verdict <> 'undo'
           and not exists (select 1 from review u where u.undoes = r.id) order by id desc limit 1`,
        )
        .all(who) as { id: number; sha256: string }[];
      if (!last) return null;
      db.prepare("insert into review (sha256, at, who, verdict, undoes) values (?, ?, ?, 'undo', ?)").run(
        last.sha256,
        new Date().toISOString(),
        who,
        last.id,
      );
      pointToVerdict(catalogue, last.sha256);
      return last.sha256;
    })
    .immediate() as string | null;
}
