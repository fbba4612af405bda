import type { Data } from 'plotly.js';
import { elementAt } from '../../base/index';
import type { Figure } from '../types';
import { axis, layout, round, SERIES } from './theme';

/** One training run: a value per epoch, named as TF.js names them. */
export interface TrainingRun {
  name: string;
  /** E.g. `{ loss, acc, val_loss, val_acc }`, as `History.history`; other names are left out. */
  history: { [name: string]: ArrayLike<number | unknown> | undefined };
}

const PANELS = [
  { title: 'loss', keys: ['loss'] },
  { title: 'accuracy', keys: ['acc', 'accuracy'] },
];

/**
 * Loss and accuracy by epoch: dotted on the training examples, solid on the validation examples, a colour for
 * each run.
 *
 * @throws Error when a run has no loss.
 * @example showFigure(trainingCurvesFigure([{ name: 'scratch CNN', history }]));
 */
export function trainingCurvesFigure(runs: readonly TrainingRun[], title = 'Training'): Figure {
  const data: Data[] = [];
  const sentences: string[] = [];
  for (const [r, run] of runs.entries()) {
    if (!run.history.loss?.length)
      throw new Error(
        `expected a loss for each epoch of "${run.name}", received ${Object.keys(run.history).join(', ') || 'nothing'}`,
      );
    for (const [panel, { title: what, keys }] of PANELS.entries())
      for (const [prefix, kind, dash] of [
        ['', 'train', 'dot'],
        ['val_', 'validation', 'solid'],
      ] as const) {
        const key = keys.find((name) => run.history[prefix + name]?.length);
        if (!key) continue;
        const values = Array.from(run.history[prefix + key] as ArrayLike<number>);
        const name = runs.length > 1 ? `${run.name}, ${kind}` : kind;
        const color = SERIES[(runs.length > 1 ? r : prefix === '' ? 1 : 0) % SERIES.length];
        data.push({
          type: 'scatter',
          mode: values.length === 1 ? 'markers' : 'lines',
          name,
          legendgroup: name,
          showlegend: panel === 0,
          yaxis: panel === 0 ? 'y' : 'y2',
          x: values.map((_, epoch) => epoch + 1),
          y: values.map((value) => round(value)),
          line: { color, dash, width: 2 },
          marker: { color },
          hovertemplate: `epoch %{x}: ${what} %{y:.3f}<extra>${name}</extra>`,
        });
        sentences.push(
          `${runs.length > 1 ? `${run.name}, ` : ''}${kind} ${what} from ${elementAt(values, 0).toFixed(3)} to ${elementAt(values, values.length - 1).toFixed(3)}`,
        );
      }
  }
  const epochs = Math.max(0, ...runs.map(({ history }) => history.loss?.length ?? 0));
  const hasAccuracy = data.some((trace) => (trace as { yaxis?: string }).yaxis === 'y2');
  return {
    data,
    layout: layout(title, hasAccuracy ? 500 : 320, {
      xaxis: axis('epoch', {
        anchor: hasAccuracy ? 'y2' : 'y',
        ...(epochs <= 20 ? { dtick: epochs <= 10 ? 1 : 2 } : {}),
      }),
      yaxis: axis('loss', { domain: hasAccuracy ? [0.54, 1] : [0, 1], rangemode: 'tozero' }),
      ...(hasAccuracy && { yaxis2: axis('accuracy', { domain: [0, 0.46], tickformat: '.0%' }) }),
    }),
    alt: `Line chart over ${epochs} epochs: ${sentences.join('; ')}.`,
  };
}
