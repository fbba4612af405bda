import { drawnDog } from '../../dataset/index';
import type { LayerValues } from '../../figures/index';
import { INK, LETTERS, textWidth } from './charts';
import { type Numbers, safe } from './language';

type Look = {
  fill?: string;
  stroke?: string;
  weight?: number;
  anchor?: 'start' | 'middle' | 'end';
  size?: number;
};

const words = (text: string, x: number, y: number, look: Look = {}): string =>
  `<text x="${x}" y="${y}" font-size="${look.size ?? LETTERS}" font-weight="${look.weight ?? 400}" fill="${look.fill ?? INK.text}" text-anchor="${look.anchor ?? 'middle'}">${safe(text)}</text>`;

const box = (x: number, y: number, width: number, height: number, look: Look = {}): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10" fill="${look.fill ?? '#ffffff'}" stroke="${look.stroke ?? INK.mute}" stroke-width="3"/>`;

/** An arrow to the right. */
const arrow = (x0: number, x1: number, y: number, color: string = INK.dark): string =>
  `<path d="M${x0} ${y}H${x1 - 4}M${x1 - 16} ${y - 11}L${x1 - 2} ${y}L${x1 - 16} ${y + 11}" fill="none" stroke="${color}" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>`;

const svg = (width: number, height: number, alt: string, parts: readonly string[]): string =>
  `<svg class="drawing" role="img" aria-label="${safe(alt)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${parts.join('')}</svg>`;

/** A small photo: a frame with a dog's head in it. */
function photo(x: number, y: number, width: number, height: number, color: string = INK.mute): string {
  const [cx, cy, r] = [x + width / 2, y + height * 0.56, Math.min(width, height) * 0.2];
  return `<g><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="5" fill="#ffffff" stroke="${color}" stroke-width="3"/><circle cx="${cx}" cy="${cy}" r="${r}" fill="${color}"/><ellipse cx="${cx - r}" cy="${cy - r * 0.55}" rx="${r * 0.42}" ry="${r * 0.8}" transform="rotate(28 ${cx - r} ${cy - r * 0.55})" fill="${color}"/><ellipse cx="${cx + r}" cy="${cy - r * 0.55}" rx="${r * 0.42}" ry="${r * 0.8}" transform="rotate(-28 ${cx + r} ${cy - r * 0.55})" fill="${color}"/></g>`;
}

const COVER_DOG = 0;

/** A drawn dog for the cover; no breed that anybody could take for a real one. */
export function drawCover(): string {
  const { svg: dog, left, top, right, bottom } = drawnDog(COVER_DOG);
  const [width, height] = [right - left, bottom - top];
  return `<svg class="dog" aria-hidden="true" viewBox="${left - 4} ${top - 4} ${width + 8} ${height + 12}" preserveAspectRatio="xMidYMax meet"><ellipse cx="${left + width * 0.48}" cy="${bottom + 1}" rx="${width * 0.42}" ry="5" fill="#e3e7eb"/>${dog}</svg>`;
}

/** The chapters as steps of a stair, numbered. */
export function drawAgenda(chapters: readonly string[]): string {
  const half = Math.ceil(chapters.length / 2);
  const rows = chapters.map((chapter, index) => {
    const x = index < half ? 0 : 590;
    const y = (index % half) * 112 + 16;
    const line = `<path d="M${x + 72} ${y + 92}H${x + 540}" stroke="${INK.line}" stroke-width="2"/>`;
    return `${words(String(index + 1), x + 30, y + 66, { size: 56, weight: 700, fill: INK.accent })}${words(chapter, x + 80, y + 62, { anchor: 'start', size: 32 })}${line}`;
  });
  return svg(1152, half * 112 + 24, chapters.join(', '), rows);
}

