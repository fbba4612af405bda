import { parentPort } from 'node:worker_threads';
import sharp from 'sharp';
import { createFigureRenderer, type FigureRenderer, type PlotlyFigure } from '../report/static-figure';

/** Pixels of the picture for one of the figure: sharp on most screens, and still a few kilobytes. */
const DENSITY = 1.2;
const SVG_DPI = 72;

let renderer: FigureRenderer | null = null;

/** Draws figures as PNG (base64), one after the other. */
parentPort?.on('message', async ({ number, figure }: { number: number; figure: PlotlyFigure | null }) => {
  try {
    renderer ??= createFigureRenderer();
    if (!figure) return parentPort?.postMessage({ number, result: null });
    const svg = await renderer.render(figure);
    const picture = sharp(Buffer.from(svg), { density: SVG_DPI * DENSITY, limitInputPixels: false }).flatten({
      background: '#ffffff',
    });
    const png = await picture.png({ palette: true, effort: 8 }).toBuffer();
    parentPort?.postMessage({ number, result: png.toString('base64') });
  } catch (error) {
    parentPort?.postMessage({ number, failure: (error as Error).message });
  }
});
