import { displayName, elementAt } from '../base/index';
import type { Dataset } from './types';

/**
 * A dataset in words: where it is, how many photos of which breeds, what is missing and what cannot be used.
 *
 * @param options `rows`: entries shown of each list, default 20
 * @returns lines of text
 * @example console.log(describeDataset(await openDataset({ path: 'photos' })));
 */
export function describeDataset(dataset: Dataset, { rows = 20 } = {}): string {
  const { examples, breeds, quarantine, missing } = dataset;
  const count = (n: number) => n.toLocaleString('en');
  const inSplit = (split: string | null) => examples.filter((example) => example.split === split).length;
  const lines = [
    `${dataset.name} (${dataset.kind}) in ${dataset.root}`,
    `  usable photos  ${count(examples.length)} of ${count(breeds.length)} breeds`,
    `  official lists ${count(inSplit('train'))} train, ${count(inSplit('test'))} test, ${count(inSplit(null))} in neither`,
    `  with boxes     ${count(examples.filter(({ boxes }) => boxes.length > 0).length)}`,
    `  missing        ${count(missing.length)} listed, not on disk`,
    `  quarantined    ${count(quarantine.length)}`,
    `  fingerprint    ${dataset.fingerprint}`,
    '',
    ...table(['breed', 'photos', 'train', 'test'], breedRows(dataset), rows),
  ];
  if (quarantine.length > 0)
    lines.push(
      '',
      ...table(
        ['quarantined', 'reason'],
        quarantine.map(({ file, reason }) => [file, reason]),
        rows,
      ),
    );
  if (missing.length > 0)
    lines.push(
      '',
      ...table(
        ['missing'],
        missing.map((file) => [file]),
        Math.min(rows, 5),
      ),
    );
  return lines.join('\n');
}

function breedRows({ breeds, examples }: Dataset): string[][] {
  const counts = breeds.map(() => ({ all: 0, train: 0, test: 0 }));
  for (const { label, split } of examples) {
    elementAt(counts, label).all++;
    if (split) elementAt(counts, label)[split]++;
  }
  return breeds.map((breed, i) => [displayName(breed), ...Object.values(elementAt(counts, i)).map(String)]);
}

function table(header: string[], rows: string[][], limit: number): string[] {
  const shown = [header, ...rows.slice(0, limit)];
  const widths = header.map((_, column) => Math.max(...shown.map((row) => elementAt(row, column).length)));
  const lines = shown.map((row) =>
    `  ${row.map((cell, i) => cell.padEnd(elementAt(widths, i))).join('  ')}`.trimEnd(),
  );
  return rows.length > limit ? [...lines, `  ... and ${rows.length - limit} more`] : lines;
}