/** From a drive full of photos over a model to folders by breed, and a person for what is in doubt. */
export function drawProblem(text: { pile: string; model: string; index: string; doubt: string }): string {
  const pile = Array.from({ length: 20 }, (_, index) =>
    photo(10 + (index % 5) * 66, 40 + Math.floor(index / 5) * 84, 56, index % 3 === 0 ? 70 : 56),
  );
  const folders = [0, 1, 2].map((index) => {
    const y = 20 + index * 118;
    const inside = [0, 1, 2, 3].map((each) => photo(850 + each * 66, y + 28, 56, 56, INK.accent));
    return `<path d="M820 ${y + 12}q0-10 10-10h70l16 16h220q10 0 10 10v78q0 10-10 10h-306q-10 0-10-10z" fill="none" stroke="${INK.accent}" stroke-width="3"/>${inside.join('')}`;
  });
  return svg(1152, 500, `${text.pile}, ${text.model}, ${text.index}, ${text.doubt}`, [
    ...pile,
    words(text.pile, 172, 408, { size: 26, fill: INK.soft }),
    arrow(362, 448, 196),
    box(460, 120, 230, 150, { fill: '#f6e7dd', stroke: INK.accent }),
    `<path d="M500 160v70M538 150v90M576 140v110M614 150v90M652 160v70" stroke="${INK.accent}" stroke-width="7" stroke-linecap="round"/>`,
    words(text.model, 575, 312, { size: 26, fill: INK.soft }),
    arrow(702, 800, 196),
    ...folders,
    words(text.index, 980, 408, { size: 26, fill: INK.soft }),
    `<path d="M575 336v96" stroke="${INK.dark}" stroke-width="4" stroke-dasharray="4 10" stroke-linecap="round"/>`,
    words(text.doubt, 575, 470, { size: 26, weight: 600 }),
  ]);
}

/** The small network: a block for each convolution, as wide as its channels, as high as the pixels that are left. */
export function drawNetwork(
  layers: readonly LayerValues[],
  text: { input: string; pool: string },
  numbers: Numbers,
  alt: string,
): string {
  const blocks: {
    title: string;
    shape: string;
    parameters: number;
    height: number;
    width: number;
    hot: boolean;
  }[] = [];
  const side = ([height]: LayerValues['shape']): number => height ?? 0;
  const first = layers.find(({ kind }) => kind === 'Conv2D');
  const input = side(first?.shape ?? [300]);
  const shapeOf = (shape: LayerValues['shape']) => shape.join(' × ');
  blocks.push({
    title: text.input,
    shape: `${input} × ${input} × 3`,
    parameters: 0,
    height: 240,
    width: 26,
    hot: false,
  });
  for (const { kind, shape, parameters } of layers) {
    const last = blocks.at(-1);
    if (kind === 'Conv2D')
      blocks.push({
        title: 'conv',
        shape: shapeOf(shape),
        parameters,
        height: Math.max(34, (240 * side(shape)) / input),
        width: 26 + (shape.at(-1) ?? 0) * 1.6,
        hot: true,
      });
    else if (kind === 'BatchNormalization' && last) last.parameters += parameters;
    else if (kind === 'GlobalAveragePooling2D')
      blocks.push({
        title: text.pool,
        shape: shapeOf(shape),
        parameters: 0,
        height: 30,
        width: 60,
        hot: false,
      });
    else if (kind === 'Dense')
      blocks.push({ title: 'dense', shape: shapeOf(shape), parameters, height: 30, width: 60, hot: true });
  }
  const slot = 1152 / blocks.length;
  const parts = blocks.map(({ title, shape, parameters, height, width, hot }, index) => {
    const x = slot * (index + 0.5);
    const top = 170 - height / 2;
    const shown =
      parameters > 0
        ? words(numbers.whole(parameters), x, 394, { weight: 700, fill: INK.accent, size: 28 })
        : '';
    return `${box(x - width / 2, top, width, height, { fill: hot ? '#f6e7dd' : '#f1f3f5', stroke: hot ? INK.accent : INK.mute })}${words(title, x, 330, { weight: 600 })}${words(shape, x, 358, { fill: INK.soft, size: 20 })}${shown}${index > 0 ? arrow(x - slot / 2 - 14, x - slot / 2 + 14, 170) : ''}`;
  });
  return svg(1152, 404, alt, parts);
}

