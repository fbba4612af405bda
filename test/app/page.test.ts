/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromiumPath, launchChromium } from './support/chromium';
import { GREEN, GREY, plain, RED, startTestApp, type TestApp } from './support/fixture';

const skip = chromiumPath() ? false : 'no Chromium on this machine: install it, or name it in CHROMIUM_PATH';
/** Where screenshots go when someone wants to look at them. */
const SCREENSHOTS = process.env.DOGBREEDS_SCREENSHOTS;

let app: TestApp;
let browser: Browser;
/** Paths of the photos, by name; set before the tests run. */
const paths = new Map<string, string>();
const photo = (name: string): string => paths.get(name) ?? assert.fail(`no photo ${name}`);
before(async () => {
  if (skip) return;
  [app, browser] = await Promise.all([startTestApp(), launchChromium()]);
  for (const [name, picture] of [
    ['red.png', plain(RED, 600, 400).png()],
    ['green.jpg', plain(GREEN, 300, 500).jpeg()],
    ['grey.webp', plain(GREY, 400, 400).webp()],
  ] as const) {
    paths.set(name, join(app.folder, name));
    await writeFile(photo(name), await picture.toBuffer());
  }
  paths.set('text.jpg', join(app.folder, 'text.jpg'));
  await writeFile(photo('text.jpg'), 'I am text');
});
after(async () => {
  await browser?.close();
  await app?.stop();
});

/** Opens the page, runs the steps, and fails on console errors and on requests that leave the server. */
async function onPage(options: BrowserContextOptions, steps: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    // A refused upload is answered with 4xx, which Chromium reports; the page shows it.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(app.url))
      faults.push(request.url());
  });
  try {
    await page.goto(app.url);
    await steps(page);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

async function shoot(page: Page, name: string): Promise<void> {
  if (!SCREENSHOTS) return;
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

const verdict = (page: Page, pattern: RegExp) => page.locator('#verdict', { hasText: pattern }).waitFor();

test('a chosen photo gets its breed and five bars; Clear brings the empty page back', { skip }, async () => {
  await onPage({ locale: 'en-GB' }, async (page) => {
    await shoot(page, 'empty');
    await page.setInputFiles('#files', photo('red.png'));
    await verdict(page, /This looks like: Red setter/);
    assert.equal(await page.locator('#bars li').count(), 5);
    assert.match(await page.locator('#bars li').first().innerText(), /Red setter\s+(9\d(\.\d)?|100)\s?%/);
    const width = await page
      .locator('#bars .fill')
      .first()
      .evaluate((bar: HTMLElement) => bar.style.width);
    assert.ok(Number.parseFloat(width) > 90, width);
    await shoot(page, 'answer');
    await page.click('#clear');
    assert.equal(await page.locator('#bars li').count(), 0);
    assert.ok(await page.locator('#examples').isVisible());
    assert.ok(await page.locator('#preview').isHidden());
  });
});

test('a doubtful answer says "not sure", a file that is no photo says why', { skip }, async () => {
  await onPage({ locale: 'en-GB' }, async (page) => {
    await page.setInputFiles('#files', photo('grey.webp'));
    await verdict(page, /^Not sure/);
    assert.match(await page.locator('#why').innerText(), /below 60\s?%/);
    await shoot(page, 'not-sure');
    await page.setInputFiles('#files', photo('text.jpg'));
    await page.locator('#error', { hasText: 'not a photo that can be read' }).waitFor();
  });
});

test('a pasted picture and a dropped one are taken', { skip }, async () => {
  await onPage({ locale: 'en-GB' }, async (page) => {
    const give = async (kind: 'paste' | 'drop', name: string) => {
      const bytes = [...(await readFile(photo(name)))];
      await page.evaluate(
        ([eventName, fileName, content]) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(content as number[])], fileName as string));
          const event =
            eventName === 'paste'
              ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true })
              : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
          document.body.dispatchEvent(event);
        },
        [kind, name, bytes] as const,
      );
    };
    await give('paste', 'green.jpg');
    await verdict(page, /Green spaniel/);
    await give('drop', 'red.png');
    await verdict(page, /Red setter/);
  });
});

test('an example picture, drawn by the project, can be tried', { skip }, async () => {
  await onPage({ locale: 'en-GB' }, async (page) => {
    await page.click('[data-example="white-dog.png"]');
    await page.locator('#bars li').first().waitFor();
    assert.equal(await page.locator('#caption').innerText(), 'white-dog.png');
  });
});

test('Flag writes a row to the CSV', { skip }, async () => {
  await onPage({ locale: 'en-GB' }, async (page) => {
    await page.setInputFiles('#files', photo('red.png'));
    await verdict(page, /Red setter/);
    await page.click('#flag');
    await page.selectOption('#correction', 'Blue_pug');
    await page.fill('#comment', 'it is, "really"');
    await shoot(page, 'flag');
    await page.click('#flag-save');
    await page.locator('#flagged', { hasText: 'saved' }).waitFor();
    assert.ok(await page.locator('#flag').isDisabled());
    const csv = await readFile(join(app.folder, 'flags.csv'), 'utf8');
    assert.match(csv, /,red\.png,Red_setter,0\.9\d+,false,false,Blue_pug,"it is, ""really""",\n$/);
  });
});

