/** A Plotly figure as a notebook holds it. */
export interface PlotlyFigure {
  data: Record<string, unknown>[];
  layout: Record<string, unknown> & { width?: number; height?: number };
}

/** One axis of Plotly's parallel coordinates. */
interface Dimension {
  label?: string;
  values: number[];
  range?: [number, number];
  tickvals?: number[];
  ticktext?: string[];
}

const FONT = 11;

/** From 0 at the bottom of an axis to 1 at its top. */
function scaleOf({ values, range }: Dimension): (value: number) => number {
  const [low, high] = range ?? [Math.min(...values), Math.max(...values)];
  return (value) => (high === low ? 0.5 : (value - low) / (high - low));
}

/** Names of places on an axis, its ends where it names none. */
function ticksOf({ values, range, tickvals, ticktext }: Dimension): { at: number; text: string }[] {
  const places = tickvals ?? range ?? [Math.min(...values), Math.max(...values)];
  return places.map((at, index) => ({ at, text: ticktext?.[index] ?? String(at) }));
}

/**
 * A figure whose parallel coordinates, which Plotly draws with WebGL alone, are lines and texts: for pictures. The line
 * of the lowest colour value stands out. Other figures are returned as they are.
 */
export function flattenParcoords(figure: PlotlyFigure): PlotlyFigure {
  const [trace] = figure.data;
  if (figure.data.length !== 1 || trace?.type !== 'parcoords') return figure;
  const dimensions = trace.dimensions as Dimension[];
  const { color = [] } = (trace.line ?? {}) as { color?: number[] };
  const scales = dimensions.map(scaleOf);
  const count = Math.max(0, ...dimensions.map(({ values }) => values.length));
  const best = color.indexOf(Math.min(...color));
  const order = Array.from({ length: count }, (_, row) => row).sort((a, b) =>
    a === best ? 1 : b === best ? -1 : a - b,
  );
  const lines = order.map((row) => ({
    type: 'scatter',
    mode: 'lines',
    x: dimensions.map((_, place) => place),
    y: dimensions.map(({ values }, place) => scales[place]?.(values[row] ?? Number.NaN)),
    line: row === best ? { color: '#0072b2', width: 3 } : { color: 'rgba(110,118,129,0.5)', width: 1.2 },
  }));
  const text = (x: number, y: number, label: string, more: object) => {
    return {
      x,
      y,
      text: label,
      showarrow: false,
      font: { size: FONT },
      bgcolor: 'rgba(255,255,255,0.75)',
      ...more,
    };
  };
  const ticks = dimensions.flatMap((dimension, place) =>
    ticksOf(dimension).map(({ at, text: label }) =>
      text(place, scales[place]?.(at) ?? 0, label, { xanchor: 'left', xshift: 2 }),
    ),
  );
  const names = dimensions.map(({ label = '' }, place) =>
    text(place, 0, label, {
      xanchor: 'right',
      yanchor: 'top',
      yshift: -10,
      textangle: -30,
      bgcolor: 'rgba(0,0,0,0)',
    }),
  );
  const bars = dimensions.map((_, place) => {
    return { type: 'line', x0: place, x1: place, y0: 0, y1: 1, line: { color: '#8a8f98', width: 1 } };
  });
  const hidden = { visible: false, fixedrange: true };
  return {
    data: lines,
    layout: {
      ...figure.layout,
      showlegend: false,
      xaxis: { ...hidden, range: [-0.4, dimensions.length - 0.2] },
      yaxis: { ...hidden, range: [-0.03, 1.03] },
      shapes: bars,
      annotations: [...ticks, ...names],
    },
  };
}
