import type { OnProgress } from '../../base/index';
import { type Dataset, joinPairs, photoTable } from '../../dataset/index';
import { type SuspiciousLabel, suspiciousLabels } from '../../evaluation/index';
import { type FeatureTable, rowsOfFiles } from '../../training/index';
import { type DuplicatePair, findDuplicates } from './find-duplicates';
import { outOfFold } from './out-of-fold';
import { type PhotoPrint, photoPrints } from './photo-prints';
import { type QualityFinding, qualityFindings } from './quality-findings';
import type { QualityRow, SuspiciousPhoto } from './quality-types';

/** What {@link checkQuality} found. */
export interface QualityReport {
  findings: QualityFinding[];
  duplicates: DuplicatePair[];
  /** Group of each photo that has a copy, for splits. */
  groups: Map<string, string>;
  /** The most suspicious first. */
  suspicious: SuspiciousPhoto[];
  /** Accuracy of the models that judged the labels, on the photos that they did not learn from, 0..1. */
  outOfFoldAccuracy: number;
  /** Photos that were looked at. */
  photos: number;
  /** Whether pixels were looked at, not only features and facts. */
  withPixels: boolean;
  /** Time of each part, seconds. */
  seconds: { prints: number; duplicates: number; labels: number };
}

/**
 * Looks for what is wrong with a data set: unreadable photos, copies (exact and near, across breeds, across the official
 * lists), likely wrong labels, photos far outside of the others in size, proportions, light and sharpness, odd boxes,
 * balance. With photos all of it; with the shipped features alone, what features and the shipped facts can tell.
 *
 * @param source `table`: features of the photos, with breeds; `photos`: the same photos on disk, if they are there
 * @throws Error when the table names no breeds, or a photo cannot be read
 * @example
 * const { findings } = await checkQuality({ table: await loadShippedFeatures() });
 * showTable(findings);
 */
export async function checkQuality(
  { table, photos }: { table: FeatureTable; photos?: Dataset | null },
  options: { seed?: number; folds?: number; onPrint?: OnProgress } = {},
): Promise<QualityReport> {
  const seconds = { prints: 0, duplicates: 0, labels: 0 };
  const timed = async <T>(part: keyof typeof seconds, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work();
    seconds[part] = (performance.now() - started) / 1000;
    return result;
  };
  const known = new Set(table.files);
  const examples = photos?.examples.filter(({ file }) => known.has(file));
  const prints =
    photos && examples
      ? await timed('prints', () => photoPrints({ ...photos, examples }, options.onPrint))
      : null;
  const used = examples ? rowsOfFiles(table, examples.map(({ file }) => file)) : table; // biome-ignore format: short
  const rows = qualityRows(used, examples ?? null, prints);
  const duplicates = await timed('duplicates', () => findDuplicates(rows, used));
  const groups = joinPairs(duplicates.map(({ a, b }) => [a, b] as const));
  const folded = await timed('labels', () => outOfFold(used, { ...options, groups }));
  const { breeds, labels, probabilities, accuracy: outOfFoldAccuracy } = folded;
  const suspects = suspiciousLabels(labels, probabilities, breeds.length);
  const suspicious = suspects.map((suspect) => suspiciousPhoto(suspect, used.files, breeds));
  const findings = qualityFindings({ rows, duplicates, groups, suspicious, photos: photos ?? null });
  return {
    ...{ findings, duplicates, groups, suspicious, outOfFoldAccuracy, seconds },
    photos: rows.length,
    withPixels: prints !== null,
  };
}

const suspiciousPhoto = (
  { row, label, suggested, ownProbability, suggestedProbability }: SuspiciousLabel,
  files: readonly string[],
  breeds: readonly string[],
): SuspiciousPhoto => ({
  file: files[row] ?? '',
  breed: breeds[label] ?? '',
  suggested: breeds[suggested] ?? '',
  ownProbability,
  suggestedProbability,
});

function qualityRows(
  { files, breeds, splits }: FeatureTable,
  examples: Dataset['examples'] | null,
  prints: readonly PhotoPrint[] | null,
): QualityRow[] {
  if (examples)
    return examples.map(({ file, breed, split, width, height, boxes }, row) => {
      const print = prints?.[row];
      return { file, breed, split, width, height, boxes, ...(print && { print }) };
    });
  const facts = new Map(photoTable().map((fact) => [fact.file, fact]));
  return files.map((file, row) => {
    const { width, height, boxes = [] } = facts.get(file) ?? {};
    const size = width !== undefined && height !== undefined ? { width, height } : {};
    return { file, breed: breeds?.[row] ?? '', split: splits?.[row] ?? null, boxes, ...size };
  });
}
