import { escapeHtml, formatAnswer, type Summary } from '../../figures/index';
import type { MovedAnswer } from '../run/compare-runs';
import { renderPage } from './page';

/** One report of the index. */
export interface IndexEntry {
  href: string;
  title: string;
  summary: Summary | null;
  /** `ok`, or in a few words why there is no complete report. */
  status: string;
  /** Numbers that moved since the run before. */
  moved?: MovedAnswer[];
  /** When that run was, ISO 8601. */
  since?: string;
  /** The figure that stands for the report, as HTML, and what it proves. */
  cover?: string;
}

/** What changed since the run before; nothing where there was none. */
function renderMoved(moved: MovedAnswer[] = [], since = ''): string {
  if (!since) return '';
  const day = `<time datetime="${since}">${since.slice(0, 16).replace('T', ' ')}</time>`;
  if (moved.length === 0) return `<p class="data">The same numbers as in the run of ${day}.</p>`;
  const items = moved.map(
    ({ label, before, after, beyondIntervals }) =>
      `<li>${escapeHtml(label)}: ${escapeHtml(before)} before, ${escapeHtml(after)} now${beyondIntervals ? ' <strong>(beyond the intervals)</strong>' : ''}</li>`,
  );
  return `<details class="data"${moved.some(({ beyondIntervals }) => beyondIntervals) ? ' open' : ''}><summary>Moved since the run of ${day}</summary><ul>${items.join('')}</ul></details>`;
}

/**
 * The page that leads to the reports: what each asks and finds.
 *
 * @param options.deck link to the slides. @param options.method link to the page about the numbers
 */
export function renderIndex(
  entries: IndexEntry[],
  options: { deck?: boolean; method?: boolean; standalone?: boolean } = {},
): string {
  const items = entries.map(({ href, title, summary, status, moved, since, cover }) => {
    const answers = (summary?.answers ?? []).map((answer) => {
      const { value, interval } = formatAnswer(answer);
      return `<li><span class="value">${escapeHtml(value)}</span> <span class="label">${escapeHtml(answer.label)}</span>${interval ? ` <span class="interval">95 % interval: ${escapeHtml(interval)}</span>` : ''}</li>`;
    });
    const state = status === 'ok' ? '' : `<p class="failed">${escapeHtml(status)}</p>`;
    const data = summary ? `<p class="data">Data: ${escapeHtml(summary.dataset.name)}</p>` : '';
    return `<li class="entry"><h2><a href="${href}">${escapeHtml(title)}</a></h2>${state}
${summary ? `<p class="question">${escapeHtml(summary.question)}</p>` : ''}
${answers.length > 0 ? `<ul class="answers">${answers.join('')}</ul>` : ''}${cover ?? ''}${data}${renderMoved(moved, since)}</li>`;
  });
  const pages = [
    options.deck ? '<a class="deck" href="deck.html">The presentation as slides</a>' : '',
    options.method ? '<a href="method.html">How the numbers were made</a>' : '',
  ].filter(Boolean);
  const links = pages.length > 0 ? `<p>${pages.join(' &middot; ')}</p>` : '';
  const body = `<header class="bar"><nav aria-label="Reports"><span>All reports</span></nav><div class="switches"><button type="button" id="theme-switch" hidden>Dark</button></div></header>
<main id="content" class="index">
<h1>Dog breeds from photos</h1>
<p>From raw photos to a served breed classifier, in ${entries.length} notebooks. Each report opens with its question and its answer.</p>
${links}
<ol class="entries">${items.join('\n')}</ol>
</main>`;
  const description = 'Reports of the dog breed notebooks';
  return renderPage({
    title: 'Dog breeds: reports',
    description,
    body,
    assets: ['report.css', 'report.js'],
    standalone: options.standalone,
  });
}
