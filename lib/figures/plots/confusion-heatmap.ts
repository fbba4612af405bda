import type { Layout } from 'plotly.js';
import { displayName, elementAt } from '../../base/index';
import { mostConfused, normalizeRows, orderBySimilarity } from '../../evaluation/index';
import type { Figure } from '../types';
import { axis, COLORS, layout, percent, round } from './theme';

/** Up to so many breeds a matrix can be read on a phone, and its columns have room for their names. */
const MOST_ON_PHONE = 6;
/** Above this many breeds the counts are not written into the cells, and names show as space allows. */
const MOST_WRITTEN = 25;
/** Longer names are cut in their middle (their ends tell them apart), and whole where the pointer is. */
const LONGEST_NAME = 32;
const LONGEST_ON_PHONE = 19;
/** Font of the names and a little more than the mean width of its letters; px. */
const NAME_FONT = 11;
const LETTER = 6.2;
/** Width of a report's figures, and what of it is neither names nor cells; px. */
const WIDTH = 860;
const BESIDE = 70;

/** A name as an axis shows it; counts letters as people do. */
function axisName(name: string, most = LONGEST_NAME): string {
  const letters = [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment);
  if (letters.length <= most) return name;
  const half = Math.floor((most - 1) / 2);
  return `${letters.slice(0, half).join('').trimEnd()}…${letters.slice(-half).join('').trimStart()}`;
}

/**
 * A confusion matrix as a map: rows are the actual, columns the predicted breeds. Right predictions are blue,
 * mistakes orange-red, the stronger the larger their share of the row; what never happened stays empty. Breeds
 * that are taken for each other stand side by side. Zoom with the pointer; each cell says its numbers.
 *
 * @param matrix counts, rows actual, columns predicted. @param names breeds in the matrix' order.
 * @param options.order class indexes from top to bottom; default `orderBySimilarity(matrix)`.
 * @throws Error when the matrix is not as large as the list of names.
 * @example showFigure(confusionFigure(confusionMatrix(actual, predicted, 120), breeds));
 */
