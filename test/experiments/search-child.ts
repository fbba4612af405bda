/** Searches drawn pictures; a test kills it in the middle. */

import { searchScratch } from '../../lib/experiments/index';
import { DRAWN_SEARCH } from './drawn-search';

const [, , path = ''] = process.argv;
void searchScratch(DRAWN_SEARCH.data, {
  ...DRAWN_SEARCH.options,
  path,
  onTrial: ({ trial, losses }) => console.log(`trial ${trial} ${losses.length}`),
});
