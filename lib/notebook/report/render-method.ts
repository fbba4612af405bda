import { escapeHtml, type Summary } from '../../figures/index';
import type { RunRecord } from '../run/run-record';
import { renderPage } from './page';
import { formatSeconds } from './render-report';

/** A notebook's run, as the page about the numbers lists it. */
export interface MethodEntry {
  href: string;
  title: string;
  summary: Summary | null;
  record: RunRecord | null;
}

const SECTIONS: readonly [title: string, text: readonly string[]][] = [
  [
    'Protocol',
    [
      'Where the official lists of Stanford Dogs name the photos, they decide what is learned from and what is tested on; validation is carved from the train list. Elsewhere, and where the presentation did so, photos are split at random within each breed: 75 % to train, 15 % to validate, 10 % to test.',
      'Networks, heads, epochs, temperatures and thresholds are chosen on validation photos. The test part is read once, at the end.',
      'Before each model stands what guessing reaches on the same split, and the nearest mean of each breed where there are features.',
    ],
  ],
  [
    'Seeds',
    [
      'One seeded generator draws splits, augmentation and first weights: the same seed gives the same report on the same engine. Where luck of the split matters, several seeds are run and their mean stands with Student’s interval.',
    ],
  ],
  [
    'Intervals and comparisons',
    [
      'Shares of right answers have Wilson’s 95 % interval; averages such as macro precision a bootstrap over test photos, and Wilson’s ends where there is no mistake to resample; means over seeds Student’s. Each names its method.',
      'Two models on the same photos are compared by McNemar’s exact test, several with Holm’s correction. Sentences under "What we see" are made from these values: they say "not to be told apart at this size" where the test allows no more.',
    ],
  ],
  [
    'Leakage',
    [
      'Copies of a photo stay in one part of a split. Photos of Stanford Dogs are photos of ImageNet: a network pretrained there has seen them, test photos included, so every accuracy of such a network on them is flattered, the presentation’s too. The head that starts from rows of ImageNet’s classifier re-uses labels on top of that, and is named wherever it stands.',
    ],
  ],
  [
    'Pictures',
    [
      'Pictures that the project draws show operations at work, and are marked so; no score on them answers a question. In the published edition, outlines stand for photos of Stanford Dogs, which are for research only.',
    ],
  ],
];

/**
 * The page that says how the numbers were made: protocol, seeds, leakage, and for each notebook data, engine, seed,
 * parameters and revision.
 */
export function renderMethod(
  entries: readonly MethodEntry[],
  options: { standalone?: boolean } = {},
): string {
  const rows = entries.flatMap(({ href, title, summary, record }) => {
    if (!record) return [];
    const parameters = Object.entries(record.parameters).map(([name, value]) => `${name} = ${value}`);
    const cells: [string, string][] = [
      ['report', `<a href="${href}">${escapeHtml(title)}</a>`],
      ['data', escapeHtml(summary?.dataset.name ?? '')],
      ['fingerprint', `<code>${escapeHtml(summary?.dataset.fingerprint ?? '')}</code>`],
      ['engine', escapeHtml(summary?.engine ?? '')],
      ['seed', escapeHtml(summary?.seed ?? '')],
      ['parameters', escapeHtml(parameters.join(', ') || 'as declared')],
      ['run', `${record.startedAt.slice(0, 16).replace('T', ' ')} UTC, ${formatSeconds(record.seconds)}`],
      ['revision', `<code>${escapeHtml(record.revision || 'not in git')}</code>`],
    ];
    return [cells];
  });
  const head = rows[0]?.map(([name]) => `<th scope="col">${name}</th>`).join('') ?? '';
  const body = rows
    .map(
      (cells) => `<tr>${cells.map(([name, html]) => `<td data-label="${name}">${html}</td>`).join('')}</tr>`,
    )
    .join('\n');
  const table = head
    ? `<table class="dogbreeds-table"><caption>What computed what</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`
    : '<p>Nothing has been run yet.</p>';
  const sections = SECTIONS.map(
    ([title, text]) => `<h2>${title}</h2>${text.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}`,
  );
  return renderPage({
    title: 'How the numbers were made',
    description: 'Protocol, seeds, leakage and engines of the reports',
    body: `<header class="bar"><nav aria-label="Reports"><a href="index.html">All reports</a></nav><div class="switches"><button type="button" id="theme-switch" hidden>Dark</button></div></header>
<main id="content" class="index method">
<h1>How the numbers were made</h1>
${sections.join('\n')}
<h2>Runs</h2>
${table}
</main>`,
    assets: ['report.css', 'report.js'],
    standalone: options.standalone,
  });
}
