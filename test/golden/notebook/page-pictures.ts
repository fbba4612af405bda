// Answers of the real page for the slides: lib/notebook/assets/page-N.LANGUAGE.webp and page-answers.json.
// Serve the final model (npx dogbreeds serve), then:
//   node --import tsx test/golden/notebook/page-pictures.ts http://127.0.0.1:7860 PHOTOS
// Chromium opens the page, gives it the first official test photo of each of the presentation's three breeds, and
// photographs the card with the answer, down to its third bar. The photo itself may not be published: its outline stands above the answer.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { fromRoot } from '../../../lib/base/index';
import { drawOutline, openDataset } from '../../../lib/dataset/index';
import { LANGUAGES } from '../../../lib/notebook/index';
import { launchChromium } from '../../app/support/chromium';

/** The breeds whose answers the presentation shows. */
const BREEDS = ['Appenzeller', 'Sussex_spaniel', 'Great_Pyrenees'];
/** As narrow as a phone, so that letters can be read on a slide. */
const VIEWPORT = { width: 340, height: 1400 };
const BARS = 3;
const WIDTH = 720;
const OUTLINE_HEIGHT = 220;

async function main(url = '', path = ''): Promise<void> {
  const { examples, imagesFolder } = await openDataset({ path });
  const photos = BREEDS.map((breed) =>
    examples.find((each) => each.breed === breed && each.split === 'test'),
  );
  const answers: { breed: string; named: string; percent: number }[] = [];
  const browser = await launchChromium();
  for (const language of LANGUAGES) {
    const page = await browser.newPage({ viewport: VIEWPORT, deviceScaleFactor: 2, colorScheme: 'light' });
    for (const [index, photo] of photos.entries()) {
      if (!photo)
        throw new Error(`expected an official test photo of ${BREEDS[index]} in ${path}, found none`);
      await page.goto(`${url}/?lang=${language}`);
      const answered = page.waitForResponse((response) => response.request().method() === 'POST');
      await page.setInputFiles('#files', join(imagesFolder, photo.file));
      await answered;
      await page.locator('#bars li').first().waitFor();
      await page.waitForTimeout(1000);
      const place = page.locator('section[aria-labelledby="answer-title"]');
      const [card, bar] = [
        await place.boundingBox(),
        await page
          .locator('#bars li')
          .nth(BARS - 1)
          .boundingBox(),
      ];
      if (!card || !bar) throw new Error(`expected ${BARS} bars, found fewer`);
      const whole = await sharp(await place.screenshot())
        .resize({ width: WIDTH })
        .toBuffer();
      const shown = Math.round(((bar.y + bar.height - card.y) * WIDTH) / card.width);
      const answer = await sharp(whole).extract({ left: 0, top: 0, width: WIDTH, height: shown }).toBuffer();
      const outline = await sharp(Buffer.from(drawOutline(photo)))
        .resize(WIDTH, OUTLINE_HEIGHT, { fit: 'contain', background: '#ffffff' })
        .flatten({ background: '#ffffff' })
        .toBuffer();
      const { height = 0 } = await sharp(answer).metadata();
      const frame = { width: WIDTH, height: OUTLINE_HEIGHT + 16 + height, channels: 3 as const };
      const sheet = await sharp({ create: { ...frame, background: '#ffffff' } })
        .composite([
          { input: outline, left: 0, top: 0 },
          { input: answer, left: 0, top: OUTLINE_HEIGHT + 16 },
        ])
        .webp({ quality: 80 })
        .toBuffer();
      await writeFile(fromRoot('lib', 'notebook', 'assets', `page-${index + 1}.${language}.webp`), sheet);
      const [named = '', share = ''] = (await page.locator('#bars li').first().innerText()).split('\n');
      console.log(language, photo.file, named, share, `${sheet.length} bytes`);
      const percent = Number(share.replace(',', '.').replace(/[^\d.]/g, ''));
      if (language === LANGUAGES[0]) answers.push({ breed: photo.breed, named, percent });
    }
    await page.close();
  }
  await browser.close();
  const file = fromRoot('lib', 'notebook', 'assets', 'page-answers.json');
  await writeFile(file, `${JSON.stringify(answers, null, 2)}\n`);
}

main(...process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
