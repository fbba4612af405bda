import type { Data, Layout } from 'plotly.js';

/** A Plotly figure and what it shows in words, for those who cannot see it. */
export interface Figure {
  data: Data[];
  layout: Partial<Layout>;
  /** One or two sentences with the figure's main numbers. */
  alt: string;
}
