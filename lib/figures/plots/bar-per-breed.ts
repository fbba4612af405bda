import type { Data } from 'plotly.js';
import { displayName, elementAt } from '../../base/index';
import type { Figure } from '../types';
import { axis, layout } from './theme';

/** A value of one breed, drawn as one bar or, in `parts`, as a stack. */
export interface BreedBar {
  breed: string;
  values: number[];
  /** What the pointer shows; without it, the breed and the value. */
  hover?: string;
}

/** More breeds than this stand as thin columns whose names show as space allows, and all under the pointer. */
export const MOST_ROWS = 40;

/**
 * Bars by breed in the given order: rows with every name up to 40 breeds, thin columns above.
 *
 * @param bars one per breed, best first. @param parts names and colours of `values`.
 * @param title the figure's title. @param valueTitle name and unit of the values.
 * @example barPerBreed([{ breed: 'beagle', values: [195] }], [{ name: 'photos', color: COLORS.blue }], 'Photos', 'photos')
 */
export function barPerBreed(
  bars: readonly BreedBar[],
  parts: readonly { name: string; color: string }[],
  title: string,
  valueTitle: string,
): Omit<Figure, 'alt'> {
  const names = bars.map(({ breed }) => displayName(breed));
  const asRows = bars.length <= MOST_ROWS;
  const data = parts.map(({ name, color }, part): Data => {
    const values = bars.map((bar) => elementAt(bar.values, part));
    return {
      type: 'bar',
      name,
      orientation: asRows ? 'h' : 'v',
      x: asRows ? values : names,
      y: asRows ? names : values,
      marker: { color },
      hovertext: bars.some(({ hover }) => hover) ? bars.map(({ hover }) => hover ?? '') : undefined,
      hovertemplate: bars.some(({ hover }) => hover)
        ? '%{hovertext}<extra></extra>'
        : asRows
          ? `%{y}: %{x} ${name}<extra></extra>`
          : `%{x}: %{y} ${name}<extra></extra>`,
    };
  });
  const values = axis(valueTitle, { rangemode: 'tozero' });
  const breeds = axis('', {
    showgrid: false,
    ...(asRows ? { autorange: 'reversed', ticksuffix: ' ' } : { tickangle: -60 }),
  });
  return {
    data,
    layout: layout(title, asRows ? 96 + 20 * Math.max(bars.length, 4) : 520, {
      barmode: 'stack',
      bargap: asRows ? 0.25 : 0.1,
      showlegend: parts.length > 1,
      xaxis: asRows ? values : breeds,
      yaxis: asRows ? { ...breeds, dtick: 1 } : values,
    }),
  };
}