/** Two rows: how the network was trained, and what is trained of it here. */
export function drawTransfer(text: {
  before: string;
  million: string;
  thousand: string;
  classes: string;
  network: string;
  ours: string;
  photos: string;
  frozen: string;
  head: string;
  breeds: string;
  trained: string;
  alt: string;
}): string {
  const layers = (y: number, color: string) =>
    [0, 1, 2, 3, 4, 5].map(
      (index) =>
        `<rect x="${404 + index * 52}" y="${y + index * 9}" width="36" height="${130 - index * 18}" rx="6" fill="${color}"/>`,
    );
  const photos = (y: number) =>
    [0, 1, 2, 3].map((index) => photo(70 + (index % 2) * 88, y + Math.floor(index / 2) * 70, 76, 60));
  const [first, second] = [44, 290];
  return svg(1152, 500, text.alt, [
    words(text.before, 0, 26, { anchor: 'start', fill: INK.soft, weight: 600 }),
    ...photos(first),
    words(text.million, 152, first + 168, { fill: INK.soft }),
    arrow(270, 376, first + 64),
    ...layers(first, INK.mute),
    words(text.network, 552, first + 168, { fill: INK.soft }),
    arrow(726, 800, first + 64),
    box(812, first + 30, 110, 68, { fill: '#f1f3f5' }),
    words(text.thousand, 867, first + 72, { size: 26, weight: 600 }),
    words(text.classes, 867, first + 168, { fill: INK.soft }),
    `<path d="M552 ${first + 182}V${second - 14}" stroke="${INK.dark}" stroke-width="4" stroke-dasharray="4 10" stroke-linecap="round"/>`,
    words(text.ours, 0, second - 12, { anchor: 'start', fill: INK.accent, weight: 600 }),
    ...photos(second),
    words(text.photos, 152, second + 168, { fill: INK.soft }),
    arrow(270, 376, second + 64),
    ...layers(second, INK.mute),
    words(text.frozen, 552, second + 168, { fill: INK.soft }),
    arrow(726, 800, second + 64),
    box(808, second + 14, 172, 100, { fill: '#f6e7dd', stroke: INK.accent }),
    words(text.head, 894, second + 72, { size: 26, weight: 700, fill: INK.accent }),
    words(text.trained, 894, second + 168, { fill: INK.accent, weight: 600 }),
    arrow(992, 1046, second + 64),
    words(text.breeds, 1094, second + 72, { size: 26, weight: 600 }),
  ]);
}

/**
 * A matrix of shares as coloured cells with their numbers.
 *
 * @param options.numbered the columns' numbers stand before the rows' names too
 * @param options.label width of the names, px; names that are longer are cut
 */
export function drawMatrix(options: {
  rows: readonly string[];
  columns: readonly string[];
  numbered?: boolean;
  shares: readonly (readonly number[])[];
  text: (share: number, row: number, column: number) => string;
  label: number;
  cell: number;
  alt: string;
}): string {
  const { rows, columns, shares, label, cell } = options;
  const top = 34;
  const fit = (name: string) => {
    let text = name;
    const room = label - (options.numbered ? 42 : 14);
    while (text.length > 4 && 0.92 * textWidth(text, 20) > room) text = `${text.slice(0, -2)}…`;
    return text;
  };
  const heads = columns.map((name, index) =>
    words(name, label + cell * (index + 0.5), 24, { size: 20, fill: INK.soft }),
  );
  const lines = rows.flatMap((name, row) => {
    const y = top + row * cell;
    const full = options.numbered ? `${fit(name)} ${row + 1}` : fit(name);
    return [
      words(full, label - 12, y + cell * 0.67, { anchor: 'end', size: 20 }),
      ...(shares[row] ?? []).map((share, column) => {
        const own = row === column;
        const color = own ? INK.dark : INK.accent;
        const opacity = own ? 0.16 + 0.5 * share : Math.min(0.92, share * 4);
        const text = options.text(share, row, column);
        const x = label + column * cell;
        return `<rect x="${x + 1}" y="${y + 1}" width="${cell - 2}" height="${cell - 2}" rx="4" fill="${color}" fill-opacity="${share > 0 ? opacity.toFixed(2) : 0.03}"/>${text ? words(text, x + cell / 2, y + cell * 0.67, { size: 20, fill: !own && opacity > 0.6 ? '#ffffff' : INK.text }) : ''}`;
      }),
    ];
  });
  return svg(label + cell * columns.length + 2, top + cell * rows.length + 2, options.alt, [
    ...heads,
    ...lines,
  ]);
}
