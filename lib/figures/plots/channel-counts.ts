import type { Figure } from '../types';
import { axis, COLORS, layout, whole } from './theme';

const NAMES: Record<number, string> = {
  1: '1 (grey)',
  2: '2 (grey, alpha)',
  3: '3 (RGB)',
  4: '4 (alpha or CMYK)',
};

/**
 * How many photos have 1, 3 or 4 colour channels, as bars on a logarithmic scale, since the odd ones are few.
 *
 * @throws Error when there is no photo.
 * @example showFigure(channelCountsFigure(dataset.examples));
 */
export function channelCountsFigure(photos: readonly { channels: number }[]): Figure {
  if (photos.length === 0) throw new Error('expected at least one photo, received none');
  const counts = new Map<number, number>();
  for (const { channels } of photos) counts.set(channels, (counts.get(channels) ?? 0) + 1);
  const rows = [...counts]
    .sort(([a], [b]) => a - b)
    .map(([channels, count]) => ({ name: NAMES[channels] ?? String(channels), count }));
  return {
    data: [
      {
        type: 'bar',
        orientation: 'h',
        x: rows.map(({ count }) => count),
        y: rows.map(({ name }) => name),
        text: rows.map(({ count }) => whole(count)),
        textposition: 'auto',
        marker: { color: COLORS.blue },
        hovertemplate: '%{y}: %{x} photos<extra></extra>',
      },
    ],
    layout: layout('Colour channels', 130 + 40 * rows.length, {
      showlegend: false,
      xaxis: axis('photos (logarithmic)', { type: 'log', dtick: 1 }),
      yaxis: axis('channels', { type: 'category', showgrid: false }),
    }),
    alt: `Bar chart of colour channels: ${rows.map(({ name, count }) => `${whole(count)} ${count === 1 ? 'photo' : 'photos'} with ${name}`).join(', ')}.`,
  };
}
