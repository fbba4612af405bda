import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { userDataFolder } from '../../base/index';

/** Where a command's catalogue lies: what `--catalogue` says, or the user's own. */
export const cataloguePath = (given: string | undefined): string =>
  given ? resolve(given) : userDataFolder('catalogue.sqlite');

/** A place for a catalogue that need not be kept. */
export const temporaryCatalogue = (): string =>
  join(mkdtempSync(join(tmpdir(), 'dogbreeds-')), 'catalogue.sqlite');
