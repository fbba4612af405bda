// Pictures of the real page for the slides: lib/notebook/assets/page-NAME.LANGUAGE.webp.
// Serve the final model (npx dogbreeds serve), then:
//   node --import tsx test/golden/notebook/page-pictures.ts http://127.0.0.1:7860
// Chromium opens the page, presses each of its drawn examples, waits for the answer and photographs both cards.
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { fromRoot } from '../../../lib/base/index';
import { LANGUAGES } from '../../../lib/notebook/index';
import { launchChromium } from '../../app/support/chromium';

const EXAMPLES = ['white-dog', 'brown-dog', 'teapot'];
/** As narrow as a phone in landscape, so that its letters can be read on a slide. */
const VIEWPORT = { width: 560, height: 1100 };

async function main(url = 'http://127.0.0.1:7860'): Promise<void> {
  const browser = await launchChromium();
  for (const language of LANGUAGES) {
    const page = await browser.newPage({ viewport: VIEWPORT, deviceScaleFactor: 1.5, colorScheme: 'light' });
    for (const name of EXAMPLES) {
      await page.goto(`${url}/?lang=${language}`);
      await page.click(`[data-example="${name}.png"]`);
      await page.locator('#bars li').first().waitFor();
      await page.waitForTimeout(800);
      const picture = await page.locator('#picture').screenshot();
      const answer = await page.locator('section[aria-labelledby="answer-title"]').screenshot();
      const width = 720;
      const above = await sharp(picture).resize({ width: 300, height: 300, fit: 'inside' }).toBuffer();
      const below = await sharp(answer).resize({ width }).toBuffer();
      const [a, b] = [await sharp(above).metadata(), await sharp(below).metadata()];
      const sheet = await sharp({
        create: { width, height: (a.height ?? 0) + (b.height ?? 0) + 24, channels: 3, background: '#ffffff' },
      })
        .composite([
          { input: above, left: Math.round((width - (a.width ?? 0)) / 2), top: 8 },
          { input: below, left: 0, top: (a.height ?? 0) + 20 },
        ])
        .webp({ quality: 82 })
        .toBuffer();
      await writeFile(fromRoot('lib', 'notebook', 'assets', `page-${name}.${language}.webp`), sheet);
      const text = await page.locator('#verdict').innerText();
      console.log(language, name, sheet.length, text.replace(/\s+/g, ' '));
    }
    await page.close();
  }
  await browser.close();
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
