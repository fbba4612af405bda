/** SQL: whole percent of a probability, rounded down exactly: the greatest k with p >= k / 100. */
export const percentOf = (p: string): string => {
  const near = `cast(${p} * 100 as integer)`; // the product may lie a hair on the other side of a whole number
  return `${near} + (${p} >= (${near} + 1) / 100.0) - (${p} < ${near} / 100.0)`;
};

/** SQL: adds photos and files to the count of an answer `a`. */
const add = (photos: string, files: string, from: string): string =>
  `insert into answer_count (model, decision, breed, percent, photos, files)
    select a.model, a.decision, a.breed, ${percentOf('a.p')}, ${photos}, ${files} from ${from}
    on conflict do update set photos = photos + excluded.photos, files = files + excluded.files;`;

type Row = 'old' | 'new';

/** A file comes into the collection (+) or leaves it (-), and its photo with it where no other file has its content. */
const addFile = (sign: '+' | '-', row: Row): string =>
  add(
    `${sign}(not exists (select 1 from file f where f.sha256 = ${row}.sha256 and f.state = 'done' and f.id <> ${row}.id))`,
    `${sign}1`,
    `prediction a where a.sha256 = ${row}.sha256 and a.model = (select model from photo where sha256 = ${row}.sha256)`,
  );

const copies = (row: Row): string =>
  `(select count(*) from file where sha256 = ${row}.sha256 and state = 'done')`;

/** A photo comes to (+) or loses (-) the answer that counts. */
const addPhoto = (sign: '+' | '-', row: Row): string =>
  add(
    `${sign}1`,
    `${sign}${copies(row)}`,
    `prediction a where a.sha256 = ${row}.sha256 and a.model = ${row}.model and ${copies(row)} > 0`,
  );

/** An answer is written (+) or no longer what it was (-), and counts if its photo points to it. */
const addAnswer = (sign: '+' | '-', row: Row): string =>
  add(
    `${sign}1`,
    `${sign}${copies(row)}`,
    `(select ${['model', 'decision', 'breed', 'p'].map((column) => `${row}.${column} as ${column}`)}) a
    where exists (select 1 from photo where sha256 = ${row}.sha256 and model = ${row}.model) and ${copies(row)} > 0`,
  );

const trigger = (name: string, event: string, ...steps: string[]): string =>
  `create trigger if not exists ${name} after ${event} begin ${steps.join('\n')} end;`;

const FILE_CHANGED = "(old.state <> 'done' or new.state <> 'done' or old.sha256 is not new.sha256)";

/**
 * SQL: a table of how many photos of the collection, and how many files of them, have which answer; kept by triggers in
 * the transaction of whatever changes it, so that a page need not look at a million rows. Lines may fall to 0.
 */
export const ANSWER_COUNTS = `
create table if not exists answer_count (
  model text not null,
  decision text not null,
  breed text not null,
  percent integer not null, -- probability in whole percent, rounded down
  photos integer not null,
  files integer not null,
  primary key (model, decision, breed, percent)
) without rowid;
${trigger('count_file_added', "insert on file when new.state = 'done'", addFile('+', 'new'))}
${trigger('count_file_gone', "delete on file when old.state = 'done'", addFile('-', 'old'))}
${trigger('count_file_left', `update of state, sha256 on file when old.state = 'done' and ${FILE_CHANGED}`, addFile('-', 'old'))}
${trigger('count_file_came', `update of state, sha256 on file when new.state = 'done' and ${FILE_CHANGED}`, addFile('+', 'new'))}
${trigger('count_photo_added', 'insert on photo', addPhoto('+', 'new'))}
${trigger('count_photo_gone', 'delete on photo', addPhoto('-', 'old'))}
${trigger('count_photo_changed', 'update of model on photo when old.model <> new.model', addPhoto('-', 'old'), addPhoto('+', 'new'))}
${trigger('count_answer_added', 'insert on prediction', addAnswer('+', 'new'))}
${trigger('count_answer_gone', 'delete on prediction', addAnswer('-', 'old'))}
${trigger('count_answer_changed', 'update of decision, breed, p on prediction', addAnswer('-', 'old'), addAnswer('+', 'new'))}
`;

/** SQL: counts everything anew, which takes as long as looking at every photo. */
export const COUNT_ANSWERS = `
delete from answer_count;
insert into answer_count (model, decision, breed, percent, photos, files)
  select p.model, p.decision, p.breed, ${percentOf('p.p')}, count(*), sum(f.files)
  from (select sha256, count(*) as files from file where state = 'done' and sha256 is not null group by sha256) f
  join photo ph on ph.sha256 = f.sha256
  join prediction p on p.sha256 = ph.sha256 and p.model = ph.model
  group by 1, 2, 3, 4;
`;
