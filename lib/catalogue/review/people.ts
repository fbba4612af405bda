import { createHash, randomBytes } from 'node:crypto';
import type { Catalogue } from '../store/open-catalogue';

/** Who may look at a catalogue from another machine. */
export interface Person {
  name: string;
  /** `view` looks, `review` judges too. */
  role: 'view' | 'review';
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/**
 * Invites a person: the token is given once and kept only as a hash; a new one replaces the old.
 *
 * @returns the token, 43 characters
 */
export function invitePerson({ db }: Catalogue, { name, role }: Person): string {
  const named = name.trim();
  if (named.length === 0 || named.length > 60)
    throw new Error(`expected a name of 1 to 60 characters, received "${name}"`);
  const token = randomBytes(32).toString('base64url');
  db.prepare(
    `insert into person (name, role, token_sha256, invited) values (?, ?, ?, ?)
     on conflict (name) do update set role = excluded.role, token_sha256 = excluded.token_sha256, invited = excluded.invited, revoked = null`,
  ).run(named, role, hashOf(token), new Date().toISOString());
  return token;
}

/** The person with a token, or null. */
export function personOf({ db }: Catalogue, token: string): Person | null {
  const [row] = db
    .prepare('select name, role from person where token_sha256 = ? and revoked is null')
    .all(hashOf(token)) as Person[];
  return row ?? null;
}

/** Takes a person's token back. @throws Error where nobody has that name */
export function revokePerson({ db }: Catalogue, name: string): void {
  const { changes } = db
    .prepare('update person set revoked = ? where name = ? and revoked is null')
    .run(new Date().toISOString(), name);
  if (changes === 0) throw new Error(`expected the name of an invited person, received "${name}"`);
}

/** Everybody who was invited. */
export const listPeople = ({ db }: Catalogue): (Person & { invited: string; revoked: string | null })[] =>
  db.prepare('select name, role, invited, revoked from person order by name').all() as (Person & {
    invited: string;
    revoked: string | null;
  })[];
