import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot, writeFileAtomic } from '../../base/index';
import { escapeHtml } from '../../figures/index';
import { plotlyFile } from './static-figure';

/** The name of the folder beside the pages that holds what they share. */
export const ASSETS = 'assets';

const ownAsset = (name: string): string => fromRoot('lib', 'notebook', 'assets', name);

const packageFile = (...parts: string[]): string => fromRoot('node_modules', ...parts);

/** Files that pages share: name below `assets/` -> where it comes from. */
const SHARED = {
  'report.css': () => ownAsset('report.css'),
  'report.js': () => ownAsset('report.js'),
  'deck.css': () => ownAsset('deck.css'),
  'deck.js': () => ownAsset('deck.js'),
  'plotly.min.js': plotlyFile,
  'reveal.css': () => packageFile('reveal.js', 'dist', 'reveal.css'),
  'reveal.js': () => packageFile('reveal.js', 'dist', 'reveal.js'),
  'notes.js': () => packageFile('reveal.js', 'dist', 'plugin', 'notes.js'),
};

/** A file that pages share. */
export type AssetName = keyof typeof SHARED;

/** Copies what pages share to `folder/assets`; files that are the same already are left alone. None, when standalone. */
export async function writeAssets(folder: string, standalone = false): Promise<void> {
  if (standalone) return;
  mkdirSync(join(folder, ASSETS), { recursive: true });
  for (const [name, source] of Object.entries(SHARED)) {
    const content = readFileSync(source());
    const target = join(folder, ASSETS, name);
    let current: Buffer | null = null;
    try {
      current = readFileSync(target);
    } catch {
      rmSync(target, { force: true });
    }
    if (!current?.equals(content)) await writeFileAtomic(target, content);
  }
}

/** What {@link renderPage} puts together. */
export interface Page {
  title: string;
  /** One sentence for search results and link previews. */
  description: string;
  body: string;
  /** Shared style sheets and scripts that the page uses, in order. */
  assets: AssetName[];
  /** Everything in the one file instead of beside it. */
  standalone?: boolean;
  /** Of the texts; default `en`. */
  language?: string;
}

const readText = (name: AssetName): string => readFileSync(SHARED[name](), 'utf8');

/** A style sheet or script as an element, inside the page or beside it. */
function renderAsset(name: AssetName, standalone: boolean): string {
  if (name.endsWith('.css'))
    return standalone
      ? `<style>${readText(name)}</style>`
      : `<link rel="stylesheet" href="${ASSETS}/${name}">`;
  return standalone
    ? `<script>${readText(name).replace(/<\/script/gi, '<\\/script')}</script>`
    : `<script src="${ASSETS}/${name}" defer></script>`;
}

/** Nothing from the network, no form, no frame; scripts and styles from beside the page, or, standalone, inside it. */
const contentPolicy = (standalone: boolean): string =>
  [
    "default-src 'none'",
    "img-src 'self' data: blob: file:",
    "style-src 'self' 'unsafe-inline' file:",
    `script-src ${standalone ? "'unsafe-inline'" : "'self' file:"}`,
    "font-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/**
 * A whole HTML page: it loads nothing from the network, and may run no script but the project's own.
 *
 * @example renderPage({ title: 'Index', description: 'Reports', body: '<h1>Index</h1>', assets: ['report.css'] })
 */
export function renderPage({
  title,
  description,
  body,
  assets,
  standalone = false,
  language = 'en',
}: Page): string {
  const styles = assets.filter((name) => name.endsWith('.css')).map((name) => renderAsset(name, standalone));
  const scripts = assets.filter((name) => name.endsWith('.js')).map((name) => renderAsset(name, standalone));
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(standalone)}">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escapeHtml(description)}">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
${styles.join('\n')}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${body}
${scripts.join('\n')}
</body>
</html>
`;
}
