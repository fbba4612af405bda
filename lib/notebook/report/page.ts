import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../dataset/index';
import { escapeHtml } from '../../figures/index';
import { fromRoot } from '../../root';
import { plotlyFile } from './static-figure';

/** The name of the folder beside the pages that holds what they share. */
export const ASSETS = 'assets';

const ownAsset = (name: string): string => fromRoot('lib', 'notebook', 'report', 'assets', name);

/** Files that pages share: name below `assets/` -> where it comes from. */
const SHARED: Record<string, () => string> = {
  'report.css': () => ownAsset('report.css'),
  'report.js': () => ownAsset('report.js'),
  'plotly.min.js': plotlyFile,
};

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
  /** Load Plotly; pages without figures do not. */
  figures: boolean;
  /** Everything in the one file instead of beside it. */
  standalone?: boolean;
}

const readText = (name: string): string => readFileSync(SHARED[name](), 'utf8');
const inlineScript = (name: string): string =>
  `<script>${readText(name).replace(/<\/script/gi, '<\\/script')}</script>`;

/**
 * A whole HTML page: it loads nothing from the network, and may run no script but the project's own.
 *
 * @example renderPage({ title: 'Index', description: 'Reports', body: '<h1>Index</h1>', figures: false })
 */
export function renderPage({ title, description, body, figures, standalone = false }: Page): string {
  const style = standalone
    ? `<style>${readText('report.css')}</style>`
    : `<link rel="stylesheet" href="${ASSETS}/report.css">`;
  const names = figures ? ['plotly.min.js', 'report.js'] : ['report.js'];
  const scripts = names.map((name) =>
    standalone ? inlineScript(name) : `<script src="${ASSETS}/${name}" defer></script>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escapeHtml(description)}">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
${style}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${body}
${scripts.join('\n')}
</body>
</html>
`;
}
