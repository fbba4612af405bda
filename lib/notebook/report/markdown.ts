import katex from '@vscode/markdown-it-katex';
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import typescript from 'highlight.js/lib/languages/typescript';
import yaml from 'highlight.js/lib/languages/yaml';
import MarkdownIt from 'markdown-it';
import { escapeHtml } from '../../figures/index';
import { sanitize } from './sanitize';

hljs.registerLanguage('bash', bash);
hljs.registerLanguage('json', json);
hljs.registerLanguage('python', python);
hljs.registerLanguage('typescript', typescript);
hljs.registerLanguage('yaml', yaml);

/** A heading of the report. `id` is its anchor. */
export interface Heading {
  level: number;
  text: string;
  id: string;
}

/** Code as highlighted HTML; escaped only, when the language is none of those that we use. */
export function highlight(code: string, language = 'typescript'): string {
  return hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : escapeHtml(code);
}

/** Words of a heading as an anchor: lower case, hyphens. */
const slug = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '') || 'section';

const parser = new MarkdownIt({ html: true, linkify: true, highlight });
// MathML: browsers draw it themselves, no style sheet and no fonts travel with the page.
parser.use(katex as unknown as Parameters<typeof parser.use>[0], { output: 'mathml', throwOnError: false });

/**
 * Markdown (CommonMark, tables, math, raw HTML) as safe HTML.
 *
 * @param headings receives the headings found, and makes their anchors unique
 * @example renderMarkdown('# Hello')
 */
export function renderMarkdown(source: string, headings: Heading[] = []): string {
  const tokens = parser.parse(source, {});
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'heading_open') continue;
    const text = (tokens[index + 1]?.children ?? [])
      .filter((child) => child.type === 'text' || child.type === 'code_inline')
      .map((child) => child.content)
      .join('');
    const base = slug(text);
    const taken = headings.filter(
      (heading) => heading.id === base || heading.id.startsWith(`${base}-`),
    ).length;
    const id = taken > 0 ? `${base}-${taken + 1}` : base;
    token.attrSet('id', id);
    headings.push({ level: Number(token.tag.slice(1)), text, id });
  }
  return sanitize(parser.renderer.render(tokens, parser.options, {}));
}
