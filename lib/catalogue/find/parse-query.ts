import type { Catalogue } from '../store/open-catalogue';

/** A condition on the view `catalogue`. */
export interface Condition {
  sql: string;
  values: (string | number)[];
}

const WORDS: Record<string, string> = {
  'not sure': "decision = 'not_sure'",
  'not a dog': "decision = 'not_a_dog'",
  unusable: "decision = 'unusable'",
  failed: "state = 'failed'",
  gone: "state = 'gone'",
  reviewed: "source = 'human'",
  unreviewed: "state = 'done' and source = 'model'",
  any: '1',
};
const EXAMPLES = '"Samoyed > 0.8", "not sure and in 2023/summer", "breed < 0.6", "reviewed"';

/**
 * What is asked for, in words: conditions joined by `and`. A breed (spaces or underscores, any case) with an optional
 * bound on its probability; `breed` for any; `not sure`, `not a dog`, `unusable`, `failed`, `gone`, `reviewed`,
 * `unreviewed`; `in FOLDER`. Photos that are gone are left out unless they are asked for.
 *
 * @throws Error for what is none of these, naming breeds that come near
 * @example parseQuery(catalogue, 'samoyed > 0.8').sql
 */
export function parseQuery(catalogue: Catalogue, text: string): Condition {
  const parts = text.split(/\s+and\s+/i).map((part) => parsePart(catalogue, part.trim()));
  const gone = parts.some(({ sql }) => sql === WORDS.gone) ? [] : ["state <> 'gone'"];
  return {
    sql: [...gone, ...parts.map(({ sql }) => `(${sql})`)].join(' and '),
    values: parts.flatMap(({ values }) => values),
  };
}

function parsePart(catalogue: Catalogue, part: string): Condition {
  const word = WORDS[part.toLowerCase().replaceAll('_', ' ')];
  if (word) return { sql: word, values: [] };
  const place = /^in\s+(.+)$/i.exec(part)?.[1];
  if (place) {
    const folder = place.replace(/^\/+|\/+$/g, '');
    return {
      sql: '(folder = ? or substr(folder, 1, ?) = ?)',
      values: [`${folder}/`, folder.length + 1, `${folder}/`],
    };
  }
  const [, name = part, operator, bound] = /^(.+?)\s*(<=|>=|<|>)\s*([\d.]+)\s*%?$/.exec(part) ?? [];
  const breeds = listBreeds(catalogue);
  const limit =
    operator && bound
      ? { sql: ` and probability ${operator} ?`, values: [toProbability(bound, part)] }
      : { sql: '', values: [] };
  if (/^breed$/i.test(name.trim()) && operator)
    return { sql: `decision <> 'not_a_dog'${limit.sql}`, values: limit.values };
  const wanted = normal(name);
  const breed = breeds.find((known) => normal(known) === wanted);
  if (!breed) {
    const near = breeds
      .filter((known) => normal(known).includes(wanted) || wanted.includes(normal(known)))
      .slice(0, 5);
    throw new Error(
      `expected a breed or a word like ${EXAMPLES}, received "${part}"${near.length > 0 ? `; breeds that come near: ${near.join(', ')}` : ''}`,
    );
  }
  // without a bound: what counts as that breed; with one, whatever was decided
  const decided = operator ? "decision in ('breed', 'not_sure')" : "decision = 'breed'";
  return { sql: `${decided} and breed = ?${limit.sql}`, values: [breed, ...limit.values] };
}

function toProbability(text: string, part: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1))
    throw new Error(`expected a probability from 0 to 1, received ${text} in "${part}"`);
  return value;
}

const normal = (name: string) =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');

/** Breeds of the models and of people's verdicts, sorted. */
export function listBreeds({ db }: Catalogue): string[] {
  const names = new Set<string>();
  for (const json of db.prepare('select class_names from model').pluck().all() as string[])
    for (const name of JSON.parse(json) as string[]) names.add(name);
  for (const name of db
    .prepare('select distinct breed from review where breed is not null')
    .pluck()
    .all() as string[])
    names.add(name);
  return [...names].sort();
}
