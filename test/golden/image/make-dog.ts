// Makes dog.png, the drawn picture that the other fixtures start from:
//   node --import tsx test/golden/image/make-dog.ts
import { join } from 'node:path';
import sharp from 'sharp';
import { createRandom, elementAt } from '../../../lib/base/index';
import { BREED_LOOKS } from '../../../lib/dataset/drawn/breed-looks';
import { drawPicture } from '../../../lib/dataset/drawn/draw-picture';

async function main(): Promise<void> {
  const { bytes } = await drawPicture(elementAt(BREED_LOOKS, 0), createRandom(5), 'jpeg');
  await sharp(bytes).resize(72, 54, { fit: 'fill' }).png().toFile(join(__dirname, 'dog.png'));
}
main();
