import { displayName } from '../../base/index';
import { axis, COLORS, layout, round, SERIES } from '../plots/theme';
import type { Figure } from '../types';

/** More shades than {@link SERIES} has; Paul Tol's muted scheme. */
const MORE = ['#882255', '#999933', '#AA4499', '#332288'];

/**
 * Points with names in a plane, coloured by group: breeds by what a network sees of them. The axes mean nothing, so they
 * are not shown.
 *
 * @param title short
 * @throws Error when there is no point
 * @example showFigure(featureMapFigure(mapBreeds(table).breeds, 'What the network sees'))
 */
export function featureMapFigure(
  breeds: readonly { breed: string; x: number; y: number; group: string; nearest: string }[],
  title = 'Breeds by their features, coloured by FCI group',
): Figure {
  if (breeds.length === 0) throw new Error('expected at least one breed, received none');
  const groups = [...new Set(breeds.map(({ group }) => group))].sort();
  const colours = [...SERIES, ...MORE];
  const bare = axis('', { showgrid: false, showticklabels: false });
  return {
    data: groups.map((group, i) => {
      const own = breeds.filter((breed) => breed.group === group);
      return {
        type: 'scatter',
        mode: 'markers',
        name: group,
        x: own.map(({ x }) => round(x, 3)),
        y: own.map(({ y }) => round(y, 3)),
        hovertext: own.map(
          ({ breed, nearest }) => `${displayName(breed)} (nearest: ${displayName(nearest)})`,
        ),
        hovertemplate: `%{hovertext}<extra>${group}</extra>`,
        marker: {
          size: 9,
          color: group.startsWith('no ') ? COLORS.grey : colours[i % colours.length],
          symbol: i % 2 === 0 ? 'circle' : 'diamond',
          opacity: 0.85,
        },
      };
    }),
    layout: layout(title, 620, { xaxis: bare, yaxis: bare }),
    alt: `Map of ${breeds.length} breeds in ${groups.length} groups: ${groups.join(', ')}. Breeds with similar features lie side by side.`,
  };
}
