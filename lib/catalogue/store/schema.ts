import { ANSWER_COUNTS, COUNT_ANSWERS } from './answer-counts';

/** Version of the tables, kept in the file's `user_version`. */
export const SCHEMA_VERSION = 4;

/**
 * The tables of a catalogue. Times are ISO 8601 in UTC unless a column says otherwise; a path is `folder || name`,
 * relative to its root, `/`-separated. Big values have a table of their own: rows that are searched stay short.
 */
export const SCHEMA = `
create table if not exists root (
  name text primary key,
  folder text not null -- where the root lies on the machine that writes the catalogue
);
create table if not exists file (
  id integer primary key,
  root text not null,
  folder text not null, -- '' or 'a/b/'
  name text not null,
  size integer not null,
  mtime real not null, -- milliseconds since 1970
  etag text, -- of an object in a bucket
  sha256 text,
  state text not null check (state in ('pending', 'done', 'failed', 'gone')),
  error_code text,
  error text,
  first_run integer not null,
  last_run integer not null, -- of the last run that changed this row
  moved_from text,
  unique (root, folder, name)
);
create index if not exists file_open on file (id) where state = 'pending';
create index if not exists file_bad on file (state) where state in ('failed', 'gone');
create index if not exists file_content on file (sha256, state);
drop index if exists file_hash; -- of an earlier version
drop index if exists file_size; -- of an earlier version
create index if not exists file_known_size on file (size) where sha256 is not null;
create table if not exists listing ( -- a folder as the last scan found it, when all of it was known
  root text not null,
  folder text not null,
  digest text not null,
  primary key (root, folder)
);
create table if not exists photo (
  sha256 text primary key,
  format text not null,
  width integer not null, -- turned upright, px
  height integer not null,
  orientation integer,
  taken_at text, -- local time of the camera
  dhash text, -- 64 bits as hexadecimal
  model text not null, -- the model whose prediction counts
  verdict integer -- the review that counts: the latest that nobody took back
);
create index if not exists photo_model on photo (model);
create index if not exists photo_verdict on photo (verdict) where verdict is not null;
create table if not exists prediction (
  sha256 text not null,
  model text not null,
  decision text not null check (decision in ('breed', 'not_sure', 'not_a_dog')),
  breed text not null, -- the likeliest, whatever the decision
  p real not null,
  top5 text not null, -- JSON: [[breed, calibrated probability], ...]
  strangeness real,
  engine text not null,
  worker text not null,
  at text not null,
  primary key (sha256, model)
);
create index if not exists prediction_breed on prediction (breed, p);
create index if not exists prediction_doubt on prediction (decision, p);
create table if not exists model (
  id text primary key,
  description text not null,
  class_names text not null, -- JSON
  temperature real not null,
  not_sure_below real not null,
  backbone text,
  first_used text not null,
  current integer not null default 0
);
create table if not exists embedding (
  sha256 text not null,
  backbone text not null,
  vector blob not null, -- 256 little-endian float32
  features blob, -- the backbone's own, float32, with --keep-features
  primary key (sha256, backbone)
);
create table if not exists review ( -- append only
  id integer primary key,
  sha256 text not null,
  at text not null,
  who text not null,
  verdict text not null check (verdict in ('confirm', 'change', 'not_a_dog', 'unusable', 'skip', 'undo')),
  breed text,
  undoes integer, -- the id that an undo takes back
  model text, -- and the answer that was shown
  shown text,
  sampled integer not null default 0 -- 1: drawn at random from its stratum, not chosen by doubt
);
create index if not exists review_photo on review (sha256, id);
create index if not exists review_undone on review (undoes) where undoes is not null;
create table if not exists run (
  id integer primary key,
  kind text not null,
  started text not null,
  ended text,
  model text,
  outcome text not null, -- running, done, stopped, failed
  counts text, -- JSON
  versions text -- JSON
);
create table if not exists person (
  name text primary key,
  role text not null check (role in ('view', 'review')),
  token_sha256 text not null unique,
  invited text not null,
  revoked text
);
create table if not exists lease ( -- who looks at a photo just now
  sha256 text primary key,
  who text not null,
  until_ms real not null
);
create table if not exists written ( -- what was filed away, so that only our own is ever removed
  file integer not null,
  kind text not null,
  target text not null,
  content text not null,
  primary key (file, kind)
);
create table if not exists setting (
  key text primary key,
  value text not null
);
create view if not exists catalogue as -- one row for each file; a person's verdict wins
  select
    f.id, f.root, f.folder || f.name as path, f.folder, f.name, f.sha256, f.size, f.mtime, f.state,
    f.error_code, f.error,
    ph.format, ph.width, ph.height, ph.taken_at, ph.dhash,
    case
      when v.verdict in ('confirm', 'change') then 'breed'
      when v.verdict is not null then v.verdict
      else p.decision
    end as decision,
    case when v.verdict is null then p.breed else v.breed end as breed,
    case when v.verdict is null then p.p else 1.0 end as probability,
    case when v.verdict is not null then 'human' when p.model is not null then 'model' end as source,
    v.who as reviewer, v.at as reviewed_at,
    p.decision as machine_decision, p.breed as machine_breed, p.p as machine_probability, p.top5, p.strangeness,
    p.model, p.at as classified_at, f.first_run
  from file f
  left join photo ph on ph.sha256 = f.sha256
  left join prediction p on p.sha256 = ph.sha256 and p.model = ph.model
  left join review v on v.id = ph.verdict;
${ANSWER_COUNTS}
${COUNT_ANSWERS}
`;

/** SQL: whether a file of the collection has the content of the photo `ph`; others were changed, or are gone. */
export const IN_COLLECTION = "exists (select 1 from file f where f.sha256 = ph.sha256 and f.state = 'done')";

/** What brings the tables of an earlier version up to date, before {@link SCHEMA}. */
export const upgradeFrom = (version: number): string =>
  version > 0 && version < 3 ? 'alter table file add column etag text;' : '';
