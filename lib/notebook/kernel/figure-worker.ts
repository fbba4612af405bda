import { parentPort } from 'node:worker_threads';
import sharp from 'sharp';
import { createFigureRenderer, type FigureRenderer, type PlotlyFigure } from '../report/static-figure';

/** Pixels of the picture for one of the figure: sharp on most screens, and still a few kilobytes; and of a large one. */
const DENSITY = 1.2;
const DENSITY_OF_LARGE = 1;
const LARGE_BYTES = 16_000;
const SVG_DPI = 72;
/** As many colours as four bits a pixel name, and how far from the drawing they may be (0 to 255, root mean square). */
const FEW_COLORS = 16;
const MANY_COLORS = 256;
const FAR = 2.5;

/**
 * An SVG as PNG: in 16 colours where that looks the same (a quarter to two thirds of the bytes; lines, bars, text), else
 * in 256 (gradients, photos).
 */
async function draw(svg: string, density: number): Promise<Buffer> {
  const { data, info } = await sharp(Buffer.from(svg), {
    density: SVG_DPI * density,
    limitInputPixels: false,
  })
    .flatten({ background: '#ffffff' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const inColors = (colours: number) =>
    sharp(data, { raw: info })
      .png({ palette: true, effort: 8, compressionLevel: 9, dither: 0, colours })
      .toBuffer();
  const few = await inColors(FEW_COLORS);
  const shown = await sharp(few).removeAlpha().raw().toBuffer();
  let squares = 0;
  for (let i = 0; i < data.length; i++) squares += ((data[i] ?? 0) - (shown[i] ?? 0)) ** 2;
  return Math.sqrt(squares / data.length) <= FAR ? few : inColors(MANY_COLORS);
}

let renderer: FigureRenderer | null = null;

/** Draws figures as PNG (base64), one after the other. */
parentPort?.on('message', async ({ number, figure }: { number: number; figure: PlotlyFigure | null }) => {
  try {
    renderer ??= createFigureRenderer();
    if (!figure) return parentPort?.postMessage({ number, result: null });
    const svg = await renderer.render(figure);
    const fine = await draw(svg, DENSITY);
    const png = fine.length > LARGE_BYTES ? await draw(svg, DENSITY_OF_LARGE) : fine;
    parentPort?.postMessage({ number, result: png.toString('base64') });
  } catch (error) {
    parentPort?.postMessage({ number, failure: (error as Error).message });
  }
});
