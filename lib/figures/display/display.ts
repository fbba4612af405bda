/** MIME types to their content: text, base64 of pictures, or JSON. */
export type MimeContent = Record<string, unknown>;

type Send = (data: MimeContent, metadata: object, displayId?: string, update?: boolean) => void;

/** A Plotly figure as JSON; VS Code draws it, JupyterLab uses the HTML beside it, reports draw it themselves. */
export const PLOTLY_MIME = 'application/vnd.plotly.v1+json';
/** The card at the top of a report; see `showSummary`. */
export const SUMMARY_MIME = 'application/vnd.dogbreeds.summary+json';
/** Marks an output that only makes another one interactive; reports leave it out. */
export const INTERACTIVE_MIME = 'application/vnd.dogbreeds.interactive+json';
/** Runs in trusted notebooks and in nbconvert's pages, unless they are sanitized; `element` is the output's place. */
export const SCRIPT_MIME = 'application/javascript';
/** How far a cell is; see `liveProgress`. Reports leave it out. */
export const PROGRESS_MIME = 'application/vnd.dogbreeds.progress+json';

/** Values of the run for the slides; see `keep`. Reports leave them out. */
export const VALUES_MIME = 'application/vnd.dogbreeds.values+json';

/** The kernel's way to show several MIME types as one output; null outside of a notebook. */
function kernelSend(): Send | null {
  const shared = globalThis as unknown as Record<symbol, Send | undefined>;
  return shared[Symbol.for('dogbreeds.display')] ?? null;
}

/** Whether this code runs in a notebook's cell. */
export const inNotebook = (): boolean => kernelSend() !== null;

/** Whether the notebook runs in the project's own runner, with no browser that looks on. */
export const isHeadless = (): boolean => process.env.DOGBREEDS_HEADLESS === '1';

/**
 * Shows content under the cell that runs; a frontend picks the richest type that it knows. Outside of a notebook
 * it prints the `text/plain` part.
 *
 * @param content one or more MIME types of the same thing; give `text/plain` always
 * @param options.alt what a picture shows, for those who cannot see it
 * @param options.id names the output, so that a later call with `update: true` overwrites it
 *
 * @example display({ 'text/plain': '0.96', 'text/html': '<b>0.96</b>' })
 */
export function display(
  content: MimeContent,
  options: { alt?: string; id?: string; update?: boolean } = {},
): void {
  const send = kernelSend();
  const metadata = options.alt === undefined ? {} : { alt: options.alt };
  if (send) send(content, metadata, options.id, options.update ?? false);
  else console.log(content['text/plain']);
}
