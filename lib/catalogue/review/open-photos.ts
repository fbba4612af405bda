import { IN_COLLECTION } from '../store/schema';

/**
 * SQL for a photo `ph` that a person `:who` may be given: nobody has judged it, nobody else looks at it just now, this
 * person has not skipped it (or took that back), and it is still in the collection.
 */
export const OPEN_FOR = `ph.verdict is null
  and not exists (select 1 from lease l where l.sha256 = ph.sha256 and l.who <> :who)
  and not exists (select 1 from review s where s.sha256 = ph.sha256 and s.who = :who and s.verdict = 'skip'
    and not exists (select 1 from review u where u.undoes = s.id))
  and ${IN_COLLECTION}`;
