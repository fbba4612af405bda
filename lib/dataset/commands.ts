import { describeDataset } from './describe-dataset';
import { downloadStanfordDogs, STANFORD_DOGS_ARCHIVES } from './download';
import { makeTables } from './make-tables';
import { openDataset } from './open-dataset';

/** Writes a line over the last one in a terminal; elsewhere only now and then. */
function showProgress(): (text: string, last?: boolean) => void {
  let shownAt = Date.now();
  return (text, last = false) => {
    const now = Date.now();
    if (!last && now - shownAt < (process.stderr.isTTY ? 100 : 5000)) return;
    shownAt = now;
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}${last ? '\n' : ''}` : `${text}\n`);
  };
}

/** `dogbreeds dataset [path]`: says what was found. */
export async function datasetCommand(
  path: string | undefined,
  { rows, json }: { rows?: string; json?: boolean },
): Promise<void> {
  const show = showProgress();
  const dataset = await openDataset({
    path,
    onProgress: (done, total) => show(`checking: ${done} of ${total}`),
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const shown = rows === undefined ? undefined : Number(rows);
  if (shown !== undefined && !(Number.isInteger(shown) && shown > 0))
    throw new Error(`expected a whole number of rows of at least 1, received "${rows}"`);
  console.log(json ? JSON.stringify(dataset, null, 1) : describeDataset(dataset, { rows: shown }));
}

/** `dogbreeds download`: fetches Stanford Dogs. */
export async function downloadCommand({
  to,
  baseUrl,
  only,
}: {
  to?: string;
  baseUrl?: string;
  only?: string[];
}): Promise<void> {
  const show = showProgress();
  const unknown =
    only?.filter((name) => !STANFORD_DOGS_ARCHIVES.some((archive) => archive.name === name)) ?? [];
  const names = STANFORD_DOGS_ARCHIVES.map(({ name }) => name);
  if (unknown.length > 0)
    throw new Error(`expected archives out of ${names.join(', ')}, received ${unknown.join(', ')}`);
  const folder = await downloadStanfordDogs({
    folder: to,
    baseUrl,
    archives: STANFORD_DOGS_ARCHIVES.filter(({ name }) => !only || only.includes(name)),
    onProgress: (name, done, total) =>
      show(`${name}: ${(done / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`, done === total),
  });
  console.log(`Stanford Dogs is in ${folder}: npx dogbreeds dataset ${folder}`);
}

/** `dogbreeds tables <path>`: makes the tables that ship in data/. */
export async function tablesCommand(path: string): Promise<void> {
  const facts = await makeTables(path);
  console.log(`data/photos.arrow and data/breeds.csv: ${facts.length} photos`);
}
