import type { Catalogue } from '../store/open-catalogue';
import { parseQuery } from './parse-query';

/** One file as answers show it. */
export interface FoundPhoto {
  root: string;
  /** Below the root, as the catalogue keeps it: `fsPath` makes it a path. */
  path: string;
  state: string;
  decision: string | null;
  breed: string | null;
  probability: number | null;
  /** Whose word it is. */
  source: 'human' | 'model' | null;
  reviewer: string | null;
  reviewed_at: string | null;
  taken_at: string | null;
  width: number | null;
  height: number | null;
  sha256: string | null;
  model: string | null;
  error: string | null;
  /** JSON: the machine's five likeliest breeds. */
  top5: string | null;
  /** Likeness to what was asked for, 0..1, or the group of duplicates. */
  likeness?: number;
  group?: number;
}

/** The columns of {@link FoundPhoto} that the catalogue has. */
export const FOUND_COLUMNS =
  'root, path, state, decision, breed, probability, source, reviewer, reviewed_at, taken_at, width, height, sha256, model, error, top5';

/** What to find. */
export interface FindOptions {
  /** In words: see `parseQuery`. */
  query?: string;
  /** Files that came into the catalogue at or after this time. */
  since?: Date;
  limit?: number;
}

/**
 * Files that fit, likeliest first; as an iterator, so that a million need no memory.
 *
 * @throws Error for a query that cannot be understood
 * @example for (const { path, breed } of findPhotos(catalogue, { query: 'Samoyed > 0.8' })) console.log(path, breed);
 */
export const findPhotos = (catalogue: Catalogue, options: FindOptions): IterableIterator<FoundPhoto> =>
  select(catalogue, FOUND_COLUMNS, options) as IterableIterator<FoundPhoto>;

/** Numbers of the files that fit, likeliest first: for work that writes while it goes through them. */
export const findIds = (catalogue: Catalogue, options: FindOptions): number[] => {
  const ids: number[] = []; // 8 bytes each
  for (const { id } of select(catalogue, 'id', options) as IterableIterator<{ id: number }>) ids.push(id);
  return ids;
};

function select(
  catalogue: Catalogue,
  columns: string,
  { query = 'any', since, limit }: FindOptions,
): IterableIterator<unknown> {
  const condition = parseQuery(catalogue, query);
  const recent = since ? ' and first_run in (select id from run where started >= ?)' : '';
  const values = [
    ...condition.values,
    ...(since ? [since.toISOString()] : []),
    ...(limit === undefined ? [] : [limit]),
  ];
  return catalogue.db
    .prepare(
      `select ${columns} from catalogue where ${condition.sql}${recent}
       order by probability desc, root, path${limit === undefined ? '' : ' limit ?'}`,
    )
    .iterate(...values) as IterableIterator<unknown>;
}

/**
 * A time from words: `2024-05-01`, an ISO time, or so long ago: `36h`, `7d`, `2w`.
 *
 * @throws Error for anything else
 */
export function parseSince(text: string, now = new Date()): Date {
  const [, amount, unit] = /^(\d+)\s*([hdw])$/.exec(text) ?? [];
  const hours = { h: 1, d: 24, w: 168 }[unit ?? ''];
  const time =
    amount && hours ? new Date(now.getTime() - Number(amount) * hours * 3_600_000) : new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new Error(`expected a time like 2024-05-01, 36h, 7d or 2w, received "${text}"`);
  return time;
}
