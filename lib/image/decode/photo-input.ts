import { type Box, boxArea } from '../../dataset/index';
import type { RgbImage } from '../types';
import { type DecodeOptions, decodeSeveral } from './decode-image';

/**
 * Passes that are averaged: 1; `flip`: the photo and its mirror image (2); `crops-flip`: the whole photo stretched
 * and its centre square, each with its mirror image (4).
 */
export type FeatureViews = 1 | 'flip' | 'crops-flip';

/** How a photo is decoded for a network: upright (EXIF), cropped, resized to a square. */
export interface PhotoInput {
  /** Side of the square pictures, px. */
  size: number;
  interpolation: 'bilinear' | 'bicubic';
  /** A pixel is a square of which the coordinate names the centre, as in PIL and `tf.image`. */
  pixelCentres: 'half';
  /**
   * `central`: the middle of the photo, as networks are evaluated on ImageNet; `box`: only the largest annotated dog, with
   * a margin, photos without a box stay whole.
   */
  crop: 'none' | 'central' | 'box';
  /** What a `central` crop keeps of each side, above 0 and at most 1; absent for other crops. */
  cropFraction?: number;
  /** Margin on every side of the box, as a fraction of the box's width and height; 0 without a crop. */
  boxMargin: number;
  /** `stretch` to the square input, as the presentation did, or keep the proportions and take the `centre`. */
  resize: 'stretch' | 'centre';
  views: FeatureViews;
}

/** How many passes through the network a photo takes. */
export const passes = (views: FeatureViews): number => (views === 1 ? 1 : views === 'flip' ? 2 : 4);

/** Square pictures that are decoded of a photo; mirror images are made by the network's side, of these. */
export const squaresOf = ({ views }: Pick<PhotoInput, 'views'>): number => (views === 'crops-flip' ? 2 : 1);

/** What {@link decodePhoto} may be told besides. */
export interface DecodePhotoOptions extends Pick<DecodeOptions, 'maxPixels' | 'name'> {
  /** Of the dogs in the photo, in fractions of the upright picture; used where the input crops to a box. */
  boxes?: readonly Box[];
}

/**
 * Decodes a photo as a recipe asks for: the one function that makes pixels for a network.
 *
 * @param source path of the photo, or its bytes
 * @returns RGB, `size` wide; `size` high, or the squares below one another where there are two (`crops-flip`)
 * @throws Error when the photo cannot be read
 * @example const image = await decodePhoto('rex.jpg', classifier.input);
 */
export async function decodePhoto(
  source: string | Buffer,
  input: PhotoInput,
  { boxes = [], ...options }: DecodePhotoOptions = {},
): Promise<RgbImage> {
  const outcomes = await decodeSeveral(
    source,
    squareDecodes(input, boxes).map((square) => ({ ...options, ...square })),
  );
  const squares = outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
  const [only] = squares;
  if (only && squares.length === 1) return only;
  const { size } = input;
  const data = new Uint8Array(squares.length * 3 * size * size);
  for (const [i, square] of squares.entries()) data.set(square.data, i * square.data.length);
  return { data, width: size, height: squares.length * size };
}

/**
 * How each square picture of a photo is decoded: for `decodeSeveral`.
 *
 * @param boxes of the dogs in the photo, in fractions of the upright picture
 * @example squareDecodes(recipe.input, example.boxes).length // 1; 2 for `crops-flip`
 */
export function squareDecodes(input: PhotoInput, boxes: readonly Box[] = []): DecodeOptions[] {
  const { size, resize, views, interpolation } = input;
  const crop = cropBox(input, boxes);
  const fits = views === 'crops-flip' ? (['fill', 'cover'] as const) : [FITS[resize]];
  return fits.map((fit) => ({ width: size, height: size, fit, interpolation, ...(crop && { crop }) }));
}

const FITS = { stretch: 'fill', centre: 'cover' } as const;

/** What is cut out of a photo before it is resized, in fractions of it; undefined: nothing is cut away. */
function cropBox({ crop, cropFraction = 1, boxMargin }: PhotoInput, boxes: readonly Box[]): Box | undefined {
  if (crop === 'box') return marginBox(boxes, boxMargin);
  if (crop === 'none' || cropFraction === 1) return undefined;
  const edge = (1 - cropFraction) / 2;
  return { xmin: edge, ymin: edge, xmax: 1 - edge, ymax: 1 - edge };
}

/**
 * The part of a photo without annotated boxes that the first square shows, in fractions of the upright photo: where a
 * heat map belongs.
 *
 * @example shownPart(classifier.input, { width: 400, height: 300 }) // { xmin: 0.0625, ymin: 0.0625, xmax: 0.9375, ymax: 0.9375 }
 */
export function shownPart(input: PhotoInput, { width, height }: { width: number; height: number }): Box {
  const { xmin, ymin, xmax, ymax } = cropBox(input, []) ?? { xmin: 0, ymin: 0, xmax: 1, ymax: 1 };
  if (input.resize === 'stretch' || input.views === 'crops-flip') return { xmin, ymin, xmax, ymax };
  const side = Math.min(width * (xmax - xmin), height * (ymax - ymin));
  const [across, down] = [side / width / 2, side / height / 2];
  const [x, y] = [(xmin + xmax) / 2, (ymin + ymax) / 2];
  return { xmin: x - across, ymin: y - down, xmax: x + across, ymax: y + down };
}

/** The first square of a decoded photo: what is explained, and drawn. */
export function firstSquare({ data, width, height }: RgbImage): RgbImage {
  return height === width
    ? { data, width, height }
    : { data: data.subarray(0, 3 * width * width), width, height: width };
}

/**
 * The largest box, grown by a margin on every side and cut at the picture's edges.
 *
 * @param margin fraction of the box's width and height
 * @returns undefined where there is no box
 * @example marginBox([{ xmin: 0.5, ymin: 0, xmax: 0.9, ymax: 1 }], 0.1) // { xmin: 0.46, ymin: 0, xmax: 0.94, ymax: 1 }
 */
export function marginBox(boxes: readonly Box[], margin: number): Box | undefined {
  const [first, ...rest] = boxes;
  if (!first) return undefined;
  const largest = rest.reduce((best, box) => (boxArea(box) > boxArea(best) ? box : best), first);
  const dx = margin * (largest.xmax - largest.xmin);
  const dy = margin * (largest.ymax - largest.ymin);
  return {
    xmin: Math.max(0, largest.xmin - dx),
    ymin: Math.max(0, largest.ymin - dy),
    xmax: Math.min(1, largest.xmax + dx),
    ymax: Math.min(1, largest.ymax + dy),
  };
}
