import { createRandom, elementAt } from '../../base/index';
import type { Example } from '../types';
import { BREED_LOOKS } from './breed-looks';
import { drawDog } from './draw-dog';

/**
 * The outline of a photo that may not be shown: its format and the annotated dogs at their places, each a grey drawn
 * dog that fills its box. Nothing of the photo's pixels is in it.
 *
 * @returns an SVG, as wide and high as the photo
 * @example await sharp(Buffer.from(drawOutline(example))).png().toBuffer()
 */
export function drawOutline(example: Pick<Example, 'width' | 'height' | 'boxes' | 'hash'>): string {
  const { width, height, boxes, hash } = example;
  const random = createRandom(Number.parseInt(hash.slice(0, 8), 16) || 0);
  const whole = { xmin: 0.15, ymin: 0.2, xmax: 0.85, ymax: 0.95 };
  const dogs = (boxes.length > 0 ? boxes : [whole]).map((box) => {
    const dog = drawDog(elementAt(BREED_LOOKS, random.integer(BREED_LOOKS.length)), random);
    const [x, y] = [box.xmin * width, box.ymin * height];
    const [scaleX, scaleY] = [
      ((box.xmax - box.xmin) * width) / (dog.right - dog.left),
      ((box.ymax - box.ymin) * height) / (dog.bottom - dog.top),
    ];
    return `<g filter="url(#grey)" transform="translate(${x} ${y}) scale(${scaleX} ${scaleY}) translate(${-dog.left} ${-dog.top})">${dog.svg}</g>`;
  });
  const grey = '0.15 0.3 0.05 0 0.3 '.repeat(3);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<defs><filter id="grey"><feColorMatrix type="matrix" values="${grey}0 0 0 1 0"/></filter></defs>` +
    `<rect width="100%" height="100%" fill="#e9ecef"/>${dogs.join('')}</svg>`
  );
}