test('Interpret lays Grad-CAM and occlusion over the photo', { skip }, async () => {
  await onPage({ locale: 'en-GB' }, async (page) => {
    await page.setInputFiles('#files', photo('red.png'));
    await verdict(page, /Red setter/);
    await page.click('#interpret');
    const overlay = page.locator('#overlay');
    await overlay.waitFor({ timeout: 30_000 });
    const sources = [await overlay.getAttribute('src')];
    const [below, map] = await Promise.all([page.locator('#picture').boundingBox(), overlay.boundingBox()]);
    assert.deepEqual(map, below);
    await shoot(page, 'interpret');
    await page.check('input[value="occlusion"]');
    sources.push(await overlay.getAttribute('src'));
    for (const source of sources) assert.match(source ?? '', /^data:image\/png;base64,/);
    await page.check('input[name="overlay"][value=""]');
    assert.ok(await overlay.isHidden());
  });
});

test('a French browser gets French, and the switch changes the language without losing the answer', {
  skip,
}, async () => {
  await onPage({ locale: 'fr-FR' }, async (page) => {
    assert.equal(await page.locator('h1').innerText(), 'Quelle est la race de ce chien\u00a0?');
    assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
    await page.setInputFiles('#files', photo('red.png'));
    await verdict(page, /Cela ressemble à\s: Red setter/);
    for (const [id, label] of [
      ['submit', 'Soumettre'],
      ['clear', 'Nettoyer'],
      ['flag', 'Signaler'],
      ['interpret', 'Interpréter'],
    ])
      assert.equal(await page.locator(`#${id}`).innerText(), label);
    await shoot(page, 'french');
    await page.click('[data-language="en"]');
    await verdict(page, /This looks like: Red setter/);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  });
});

test('several photos: a table with each answer, and its CSV', { skip }, async () => {
  await onPage({ locale: 'en-GB' }, async (page) => {
    await page.setInputFiles('#files', [
      photo('red.png'),
      photo('text.jpg'),
      photo('green.jpg'),
      photo('grey.webp'),
    ]);
    await page.locator('#done', { hasText: '4 of 4 done' }).waitFor();
    assert.equal(await page.locator('#rows tr').count(), 4);
    await shoot(page, 'several');
    await page.click('#rows tr:nth-child(3) button');
    await verdict(page, /Green spaniel/);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    const [, first = '', second = '', , fourth = ''] = lines;
    assert.equal(lines.length, 5);
    assert.match(first, /^red\.png,breed,Red_setter,0\.9\d+,/);
    assert.match(second, /^text\.jpg,,,.*received text in text\.jpg"$/);
    assert.match(fourth, /^grey\.webp,not_sure,/);
  });
});

test('at 390 px everything fits, and buttons are large enough for a thumb', { skip }, async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: 'fr-FR' };
  await onPage(phone, async (page) => {
    await shoot(page, 'phone-empty');
    assert.ok(await page.locator('.camera').isVisible());
    await page.setInputFiles('#files', [photo('red.png'), photo('green.jpg'), photo('text.jpg')]);
    await page.locator('#done', { hasText: '3 sur 3' }).waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `the page is ${wide} px wide`);
    for (const button of await page.locator('#actions button').all())
      assert.ok(((await button.boundingBox())?.height ?? 0) >= 44);
    await shoot(page, 'phone');
  });
});

test('without a mouse: the photo is chosen, flagged and cleared by keyboard; every control has a name', {
  skip,
}, async () => {
  await onPage({ locale: 'en-GB' }, async (page) => {
    await page.setInputFiles('#files', photo('red.png'));
    await verdict(page, /Red setter/);
    await page.focus('#flag');
    await page.keyboard.press('Enter');
    assert.ok(await page.locator('#flag-dialog').isVisible());
    await page.keyboard.press('Escape');
    assert.ok(await page.locator('#flag-dialog').isHidden());
    await page.focus('#clear');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'files');
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('button, input, select, img')]
        .filter((element) => element.offsetParent !== null)
        .filter((element) => {
          const labels = 'labels' in element ? [...((element as HTMLInputElement).labels ?? [])] : [];
          const name = [
            element.textContent,
            element.getAttribute('aria-label'),
            element.getAttribute('alt'),
            ...labels.map((l) => l.textContent),
          ];
          const child = element.querySelector('img')?.alt;
          return ![...name, child].some((part) => part?.trim());
        })
        .map((element) => element.outerHTML),
    );
    assert.deepEqual(nameless, []);
  });
});