export function confusionFigure(
  matrix: readonly number[][],
  names: readonly string[],
  options: { order?: number[]; title?: string } = {},
): Figure {
  if (matrix.length === 0 || matrix.length !== names.length)
    throw new Error(`expected a matrix of ${names.length} rows (one per name), received ${matrix.length}`);
  const order = options.order ?? orderBySimilarity(matrix);
  const labels = names.map(displayName);
  const shares = normalizeRows(matrix);
  const cells = order.flatMap((actual) =>
    order
      // The diagonal is kept where it is 0, so that no row or column of the map is missing.
      .filter((predicted) => elementAt(elementAt(matrix, actual), predicted) > 0 || predicted === actual)
      .map((predicted) => ({ actual, predicted, count: elementAt(matrix, actual)[predicted] })),
  );
  const total = matrix.flat().reduce((a, b) => a + b, 0);
  const right = matrix.reduce((sum, row, c) => sum + elementAt(row, c), 0);
  const worst = mostConfused(matrix, 3)
    .map(({ actual, predicted, count }) => `${labels[actual]} taken for ${labels[predicted]} (${count})`)
    .join(', ');
  const written = names.length <= MOST_WRITTEN;
  const ordered = order.map((c) => elementAt(labels, c));
  const onAxis = ordered.map((name) => axisName(name));
  const nameAxis = (suffix: string) => ({
    type: 'category' as const,
    categoryorder: 'array' as const,
    categoryarray: ordered,
    // Plotly looks a label up together with its suffix.
    labelalias: Object.fromEntries(
      ordered.map((name, i) => [name + suffix, onAxis[i] + suffix]).filter(([name, cut]) => name !== cut),
    ),
    ticksuffix: suffix,
    tickfont: { size: NAME_FONT },
    showgrid: false,
    ...(written && { dtick: 1 }),
  });
  const longest = Math.max(...onAxis.map((name) => name.length)) * LETTER;
  const isOnEnd = names.length > MOST_ON_PHONE || longest > (WIDTH - BESIDE - longest) / names.length;
  return {
    data: [
      {
        type: 'heatmap',
        x: cells.map(({ predicted }) => elementAt(labels, predicted)),
        y: cells.map(({ actual }) => elementAt(labels, actual)),
        z: cells.map(({ actual, predicted }) =>
          round(elementAt(elementAt(shares, actual), predicted) * (actual === predicted ? 1 : -1), 3),
        ),
        hovertext: cells.map(({ actual, predicted, count }) => {
          const share = `${count} of ${elementAt(matrix, actual).reduce((a, b) => a + b, 0)}, ${percent(elementAt(elementAt(shares, actual), predicted), 0)}`;
          return actual === predicted
            ? `${labels[actual]}: ${share} right`
            : `${labels[actual]} taken for ${labels[predicted]}: ${share}`;
        }),
        ...(written && {
          text: cells.map(({ count }) => (count === 0 ? '' : String(count))) as never,
          texttemplate: '%{text}',
        }),
        hovertemplate: '%{hovertext}<extra></extra>',
        hoverongaps: false,
        xgap: written ? 1 : 0,
        ygap: written ? 1 : 0,
        zmin: -1,
        zmax: 1,
        colorscale: [
          [0, 'rgb(175,60,0)'],
          [0.25, 'rgba(213,94,0,0.85)'],
          [0.49, 'rgba(230,120,30,0.5)'],
          [0.5, 'rgba(128,128,128,0.1)'],
          [0.51, 'rgba(86,180,233,0.4)'],
          [1, 'rgb(0,114,178)'],
        ],
        showscale: false,
      },
    ],
    layout: layout(options.title ?? 'Confusion matrix', matrixHeight(names.length, longest), {
      ...({ meta: { phone: phoneFigure(matrix, labels) } } as Partial<Layout>),
      showlegend: false,
      dragmode: 'zoom',
      xaxis: axis('', {
        ...nameAxis(''),
        title: { text: written ? 'predicted' : 'predicted, in the same order', standoff: 14 },
        ...(isOnEnd && { tickangle: -90 }),
        showticklabels: written,
        constrain: 'domain',
      }),
      yaxis: axis('actual', { ...nameAxis(' '), autorange: 'reversed' }),
    }),
    alt:
      `Confusion matrix of ${names.length} breeds, similar ones side by side: ${right} of ${total} photos ` +
      `(${percent(right / total)}) on the diagonal.${worst ? ` Commonest mistakes: ${worst}.` : ' No mistakes.'}`,
  };
}

/**
 * px: few rows are tall, so that their cells look like cells; many are as high as a line of text. `longest` is the
 * length of names that stand on end (on a phone always).
 */
function matrixHeight(breeds: number, longest: number): number {
  if (breeds > MOST_WRITTEN) return 900;
  return Math.round(92 + longest + (breeds <= MOST_ON_PHONE ? 52 : 26) * breeds);
}

/** For phones, on which a matrix has no room: the commonest mistakes as bars. */
function phoneFigure(
  matrix: readonly number[][],
  labels: readonly string[],
): Omit<Figure, 'alt'> | undefined {
  const mistakes = mostConfused(matrix, 10);
  if (matrix.length <= MOST_ON_PHONE || mistakes.length === 0) return undefined;
  const text = mistakes.map(({ actual, predicted, count }) => {
    const [was, called] = [actual, predicted].map((c) => axisName(elementAt(labels, c), LONGEST_ON_PHONE));
    return `${was} taken for ${called}: ${count}`;
  });
  const rows = mistakes.map((_, i) => String(i + 1));
  return {
    data: [
      {
        type: 'bar',
        orientation: 'h',
        x: mistakes.map(({ count }) => count),
        y: rows,
        text,
        textposition: 'none',
        marker: { color: COLORS.red },
        hovertemplate: '%{text}<extra></extra>',
      },
    ],
    layout: layout('The commonest mistakes', 90 + 46 * rows.length, {
      showlegend: false,
      bargap: 0.6,
      xaxis: axis('photos', { rangemode: 'tozero', title: { text: 'photos', standoff: 14 } }),
      yaxis: axis('', { type: 'category', autorange: 'reversed', showticklabels: false, showgrid: false }),
      annotations: mistakes.map((_, i) => ({
        x: 0,
        y: elementAt(rows, i),
        text: elementAt(text, i),
        xanchor: 'left',
        yanchor: 'bottom',
        yshift: 8,
        showarrow: false,
        font: { size: 11 },
      })),
    }),
  };
}
