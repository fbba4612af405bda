import { escapeHtml } from '../../figures/index';

const START = '<!-- edition -->';
const END = '<!-- /edition -->';

/**
 * The index of an edition with a sentence at its top that says that it is stale, or without one.
 *
 * @param page as `renderIndex` makes it, marked or not
 * @param stale null where the edition is fresh
 * @example markIndex(renderIndex(entries), 'Stale since 2026-11-26: notebooks have changed.')
 */
export function markIndex(page: string, stale: string | null): string {
  const fresh = page.replace(/<p class="stale">[^<]*<\/p>\n?/, '');
  if (stale === null) return fresh;
  return fresh.replace(
    '<ol class="entries">',
    () => `<p class="stale">${escapeHtml(stale)}</p>\n<ol class="entries">`,
  );
}

/**
 * A README with what it says of the edition, between its two comments, replaced.
 *
 * @throws Error when the comments are not there
 * @example markReadme(readme, 'Made on 2026-11-26 from commit 0f90343.')
 */
export function markReadme(readme: string, text: string): string {
  const [start, end] = [readme.indexOf(START), readme.indexOf(END)];
  if (start < 0 || end < start)
    throw new Error(
      `expected ${START} and then ${END} in the README, found ${start < 0 ? 'neither' : 'one'}`,
    );
  return `${readme.slice(0, start + START.length)}${text}${readme.slice(end)}`;
}
