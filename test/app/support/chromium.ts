import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../../../lib/base/index';
import { nonNull } from '../../support/non-null';

/** Path of a Chromium on this machine, or null. */
export const chromiumPath = findChromium;

/** Starts that Chromium without a window and without its own network chatter. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: nonNull(chromiumPath()),
    // WebGL on the processor: parallel coordinates are drawn with it
    args: ['--no-sandbox', '--enable-unsafe-swiftshader', '--disable-background-networking'],
  });
