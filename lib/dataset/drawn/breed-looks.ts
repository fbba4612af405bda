/** How a drawn breed looks; lengths in units of its own canvas, where a dog is about 200 long. */
export interface BreedLook {
  name: string;
  /** Coats as [body, marking] in CSS colours; each picture takes one. */
  coats: readonly (readonly [body: string, marking: string])[];
  bodyLength: number;
  bodyHeight: number;
  legLength: number;
  headSize: number;
  muzzle: number;
  ears: 'floppy' | 'pointed';
  tail: 'curled' | 'long' | 'stub';
  pattern: 'dots' | 'stripes' | 'wool' | 'saddle' | 'patches' | 'mask';
}

/** The breeds that the project draws: invented, so that no one takes them for real ones. */
export const BREED_LOOKS: readonly BreedLook[] = [
  {
    name: 'Dotted_hound',
    coats: [
      ['#f4f1ea', '#26221f'],
      ['#e9e4da', '#5a3a22'],
    ],
    bodyLength: 112,
    bodyHeight: 46,
    legLength: 62,
    headSize: 25,
    muzzle: 24,
    ears: 'floppy',
    tail: 'long',
    pattern: 'dots',
  },
  {
    name: 'Long_badger_dog',
    coats: [
      ['#8a4b22', '#5b2f14'],
      ['#2b2523', '#a8682f'],
    ],
    bodyLength: 150,
    bodyHeight: 38,
    legLength: 22,
    headSize: 24,
    muzzle: 32,
    ears: 'floppy',
    tail: 'long',
    pattern: 'saddle',
  },
  {
    name: 'Masked_spitz',
    coats: [
      ['#8d949c', '#f2f3f4'],
      ['#55504c', '#efe9df'],
    ],
    bodyLength: 96,
    bodyHeight: 54,
    legLength: 48,
    headSize: 31,
    muzzle: 17,
    ears: 'pointed',
    tail: 'curled',
    pattern: 'mask',
  },
  {
    name: 'Patched_shepherd',
    coats: [
      ['#f0ede6', '#3a2d26'],
      ['#eee8dd', '#a5622a'],
    ],
    bodyLength: 108,
    bodyHeight: 50,
    legLength: 50,
    headSize: 27,
    muzzle: 23,
    ears: 'pointed',
    tail: 'long',
    pattern: 'patches',
  },
  {
    name: 'Striped_runner',
    coats: [
      ['#b98a52', '#3b2a1b'],
      ['#9c8f80', '#38332f'],
    ],
    bodyLength: 118,
    bodyHeight: 36,
    legLength: 76,
    headSize: 20,
    muzzle: 30,
    ears: 'floppy',
    tail: 'long',
    pattern: 'stripes',
  },
  {
    name: 'Woolly_waterdog',
    coats: [
      ['#efe6d2', '#d8c8a4'],
      ['#6b4a32', '#523725'],
    ],
    bodyLength: 92,
    bodyHeight: 66,
    legLength: 38,
    headSize: 33,
    muzzle: 14,
    ears: 'floppy',
    tail: 'stub',
    pattern: 'wool',
  },
];
