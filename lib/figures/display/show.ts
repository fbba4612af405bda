import { display } from './display';

export {
  display,
  INTERACTIVE_MIME,
  inNotebook,
  isHeadless,
  PLOTLY_MIME,
  PROGRESS_MIME,
  SUMMARY_MIME,
} from './display';
export { escapeHtml } from './escape-html';
export { type LiveProgress, liveProgress } from './live-progress';
export { type ShownFigure, showFigure } from './show-figure';
export { type CaptionedImage, type ShownImage, showImage, showImages } from './show-images';
export { type Answer, formatAnswer, type Summary, showSummary } from './show-summary';
export { type ColumnFormat, showTable } from './show-table';

/**
 * Shows Markdown under the cell; outside of a notebook it prints it.
 *
 * @example showMarkdown(`**${count}** photos`)
 */
export function showMarkdown(text: string): void {
  display({ 'text/markdown': text, 'text/plain': text });
}
