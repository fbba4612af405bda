import { displayName } from '../../base/index';
import { boxArea, type Dataset, groupByBreed } from '../../dataset/index';
import { farOutliers } from './far-outliers';
import type { DuplicatePair } from './find-duplicates';
import type { QualityRow, SuspiciousPhoto } from './quality-types';

/** One kind of thing that was looked for. */
export interface QualityFinding {
  finding: string;
  /** How many; null where it could not be looked for. */
  count: number | null;
  /** Some of them, for people. */
  examples: string;
  /** What is done about it. */
  decision: string;
}

/** A box that covers less of the photo is tiny: at 224 px such a dog is 32 px wide. */
const TINY_BOX = 0.02;
const SHOWN = 3;

/** What {@link qualityFindings} is made from. */
export interface QualityInput {
  rows: readonly QualityRow[];
  duplicates: readonly DuplicatePair[];
  groups: ReadonlyMap<string, string>;
  suspicious: readonly SuspiciousPhoto[];
  photos: Pick<Dataset, 'quarantine' | 'missing' | 'cutBoxes'> | null;
}

/** All that was looked for as one table: finding, count, examples, decision. */
export function qualityFindings({
  rows,
  duplicates,
  groups,
  suspicious,
  photos,
}: QualityInput): QualityFinding[] {
  const looked = rows.every(({ print }) => print !== undefined);
  const pairs = (finding: string, keep: (pair: DuplicatePair) => boolean, decision: string, seen = true) => {
    const found = duplicates.filter(keep);
    const shown = found.slice(0, SHOWN).map(({ a, b }) => `${nameOf(a)} = ${nameOf(b)}`);
    return { finding, count: seen ? found.length : null, examples: shown.join(', '), decision };
  };
  const listed = (finding: string, files: readonly string[] | null, decision: string): QualityFinding => ({
    finding,
    count: files?.length ?? null,
    examples: (files ?? []).slice(0, SHOWN).map(nameOf).join(', '),
    decision,
  });
  const grouped = 'kept; grouped, so that a split does not part them';
  return [
    listed(
      'unreadable, or the same file under two breeds',
      photos?.quarantine.map(({ file }) => file) ?? null,
      'quarantined',
    ),
    pairs('exact copies (pairs with the same pixels)', ({ kind }) => kind === 'exact', grouped, looked),
    pairs('near copies (pairs)', ({ kind }) => kind === 'near', grouped),
    pairs('copies across the official train and test lists', ({ acrossSplits }) => acrossSplits, grouped),
    pairs(
      'copies under two breeds: one label is wrong',
      ({ acrossBreeds }) => acrossBreeds,
      'kept; to be looked at by eye',
    ),
    { finding: 'photos that have a copy', count: groups.size, examples: '', decision: 'grouped' },
    {
      finding: 'labels that are likely wrong',
      count: suspicious.length,
      examples: suspicious
        .slice(0, SHOWN)
        .map(
          ({ file, breed, suggested }) =>
            `${nameOf(file)}: ${displayName(breed)}, rather ${displayName(suggested)}`,
        )
        .join('; '),
      decision: 'kept; the list says which',
    },
    ...outlierFindings(rows),
    listed('boxes outside of the photo', photos ? (photos.cutBoxes ?? []) : null, 'cut at the edge'),
    listed('boxes of less than 2 % of the photo', tinyBoxes(rows), 'kept'),
    balance(rows),
  ];
}

function outlierFindings(rows: readonly QualityRow[]): QualityFinding[] {
  const measure = (
    name: string,
    measured: (row: QualityRow) => number | undefined,
    scale: 'plain' | 'log',
  ): QualityFinding => {
    const values = rows.flatMap((row) => measured(row) ?? []);
    const finding = `far outside in ${name}`;
    if (rows.length === 0 || values.length < rows.length)
      return { finding, count: null, examples: '', decision: 'needs the photos' };
    const { rows: found, low, high } = farOutliers(values, scale);
    const digits = high < 10 ? 2 : 0;
    const examples = found
      .slice(0, SHOWN)
      .map((row) => `${nameOf(rows[row]?.file ?? '')} (${values[row]?.toFixed(digits)})`)
      .join(', ');
    const within = `${Math.max(0, low).toFixed(digits)} to ${high.toFixed(digits)}`;
    return { finding, count: found.length, examples, decision: `kept; most lie within ${within}` };
  };
  const sized = (of: (width: number, height: number) => number) => (row: QualityRow) =>
    row.width === undefined || row.height === undefined ? undefined : of(row.width, row.height);
  return [
    measure('size (pixels)', sized((width, height) => width * height), 'log'), // biome-ignore format: one line each
    measure('width / height', sized((width, height) => width / height), 'log'), // biome-ignore format: one line each
    measure('brightness (0 to 255)', ({ print }) => print?.brightness, 'plain'),
    measure('contrast', ({ print }) => print?.contrast, 'plain'),
    // + 1: a picture of one colour has a sharpness of 0
    measure('sharpness (variance of the Laplacian)', ({ print }) => print && print.sharpness + 1, 'log'),
  ];
}

const tinyBoxes = (rows: readonly QualityRow[]): string[] =>
  rows.filter(({ boxes }) => boxes.some((box) => boxArea(box) < TINY_BOX)).map(({ file }) => file);

function balance(rows: readonly QualityRow[]): QualityFinding {
  const counts = groupByBreed(rows)
    .map(([breed, own]) => ({ breed, photos: own.length }))
    .sort((a, b) => a.photos - b.photos || (a.breed < b.breed ? -1 : 1));
  const [fewest] = counts;
  const most = counts.at(-1);
  const ratio = fewest && most ? most.photos / fewest.photos : 1;
  return {
    finding: 'breeds with less than half of the photos of the largest',
    count: counts.filter(({ photos }) => photos < (most?.photos ?? 0) / 2).length,
    examples:
      fewest && most
        ? `${displayName(fewest.breed)} ${fewest.photos}, ${displayName(most.breed)} ${most.photos} (1 : ${ratio.toFixed(1)})`
        : '',
    decision: 'kept; scores are macro averages too',
  };
}

/** `n02085620-Chihuahua/n02085620_7.jpg` -> `n02085620_7` */
const nameOf = (file: string): string => (file.split('/').at(-1) ?? file).replace(/\.[^.]+$/, '');
