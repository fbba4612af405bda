import sharp from 'sharp';
import { display } from './display';
import { escapeHtml } from './escape-html';

/** Raw RGB pixels (height x width x 3, 0..255) or an encoded picture (PNG, JPEG, WebP). */
export type ShownImage = Uint8Array | { data: Uint8Array; width: number; height: number };

/** A picture of a grid with what stands under it. */
export interface CaptionedImage {
  image: ShownImage;
  caption?: string;
  /** What the picture shows; the caption when absent. */
  alt?: string;
}

const JPEG_QUALITY = 82;

/** JPEG of a picture, made narrower when wider than `width` px. */
async function encodeJpeg(
  image: ShownImage,
  width: number,
): Promise<{ jpeg: Buffer; width: number; height: number }> {
  const pipeline =
    image instanceof Uint8Array
      ? sharp(image)
      : sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } });
  const { data, info } = await pipeline
    .resize({ width, withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer({ resolveWithObject: true });
  return { jpeg: data, width: info.width, height: info.height };
}

/**
 * Shows one picture under the cell.
 *
 * @param alt what it shows
 * @param options.width it is made narrower when wider than this, px (default 900)
 * @example await showImage(await decodeImage('dog.jpg'), 'a beagle on grass')
 */
export async function showImage(
  image: ShownImage,
  alt: string,
  options: { width?: number } = {},
): Promise<void> {
  const { jpeg, width, height } = await encodeJpeg(image, options.width ?? 900);
  display(
    { 'image/jpeg': jpeg.toString('base64'), 'text/plain': `[picture ${width} x ${height}] ${alt}` },
    { alt },
  );
}

/**
 * Shows pictures side by side, each with its caption.
 *
 * @param alt what the grid as a whole shows
 * @param options.columns pictures in a row on a wide screen (default: as many as fit)
 * @param options.tileWidth width of a picture, px (default 160)
 * @example await showImages(photos.map((photo) => ({ image: photo.pixels, caption: photo.breed })), 'one photo per breed')
 */
export async function showImages(
  images: CaptionedImage[],
  alt: string,
  options: { columns?: number; tileWidth?: number } = {},
): Promise<void> {
  const tile = options.tileWidth ?? 160;
  const cells: string[] = [];
  for (const { image, caption, alt: own } of images) {
    const { jpeg, width, height } = await encodeJpeg(image, tile);
    const source = `data:image/jpeg;base64,${jpeg.toString('base64')}`;
    const text = caption ? `<figcaption>${escapeHtml(caption)}</figcaption>` : '';
    const words = escapeHtml(own ?? caption ?? alt);
    cells.push(
      `<figure><img src="${source}" width="${width}" height="${height}" alt="${words}">${text}</figure>`,
    );
  }
  const columns = options.columns
    ? `repeat(${options.columns}, minmax(0, ${tile}px))`
    : `repeat(auto-fill, minmax(${tile}px, 1fr))`;
  const style =
    '.dogbreeds-grid{display:grid;gap:8px}.dogbreeds-grid figure{margin:0}.dogbreeds-grid img{max-width:100%;height:auto}.dogbreeds-grid figcaption{font-size:12px;overflow-wrap:anywhere}';
  display({
    'text/html': `<style>${style}</style><div class="dogbreeds-grid" role="group" aria-label="${escapeHtml(alt)}" style="grid-template-columns:${columns}">${cells.join('')}</div>`,
    'text/plain': `[${images.length} pictures] ${alt}`,
  });
}
