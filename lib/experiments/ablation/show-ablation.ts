import { formatPercent, formatPoints } from '../../base/index';
import { keep, showClaims, showMarkdown, showTable } from '../../figures/index';
import { type AblationRow, describeAblation, summarizeAblation } from './ablation-table';

/**
 * Shows the table of an ablation and what follows from it; where it was not made yet, how to make it.
 *
 * @param network whose rows are shown
 * @example showAblation(readAblation(), 'frozen features');
 */
export function showAblation(rows: readonly AblationRow[], network: AblationRow['network']): void {
  const own = rows.filter((row) => row.network === network);
  if (new Set(own.map(({ seed }) => seed)).size < 2) {
    showMarkdown(
      `*The table of this experiment (${network}) was not made on this machine and does not ship: \`npx dogbreeds ablation --dataset PATH\` makes it.*`,
    );
    return;
  }
  const summaries = summarizeAblation(own);
  showTable(
    summaries.map(({ kind, step, accuracy, gain, seeds, milliseconds, verdict }) => ({
      step,
      kind,
      accuracy: formatPercent(accuracy.estimate),
      '95 % interval': `${formatPercent(accuracy.low)} to ${formatPercent(accuracy.high)}`,
      'gain (points)': gain ? formatPoints(gain.estimate) : '',
      'its 95 % interval': gain ? `${formatPoints(gain.low)} to ${formatPoints(gain.high)}` : '',
      verdict,
      seeds,
      'ms per photo': milliseconds,
    })),
    { caption: `${network}: the table that ships (made with npx dogbreeds ablation)` },
  );
  showClaims(describeAblation(summaries));
  keep(
    network === 'scratch CNN' ? 'preparations' : 'preparationsFrozen',
    summaries.map(({ step, accuracy, gain }) => ({ name: step, accuracy, gain })),
  );
}
