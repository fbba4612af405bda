import sharp from 'sharp';
import { createRandom, type Random } from '../../base/index';

/** Pictures that the page offers to people without a photo at hand; drawn here, so that no photo ships. */
export const EXAMPLES = ['white-dog.png', 'brown-dog.png', 'teapot.png'] as const;

/** Name of an example picture. */
export type ExampleName = (typeof EXAMPLES)[number];

const SIDE = 448;

/** Short strokes of fur over an ellipse, pointing away from its centre and down. */
function fur(
  random: Random,
  [cx, cy, rx, ry]: [cx: number, cy: number, rx: number, ry: number],
  count: number,
  colours: string[],
  length: number,
): string {
  const strokes: string[] = [];
  for (let i = 0; i < count; i++) {
    const angle = 2 * Math.PI * random.next();
    const radius = Math.sqrt(random.next());
    const x = cx + rx * radius * Math.cos(angle);
    const y = cy + ry * radius * Math.sin(angle);
    const heading = Math.atan2(y - cy + 0.5 * ry, x - cx) + 0.5 * random.normal();
    const long = length * (0.6 + 0.8 * random.next());
    const bend = 0.3 * long * random.normal();
    const dx = long * Math.cos(heading);
    const dy = long * Math.sin(heading);
    const colour = colours[random.integer(colours.length)];
    strokes.push(
      `<path d="M${x.toFixed(1)} ${y.toFixed(1)}q${(dx / 2 - bend * Math.sin(heading)).toFixed(1)} ${(dy / 2 + bend * Math.cos(heading)).toFixed(1)} ${dx.toFixed(1)} ${dy.toFixed(1)}" stroke="${colour}"/>`,
    );
  }
  return `<g fill="none" stroke-width="2" stroke-linecap="round" opacity="0.75">${strokes.join('')}</g>`;
}

const meadow = (random: Random): string => `
  <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#9fc3d9"/><stop offset="1" stop-color="#dfe9e4"/></linearGradient>
  <linearGradient id="grass" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#7fa05a"/><stop offset="1" stop-color="#476b32"/></linearGradient>
  <rect width="448" height="448" fill="url(#sky)"/><rect y="290" width="448" height="158" fill="url(#grass)"/>
  ${fur(random, [224, 375, 320, 85], 900, ['#5d8440', '#6f9a4c', '#8cb162', '#3f6330'], 14)}`;

function face(eye: string, nose: string, y: number, muzzle: string): string {
  return `
  <ellipse cx="224" cy="${y + 66}" rx="52" ry="40" fill="${muzzle}"/>
  <path d="M224 ${y + 72}v22m-30 6q16 18 30 -4q14 22 30 4" fill="none" stroke="#2a2320" stroke-width="4" stroke-linecap="round"/>
  <path d="M196 ${y + 50}q28 -16 56 0q-4 26 -28 30q-24 -4 -28 -30z" fill="${nose}"/>
  <ellipse cx="214" cy="${y + 52}" rx="8" ry="4" fill="#ffffff" opacity="0.35"/>
  ${[178, 270].map((x) => `<ellipse cx="${x}" cy="${y}" rx="14" ry="13" fill="#1c1613"/><circle cx="${x}" cy="${y}" r="9" fill="${eye}"/><circle cx="${x}" cy="${y}" r="5" fill="#0d0a09"/><circle cx="${x + 4}" cy="${y - 4}" r="3" fill="#fff"/>`).join('')}`;
}

function whiteDog(random: Random): string {
  const whites = ['#ffffff', '#f4f1ea', '#e6e1d6', '#d3ccbf', '#fbf9f4'];
  return `${meadow(random)}
  <ellipse cx="224" cy="395" rx="150" ry="120" fill="#e9e4da"/>${fur(random, [224, 390, 150, 110], 1500, whites, 26)}
  ${[-1, 1].map((s) => `<path d="M${224 + s * 62} 128q${s * 34} -84 ${s * 62} -74q${s * 22} 40 ${s * -4} 120z" fill="#e4ddd1"/><path d="M${224 + s * 78} 126q${s * 22} -52 ${s * 38} -48q${s * 10} 28 ${s * -6} 70z" fill="#cfa79a"/>`).join('')}
  <ellipse cx="224" cy="200" rx="122" ry="106" fill="#f1ede5"/>${fur(random, [224, 200, 120, 104], 1500, whites, 20)}
  ${fur(random, [224, 330, 110, 30], 500, whites, 26)}${face('#4a3020', '#1b1615', 190, '#faf8f3')}`;
}

function brownDog(random: Random): string {
  const browns = ['#7a4a22', '#8f5a2c', '#693c19', '#a56b38', '#5a3214'];
  return `${meadow(random)}
  <ellipse cx="224" cy="405" rx="130" ry="120" fill="#84532a"/>${fur(random, [224, 400, 128, 110], 900, browns, 12)}
  <ellipse cx="224" cy="190" rx="104" ry="112" fill="#8b572c"/>${fur(random, [224, 190, 102, 108], 900, browns, 10)}
  ${face('#7c4a16', '#2a1a12', 186, '#97622f')}
  ${[-1, 1].map((s) => `<path d="M${224 + s * 66} 96q${s * 70} -14 ${s * 84} 70q${s * 6} 110 ${s * -22} 128q${s * -44} 2 ${s * -52} -66q${s * 10} -60 ${s * -14} -132z" fill="#6b3d1a"/>${fur(random, [224 + s * 116, 190, 30, 86], 260, ['#5a3214', '#6b3d1a', '#7d4b22'], 12)}`).join('')}`;
}

const teapot = `
  <linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#e8dfcd"/><stop offset="1" stop-color="#cfc2a8"/></linearGradient>
  <radialGradient id="glaze" cx="0.35" cy="0.3" r="0.8"><stop offset="0" stop-color="#f4fbfd"/><stop offset="0.35" stop-color="#6fa9c4"/><stop offset="1" stop-color="#1e4f6d"/></radialGradient>
  <rect width="448" height="448" fill="url(#wall)"/><rect y="320" width="448" height="128" fill="#8a6546"/><rect y="320" width="448" height="6" fill="#6b4c33"/>
  <ellipse cx="224" cy="352" rx="150" ry="20" fill="#000" opacity="0.25"/>
  <path d="M318 200q96 -30 84 62q-10 60 -98 66" fill="none" stroke="#2c678a" stroke-width="22"/>
  <path d="M118 262q-52 -8 -66 -92l-26 -10l18 -16l34 12q14 62 62 70z" fill="url(#glaze)"/>
  <path d="M224 160c90 0 120 50 120 104s-50 88 -120 88s-120 -34 -120 -88s30 -104 120 -104z" fill="url(#glaze)"/>
  <ellipse cx="224" cy="166" rx="70" ry="18" fill="#2c678a"/><path d="M156 162q68 -58 136 0z" fill="url(#glaze)"/><circle cx="224" cy="118" r="16" fill="url(#glaze)"/>`;

const DRAWINGS: Record<ExampleName, (random: Random) => string> = {
  'white-dog.png': whiteDog,
  'brown-dog.png': brownDog,
  'teapot.png': () => teapot,
};

/**
 * Draws an example picture: 448 x 448 PNG, the same at every call.
 *
 * @example await writeFile('teapot.png', await drawExample('teapot.png'))
 */
export async function drawExample(name: ExampleName): Promise<Buffer> {
  const body = DRAWINGS[name](createRandom(7));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIDE} ${SIDE}" width="${SIDE}" height="${SIDE}">${body}</svg>`;
  return sharp(Buffer.from(svg)).png({ palette: true, quality: 90 }).toBuffer();
}
