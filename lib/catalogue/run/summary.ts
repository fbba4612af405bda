import type { PhotoClassifier } from '../classify/photo-classifier';
import type { ScanCounts } from '../scan/scan-root';
import type { Catalogue } from '../store/open-catalogue';
import { countOlder } from './models';

/** What a run came to. */
export interface RunSummary {
  run: number;
  outcome?: 'done' | 'stopped' | 'failed';
  /** What the scan found, by number of files. */
  files: {
    seen: number;
    added: number;
    changed: number;
    moved: number;
    gone: number;
    returned: number;
    unchanged: number;
  };
  /** Files that are no photos, by ending. */
  others: Record<string, number>;
  unreadableFolders: { folder: string; code: string }[];
  /** Photos that the network answered in this run. */
  computed: number;
  seconds: number;
  /** Files of the collection by decision: breed, not_sure, not_a_dog, unusable, failed, pending. */
  decisions: Record<string, number>;
  /** Photos that could not be read, of this run. */
  failedNow: number;
  /** Answers of an older model. */
  older: number;
}

/** Makes the summary of a run out of the catalogue. */
export function summarize(
  { db, ...rest }: Catalogue,
  run: number,
  facts: {
    scans: readonly ScanCounts[];
    moved: Moved;
    classifier: PhotoClassifier;
    computed: number;
    seconds: number;
  },
): RunSummary {
  const { scans, moved, classifier, computed, seconds } = facts;
  const sum = (key: 'files' | 'added' | 'changed' | 'gone' | 'returned' | 'unchanged') =>
    scans.reduce((total, scan) => total + scan[key], 0);
  const others: Record<string, number> = {};
  for (const scan of scans) for (const [ending, n] of scan.others) others[ending] = (others[ending] ?? 0) + n;
  const count = (sql: string, ...values: unknown[]) =>
    (db
      .prepare(sql)
      .pluck()
      .all(...values)[0] as number) ?? 0;
  return {
    run,
    files: {
      seen: sum('files'),
      // the scan sees one that moved as one that came and one that went
      added: sum('added') - moved.inThisRun,
      changed: sum('changed'),
      moved: moved.files,
      gone: sum('gone') - moved.inThisRun,
      returned: sum('returned'),
      unchanged: sum('unchanged'),
    },
    others,
    unreadableFolders: scans.flatMap(({ unreadable }) => unreadable),
    computed,
    seconds,
    decisions: countDecisions({ db, ...rest }),
    failedNow: count("select count(*) from file where state = 'failed' and last_run = ?", run),
    older: countOlder({ db, ...rest }, classifier.id),
  };
}

/** What is said of the photos of a decision or state, in the order in which they are told. */
export const DECISION_WORDS: Record<string, string> = {
  breed: 'with a breed',
  not_sure: 'not sure',
  not_a_dog: 'not a dog',
  unusable: 'unusable',
  failed: 'could not be read',
  pending: 'not looked at yet',
};

/** Files by decision; `failed` could not be read, `pending` wait for a run. */
export function countDecisions({ db }: Catalogue): Record<string, number> {
  // by the answers as the catalogue keeps them counted; those whose photo has a verdict are taken out and counted by it
  const rows = db
    .prepare(
      `with judged as (
         select p.decision, case when v.verdict in ('confirm', 'change') then 'breed' else v.verdict end as verdict,
           (select count(*) from file f where f.sha256 = ph.sha256 and f.state = 'done') as files
         from photo ph cross join review v on v.id = ph.verdict
         left join prediction p on p.sha256 = ph.sha256 and p.model = ph.model
         where ph.verdict is not null)
       select decision, sum(files) as n from (
         select decision, files from answer_count
         union all select decision, -files from judged where decision is not null
         union all select verdict, files from judged
         union all select state, count(*) from file where state in ('failed', 'gone') group by 1
         union all select 'all', count(*) from file)
       group by 1`,
    )
    .all() as { decision: string; n: number }[];
  const { all = 0, gone = 0, ...counts } = Object.fromEntries(rows.map(({ decision, n }) => [decision, n]));
  const pending = Object.values(counts).reduce((left, n) => left - n, all - gone);
  return Object.fromEntries(
    Object.entries({ ...counts, pending })
      .filter(([, n]) => n > 0)
      .sort(),
  );
}

/** Photos by decision, in words. @example showTable(decisionTable(catalogue)) */
export const decisionTable = (catalogue: Catalogue): { decision: string; photos: number }[] =>
  Object.entries(countDecisions(catalogue)).map(([decision, photos]) => ({
    decision: DECISION_WORDS[decision] ?? decision,
    photos,
  }));

/**
 * What a notebook's summary says of a catalogue: where it is, and its files by decision.
 *
 * @param file what was opened; empty for one of shipped features
 */
export const describeCatalogue = (catalogue: Catalogue, file: string) => ({
  name: file || 'the features that ship with the project',
  fingerprint: '',
  counts: Object.fromEntries(decisionTable(catalogue).map(({ decision, photos }) => [decision, photos])),
});

/** Files that moved: those that this run joined, and how many of them both went and came in it. */
export interface Moved {
  files: number;
  inThisRun: number;
}

/**
 * A file that went and one that came with the same bytes are one that moved: the new row tells where it was, the old
 * one goes.
 */
export function joinMoved({ db }: Catalogue, run: number): Moved {
  const next = db.prepare(
    `select went.id, went.sha256, went.last_run as gone, went.root || ':' || went.folder || went.name as path from file went
     where went.state = 'gone' and went.id > ? and exists (
       select 1 from file came where came.sha256 = went.sha256 and came.state = 'done' and came.first_run = went.last_run
         and came.moved_from is null)
     order by went.id limit ${MOVED_AT_ONCE}`,
  );
  const here = db.prepare(
    "select min(id) as id from file where sha256 = ? and state = 'done' and first_run = ? and moved_from is null",
  );
  const tell = db.prepare('update file set moved_from = ?, last_run = ? where id = ?');
  const drop = db.prepare('delete from file where id = ?');
  const moved: Moved = { files: 0, inThisRun: 0 };
  const joinSome = db.transaction((after: number): number | null => {
    const went = next.all(after) as { id: number; sha256: string; gone: number; path: string }[];
    for (const { id, sha256, gone, path } of went) {
      const came = here.get(sha256, gone) as { id: number | null };
      if (came.id === null) continue; // two went, one came
      tell.run(path, run, came.id);
      drop.run(id);
      moved.files++;
      if (gone === run) moved.inThisRun++;
    }
    return went.at(-1)?.id ?? null;
  }) as (after: number) => number | null;
  for (let last: number | null = 0; last !== null; ) last = joinSome(last);
  return moved;
}

const MOVED_AT_ONCE = 1000;

/** Failures of the disk are tried again in each run; photos that cannot be decoded only when asked for. */
export function retryFailed({ db }: Catalogue, all: boolean): void {
  db.prepare(
    `update file set state = 'pending' where state = 'failed' and (? or error_code in ('io', 'changing'))`,
  ).run(all ? 1 : 0);
}
