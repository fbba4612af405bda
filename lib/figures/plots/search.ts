import type { Data } from 'plotly.js';
import {
  describePoint,
  lowestLoss,
  type Parameter,
  type Point,
  type SearchSpace,
  type Trial,
} from '../../training/index';
import type { Figure } from '../types';
import { axis, COLORS, layout, round } from './theme';

/** One axis of parallel coordinates. */
interface Dimension {
  label: string;
  values: number[];
  range: [number, number];
  tickvals?: number[];
  ticktext?: string[];
}

/**
 * Trials of a search as lines across one axis for each hyper-parameter, and one for the lowest validation loss, whose
 * colour they have (the best ones dark). Where a hyper-parameter does not exist a line passes below its axis at "none".
 *
 * @throws Error when there is no trial with a value
 * @example showFigure(parallelCoordinatesFigure(table.space, table.trials));
 */
export function parallelCoordinatesFigure(space: SearchSpace, trials: readonly Trial[]): Figure {
  const shown = trials.filter(({ losses }) => losses.length > 0);
  const losses = shown.map((trial) => lowestLoss(trial));
  if (shown.length === 0) throw new Error(`expected trials with a loss, found none among ${trials.length}`);
  const [least, most] = [Math.min(...losses), Math.max(...losses)];
  // a few diverged trials would leave no colours for the others
  const limit = Math.min(most, least + 1.5);
  const dimensions = Object.entries(space).map(([name, parameter]) =>
    dimensionOf(
      name,
      parameter,
      shown.map(({ point }) => point),
    ),
  );
  dimensions.push({
    label: 'validation loss',
    values: losses.map((loss) => round(Math.min(loss, limit), 3)),
    range: [round(least, 3), round(limit, 3)],
  });
  const [best] = [...shown].sort((a, b) => lowestLoss(a) - lowestLoss(b));
  return {
    data: [
      {
        type: 'parcoords',
        dimensions,
        line: {
          color: losses.map((loss) => round(Math.min(loss, limit), 3)),
          colorscale: [
            [0, COLORS.blue],
            [0.5, COLORS.sky],
            [1, 'rgba(138,143,152,0.45)'],
          ],
        },
        labelangle: -20,
        labelside: 'bottom',
      } as unknown as Data,
    ],
    layout: layout('Trials of the search', 460, {
      margin: { l: 60, r: 60, t: 60, b: 90 },
      showlegend: false,
    }),
    alt: `Parallel coordinates of ${shown.length} trials over ${Object.keys(space).join(', ')}. The lowest validation loss, ${least.toFixed(3)}, is trial ${best?.trial}'s: ${describePoint(best?.point ?? {})}.`,
  };
}

function dimensionOf(name: string, parameter: Parameter, points: readonly Point[]): Dimension {
  const isMissing = points.some((point) => point[name] === undefined);
  if (parameter.kind === 'choice') {
    const { options } = parameter;
    const ticks = options.map((_, index) => index);
    return {
      label: name,
      values: points.map((point) => options.indexOf(point[name] as never)), // -1: none
      range: [isMissing ? -1 : 0, options.length - 1],
      tickvals: isMissing ? [-1, ...ticks] : ticks,
      ticktext: [...(isMissing ? ['none'] : []), ...options.map(String)],
    };
  }
  const isLogarithmic = parameter.kind === 'log-uniform';
  const at = (value: number) => (isLogarithmic ? Math.log10(value) : value);
  const [low, high] = [at(parameter.low), at(parameter.high)];
  const none = low - 0.15 * (high - low);
  const ticks = parameter.kind === 'int' && high - low <= 8 ? whole(low, high) : evenly(low, high);
  const text = (tick: number) => String(Number((isLogarithmic ? 10 ** tick : tick).toPrecision(2)));
  return {
    label: name,
    values: points.map((point) => {
      const value = point[name];
      return round(value === undefined ? none : at(value as number));
    }),
    range: [isMissing ? none : low, high],
    tickvals: isMissing ? [none, ...ticks] : ticks,
    ticktext: [...(isMissing ? ['none'] : []), ...ticks.map(text)],
  };
}

const whole = (low: number, high: number) => Array.from({ length: high - low + 1 }, (_, k) => low + k);
const evenly = (low: number, high: number) => [0, 1, 2, 3, 4].map((k) => low + (k * (high - low)) / 4);

const OUTCOMES = {
  stopped: { color: COLORS.grey, width: 1.2, name: 'stopped' },
  finished: { color: COLORS.blue, width: 2, name: 'trained to the end' },
  running: { color: COLORS.green, width: 1.2, name: 'running' },
  failed: { color: COLORS.red, width: 1.2, name: 'failed' },
};

/**
 * Validation loss of every trial by epoch: where rungs cut the worse ones off, and the line that led. Losses are drawn up
 * to 1.5 above the lowest.
 *
 * @param rungs epochs at which trials were compared, drawn as vertical lines
 * @throws Error when no trial has a loss
 * @example showFigure(rungCurvesFigure(table.trials, [2, 6, 18]));
 */
export function rungCurvesFigure(trials: readonly Trial[], rungs: readonly number[]): Figure {
  const shown = trials.filter(({ losses }) => losses.length > 0);
  if (shown.length === 0) throw new Error(`expected trials with a loss, found none among ${trials.length}`);
  const least = Math.min(...shown.map((trial) => lowestLoss(trial)));
  const seen = new Set<string>();
  const data = shown.map(({ trial, losses, outcome, point }) => {
    const { color, width, name } = OUTCOMES[outcome];
    const first = !seen.has(outcome);
    seen.add(outcome);
    return {
      type: 'scatter',
      mode: losses.length === 1 ? 'markers' : 'lines',
      name,
      legendgroup: outcome,
      showlegend: first,
      x: losses.map((_, epoch) => epoch + 1),
      y: losses.map((loss) => round(Math.min(loss, least + 1.5), 3)),
      line: { color, width },
      marker: { color, size: 5 },
      hovertemplate: `trial ${trial}, epoch %{x}: %{y:.3f}<extra>${describePoint(point)}</extra>`,
    } as Data;
  });
  const count = (outcome: Trial['outcome']) => shown.filter((trial) => trial.outcome === outcome).length;
  return {
    data,
    layout: layout('Validation loss of the trials', 420, {
      xaxis: axis('epoch', { dtick: Math.max(1, Math.ceil(Math.max(...rungs, 1) / 10)), automargin: false }),
      yaxis: axis('validation loss', { automargin: false, range: [Math.max(0, least - 0.1), least + 1.55] }),
      shapes: rungs.map((epochs) => ({
        ...{ type: 'line', x0: epochs, x1: epochs, y0: 0, y1: 1, yref: 'paper' },
        line: { color: COLORS.grey, width: 1, dash: 'dot' },
      })),
    }),
    alt: `Validation loss by epoch of ${shown.length} trials, compared after ${rungs.join(', ')} epochs: ${count('stopped')} were stopped, ${count('finished')} trained to the end, the lowest loss is ${least.toFixed(3)}.`,
  };
}
