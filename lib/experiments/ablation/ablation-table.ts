import { existsSync, readFileSync } from 'node:fs';
import { csvLine, elementAt, formatPoints, fromRoot } from '../../base/index';
import { type Interval, tInterval } from '../../evaluation/index';

/** One fit of one condition. */
export interface AblationRow {
  /** What was fitted. */
  network: 'scratch CNN' | 'frozen features';
  kind: 'preparation' | 'augmentation';
  /** Name of the step; `none` is what others are measured against. */
  step: string;
  /** Of the split and the first weights; the fold, on frozen features. */
  seed: number;
  /** Photos that were answered, and answers that were right. */
  tested: number;
  right: number;
  /** What the step costs for one photo, ms. */
  milliseconds: number;
}

const COLUMNS = ['network', 'kind', 'step', 'seed', 'tested', 'right', 'milliseconds'] as const;

/** The table that ships. */
export const ablationPath = (): string => fromRoot('data', 'ablation.csv');

/** Rows as text of a CSV file. */
export const encodeAblation = (rows: readonly AblationRow[]): string =>
  [csvLine(COLUMNS), ...rows.map((row) => csvLine(COLUMNS.map((column) => row[column])))].join('');

/**
 * Reads the table of an ablation.
 *
 * @param path default: the table that ships
 * @returns rows; none where there is no file
 * @throws Error when it is another table
 */
export function readAblation(path: string = ablationPath()): AblationRow[] {
  if (!existsSync(path)) return [];
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  if (header !== COLUMNS.join(','))
    throw new Error(`expected the columns ${COLUMNS.join(',')} in ${path}, received ${header}`);
  return lines.map((line) => {
    // names of steps may hold commas, and stand in quotes then
    const cells = [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) =>
      cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
    );
    const [network, kind, step] = cells as [AblationRow['network'], AblationRow['kind'], string];
    const [seed, tested, right, milliseconds] = cells.slice(3, 7).map(Number) as [
      number,
      number,
      number,
      number,
    ];
    return { network, kind, step, seed, tested, right, milliseconds };
  });
}

/** What one step is worth. */
export interface AblationSummary extends Pick<AblationRow, 'network' | 'kind' | 'step'> {
  /** Mean accuracy over the seeds with Student's 95 % interval. */
  accuracy: Interval;
  /** Accuracy less that of `none` with the same seeds, likewise; null for `none` itself. */
  gain: Interval | null;
  seeds: number;
  /** Cost for one photo, ms. */
  milliseconds: number;
  verdict: 'helps' | 'harms' | 'no clear difference' | '';
}

/**
 * What each step is worth, by the same seeds as `none`: Student's interval of the differences. Test parts of different
 * seeds overlap, so that intervals are a little too narrow (Nadeau and Bengio 2003).
 *
 * @throws Error when a network has no rows of `none`, or fewer than two seeds
 * @example summarizeAblation(readAblation()).filter(({ verdict }) => verdict === 'helps')
 */
export function summarizeAblation(rows: readonly AblationRow[]): AblationSummary[] {
  const share = ({ right, tested }: AblationRow) => right / tested;
  const groups = new Map<string, AblationRow[]>();
  for (const row of rows) {
    const key = `${row.network}\n${row.kind}\n${row.step}`;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].map((own) => {
    const { network, kind, step } = elementAt(own, 0);
    const base = new Map(
      rows
        .filter((row) => row.network === network && row.step === 'none')
        .map((row) => [row.seed, share(row)]),
    );
    const paired = own.filter(({ seed }) => base.has(seed));
    if (paired.length < 2)
      throw new Error(
        `expected at least two seeds of "${step}" that "none" has too, received ${paired.length}`,
      );
    const accuracy = tInterval(paired.map(share), 0.95, [0, 1]);
    const gain =
      step === 'none'
        ? null
        : tInterval(
            paired.map((row) => share(row) - (base.get(row.seed) ?? 0)),
            0.95,
          );
    const milliseconds = paired.reduce((sum, row) => sum + row.milliseconds, 0) / paired.length;
    const verdict =
      gain === null ? '' : gain.low > 0 ? 'helps' : gain.high < 0 ? 'harms' : 'no clear difference';
    return { network, kind, step, accuracy, gain, seeds: paired.length, milliseconds, verdict };
  });
}

/**
 * What an ablation says, as sentences.
 *
 * @example describeAblation(summarizeAblation(readAblation()))
 */
export function describeAblation(summaries: readonly AblationSummary[]): string {
  const networks = [...new Set(summaries.map(({ network }) => network))];
  const list = (names: string[]) => names.join('; ');
  const named = (own: readonly AblationSummary[], verdict: AblationSummary['verdict']) =>
    own
      .filter((summary) => summary.verdict === verdict)
      .map(({ step, gain }) => `${step} (${formatPoints(gain?.estimate ?? 0)} points)`);
  return networks
    .map((network) => {
      const own = summaries.filter((summary) => summary.network === network);
      const [helps, harms] = [named(own, 'helps'), named(own, 'harms')];
      const unclear = named(own, 'no clear difference').length;
      const title = network === 'frozen features' ? 'On frozen features' : 'For the network from scratch';
      const parts = [
        helps.length > 0 ? `what helps is ${list(helps)}` : 'nothing helps beyond doubt',
        ...(harms.length > 0 ? [`what harms is ${list(harms)}`] : []),
        ...(unclear > 0 ? [`${unclear} more make no clear difference`] : []),
      ];
      return `${title} ${parts.join(', ')}.`;
    })
    .join(' ');
}
