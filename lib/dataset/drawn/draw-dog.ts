import type { Random } from '../../base/index';
import { elementAt } from '../../base/index';
import type { BreedLook } from './breed-looks';

/** A dog in side view as SVG, feet on y = 0, looking right, and the rectangle that it fills. */
export interface DrawnDog {
  svg: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const ellipse = (cx: number, cy: number, rx: number, ry: number, fill: string): string =>
  `<ellipse cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" rx="${rx.toFixed(1)}" ry="${ry.toFixed(1)}" fill="${fill}"/>`;

/** Draws one dog of a breed; coat, pose and markings vary with `random`. */
export function drawDog(look: BreedLook, random: Random): DrawnDog {
  const vary = (value: number, share = 0.08) => value * (1 + share * (2 * random.next() - 1));
  const [coat, marking] = elementAt(look.coats, random.integer(look.coats.length));
  const length = vary(look.bodyLength);
  const height = vary(look.bodyHeight);
  const legs = vary(look.legLength);
  const head = vary(look.headSize);
  const muzzle = vary(look.muzzle);
  const bodyY = -legs - height / 2;
  const headX = length / 2 + head * 0.35;
  const headY = bodyY - height * 0.35 - head * vary(0.7, 0.4);
  const body = `<ellipse cx="0" cy="${bodyY}" rx="${length / 2}" ry="${height / 2}"/>`;
  const parts = [
    drawTail(look.tail, length, bodyY, coat, random),
    drawLegs(length, legs, height, look.pattern === 'mask' ? marking : coat, random),
    `<line x1="${length * 0.36}" y1="${bodyY}" x2="${headX}" y2="${headY}" stroke="${coat}" stroke-width="${head * 1.1}" stroke-linecap="round"/>`,
    `<g fill="${coat}">${body}</g><clipPath id="body">${body}</clipPath>`,
    `<g clip-path="url(#body)">${drawPattern(look.pattern, length, height, bodyY, marking, random)}</g>`,
    drawHead(look, headX, headY, head, muzzle, coat, marking),
  ];
  if (look.pattern === 'wool') parts.push(drawWool(length, height, bodyY, headX, headY, head, coat, random));
  return {
    svg: parts.join(''),
    left: -length / 2 - (look.tail === 'stub' ? 12 : 42),
    top: headY - head * (look.ears === 'pointed' ? 1.7 : 1.1),
    right: headX + head * 0.6 + muzzle,
    bottom: 4,
  };
}

function drawLegs(length: number, legs: number, height: number, fill: string, random: Random): string {
  const top = -legs - height * 0.3;
  return [-0.38, -0.28, 0.26, 0.36]
    .map((share, i) => {
      const x = share * length;
      const foot = x + (random.next() - 0.5) * legs * 0.5;
      const shade = i % 2 === 0 ? ' opacity="0.8"' : '';
      return `<path d="M${x} ${top}L${foot} -3l6 0" stroke="${fill}" stroke-width="${9 + height * 0.06}" stroke-linecap="round" stroke-linejoin="round" fill="none"${shade}/>`;
    })
    .join('');
}

function drawTail(
  tail: BreedLook['tail'],
  length: number,
  bodyY: number,
  fill: string,
  random: Random,
): string {
  const x = -length / 2 + 6;
  const lift = 10 + random.next() * 35;
  if (tail === 'stub') return ellipse(x - 6, bodyY - 12, 11, 11, fill);
  const path =
    tail === 'curled'
      ? `M${x} ${bodyY}c-30 -8 -34 -50 -4 -50c18 0 20 24 4 24`
      : `M${x} ${bodyY}q-26 ${lift * 0.3} -40 -${lift}`;
  return `<path d="${path}" stroke="${fill}" stroke-width="${tail === 'curled' ? 15 : 8}" stroke-linecap="round" fill="none"/>`;
}

function drawHead(
  look: BreedLook,
  x: number,
  y: number,
  size: number,
  muzzle: number,
  coat: string,
  marking: string,
): string {
  const face = look.pattern === 'mask' ? marking : coat;
  const noseX = x + size * 0.55 + muzzle;
  const ear =
    look.ears === 'pointed'
      ? `<path d="M${x - size * 0.75} ${y - size * 0.45}l${size * 0.15} -${size * 1.15}l${size * 0.7} ${size * 0.65}z" fill="${look.pattern === 'patches' ? marking : coat}"/>`
      : `<ellipse cx="${x - size * 0.55}" cy="${y + size * 0.25}" rx="${size * 0.36}" ry="${size * 0.8}" fill="${look.pattern === 'wool' ? coat : marking}" transform="rotate(12 ${x} ${y})"/>`;
  return [
    ellipse(x, y, size, size * 0.92, coat),
    look.pattern === 'mask' ? ellipse(x + size * 0.3, y + size * 0.2, size * 0.68, size * 0.62, marking) : '',
    ellipse(x + size * 0.5 + muzzle / 2, y + size * 0.28, muzzle * 0.62 + 5, size * 0.36, face),
    ellipse(noseX, y + size * 0.16, 5, 4.5, '#1d1a19'),
    ellipse(x + size * 0.35, y - size * 0.2, 3.6, 4, '#1d1a19'),
    ear,
  ].join('');
}

function drawPattern(
  pattern: BreedLook['pattern'],
  length: number,
  height: number,
  bodyY: number,
  fill: string,
  random: Random,
): string {
  const at = () => (random.next() - 0.5) * length;
  const down = () => bodyY + (random.next() - 0.5) * height;
  const many = (count: number, draw: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => draw(i)).join('');
  if (pattern === 'dots')
    return many(22, () => ellipse(at(), down(), 2.5 + 3 * random.next(), 2.5 + 3 * random.next(), fill));
  if (pattern === 'stripes')
    return many(9, (i) => {
      const x = (i / 8 - 0.5) * length + random.next() * 6;
      return `<path d="M${x} ${bodyY - height / 2}q${6 - 12 * random.next()} ${height / 2} 3 ${height}" stroke="${fill}" stroke-width="${3 + 2 * random.next()}" fill="none"/>`;
    });
  if (pattern === 'saddle') return ellipse(0, bodyY - height * 0.42, length * 0.42, height * 0.5, fill);
  if (pattern === 'patches')
    return many(3, (i) =>
      ellipse(
        (i - 1) * length * 0.33 + random.next() * 10,
        down(),
        12 + 9 * random.next(),
        15 + 8 * random.next(),
        fill,
      ),
    );
  if (pattern === 'mask')
    return ellipse(length * 0.1, bodyY + height * 0.45, length * 0.55, height * 0.38, fill);
  return '';
}

function drawWool(
  length: number,
  height: number,
  bodyY: number,
  headX: number,
  headY: number,
  head: number,
  fill: string,
  random: Random,
): string {
  const curl = (cx: number, cy: number, rx: number, ry: number, count: number) =>
    Array.from({ length: count }, (_, i) => {
      const angle = (2 * Math.PI * i) / count;
      const radius = 7 + 3 * random.next();
      return `<circle cx="${cx + rx * Math.cos(angle)}" cy="${cy + ry * Math.sin(angle)}" r="${radius}" fill="${fill}" stroke="#0003"/>`;
    }).join('');
  return curl(0, bodyY, length / 2, height / 2, 20) + curl(headX - 6, headY - 4, head * 0.75, head * 0.7, 9);
}
