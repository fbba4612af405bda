import { XMLParser } from 'fast-xml-parser';
import type { Box } from '../types';

/** One annotation of Stanford Dogs. */
export interface Annotation {
  /** Size of the original photo, px. */
  width: number;
  height: number;
  /** One box for each dog, as fractions of that size. */
  boxes: Box[];
  /** Whether a box reached outside of the photo and was cut at its edge. */
  cut?: true;
}

const parser = new XMLParser({ isArray: (name) => name === 'object', parseTagValue: true });

/**
 * Parses a PASCAL VOC annotation. Boxes become fractions of the annotation's own size, because the photo on disk
 * may have been made smaller; they are clipped to the picture.
 *
 * @param xml the annotation
 * @param name how messages name it
 * @throws Error when it is no VOC annotation, has no positive size, or a box without area
 * @example parseAnnotation(readFileSync('n02085620_10074', 'utf8'), 'n02085620_10074').boxes[0].xmin // 25 / 333
 */
export function parseAnnotation(xml: string, name: string): Annotation {
  const annotation = parse(xml, name);
  const width = Number(annotation?.size?.width);
  const height = Number(annotation?.size?.height);
  if (!annotation || !(width > 0 && height > 0))
    throw new Error(`expected a VOC annotation with a positive size, received another file in ${name}`);
  let cut = false;
  const boxes = (annotation.object ?? []).map(({ bndbox }) => {
    const fraction = (value: unknown, size: number) => {
      cut ||= Number(value) < 0 || Number(value) > size;
      return Math.min(1, Math.max(0, Number(value) / size));
    };
    const box = {
      xmin: fraction(bndbox?.xmin, width),
      ymin: fraction(bndbox?.ymin, height),
      xmax: fraction(bndbox?.xmax, width),
      ymax: fraction(bndbox?.ymax, height),
    };
    if (!(box.xmax > box.xmin && box.ymax > box.ymin))
      throw new Error(`expected boxes with an area, received ${JSON.stringify(bndbox)} in ${name}`);
    return box;
  });
  return { width, height, boxes, ...(cut ? { cut: true as const } : {}) };
}

function parse(xml: string, name: string): VocAnnotation | undefined {
  try {
    return (parser.parse(xml, true) as { annotation?: VocAnnotation }).annotation;
  } catch (error) {
    const why = (error as Error).message.replace(/\.$/, '');
    throw new Error(
      `expected a VOC annotation with a positive size, received no whole XML in ${name} (${why})`,
      {
        cause: error,
      },
    );
  }
}

/** The parts of a VOC file that are read; every one may be absent in a damaged file. */
interface VocAnnotation {
  size?: { width?: unknown; height?: unknown };
  object?: { bndbox?: { xmin?: unknown; ymin?: unknown; xmax?: unknown; ymax?: unknown } }[];
}
