import type { Data, Layout } from 'plotly.js';
import { elementAt } from '../../base/index';
import type { Figure } from '../types';
import { axis, COLORS, layout, round } from './theme';

/** Counts of the levels 0..255 in the red, green and blue channel. */
export interface ColorHistogram {
  /** What it is of, e.g. `before`. */
  name: string;
  /** 256 counts each, as `channelHistogram` gives them, or as a list of three. */
  channels: readonly ArrayLike<number>[] | Record<'red' | 'green' | 'blue', ArrayLike<number>>;
}

const CHANNELS = [
  { name: 'red', color: COLORS.red },
  { name: 'green', color: COLORS.green },
  { name: 'blue', color: COLORS.blue },
];

const channelList = (channels: ColorHistogram['channels']): readonly ArrayLike<number>[] =>
  'red' in channels ? [channels.red, channels.green, channels.blue] : channels;

/**
 * Share of pixels at each level of red, green and blue, one panel for each histogram, e.g. before and after
 * equalization.
 *
 * @throws Error when a histogram has not three channels of at least one pixel.
 * @example showFigure(colorHistogramsFigure([{ name: 'before', channels: channelHistogram(image) }]));
 */
export function colorHistogramsFigure(
  histograms: readonly ColorHistogram[],
  title = 'Colour histogram',
): Figure {
  if (histograms.length === 0) throw new Error('expected at least one histogram, received none');
  const panels: Partial<Layout> = {};
  const lists = histograms.map(({ name, channels }) => ({ name, channels: channelList(channels) }));
  const data = lists.flatMap(({ name, channels }, panel): Data[] => {
    if (channels.length !== 3)
      throw new Error(
        `expected 3 channels (red, green, blue) in the histogram "${name}", received ${channels.length}`,
      );
    const suffix = panel === 0 ? '' : String(panel + 1);
    const height = 1 / histograms.length;
    const top = 1 - panel * height;
    Object.assign(panels, {
      [`yaxis${suffix}`]: axis(name, {
        domain: [round(top - height + (panel < histograms.length - 1 ? 0.08 : 0)), round(top)],
        tickformat: '.1%',
        nticks: 4,
        rangemode: 'tozero',
      }),
    });
    return CHANNELS.map(({ name: channel, color }, c): Data => {
      const counts = Array.from(elementAt(channels, c));
      const total = counts.reduce((a, b) => a + b, 0);
      if (total === 0)
        throw new Error(`expected at least one pixel in the histogram "${name}", received none`);
      return {
        type: 'scatter',
        mode: 'lines',
        name: channel,
        legendgroup: channel,
        showlegend: panel === 0,
        yaxis: `y${suffix}` as 'y',
        x: counts.map((_, level) => level),
        y: counts.map((count) => round(count / total, 5)),
        line: { color, width: 1.5, shape: counts.length <= 64 ? 'hvh' : 'linear' },
        hovertemplate: `${channel} %{x}: %{y:.2%} of pixels<extra>${name}</extra>`,
      };
    });
  });
  const means = lists.map(({ name, channels }) => {
    const mean = channels.map((channel) => {
      const counts = Array.from(channel);
      const total = counts.reduce((a, b) => a + b, 0);
      return Math.round(counts.reduce((sum, count, level) => sum + count * level, 0) / total);
    });
    return `${name}: mean red ${mean[0]}, green ${mean[1]}, blue ${mean[2]}`;
  });
  return {
    data,
    layout: layout(title, 130 + 190 * histograms.length, {
      ...panels,
      xaxis: axis('level', {
        range: [0, 255],
        tickvals: [0, 64, 128, 192, 255],
        anchor: `y${histograms.length > 1 ? histograms.length : ''}` as 'y',
      }),
    }),
    alt: `Histograms of the levels 0 to 255 of each colour channel. ${means.join('; ')}.`,
  };
}
