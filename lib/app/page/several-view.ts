/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { ResultRow } from '../results/result-row';
import { writeCsv } from './api';
import { RequestError } from './call';
import { byId, make, say } from './elements';
import type { Entry } from './entry';
import type { Words } from './words';

const toRow = (entry: Entry): ResultRow => ({
  file: entry.file.name,
  verdict: entry.answer?.verdict,
  top: entry.answer?.top,
  error: entry.error?.message,
});

/** Shows the table of several photos, its progress, and the CSV link once all are done. */
export function showSeveral(
  entries: Entry[],
  current: Entry | null,
  words: Words,
  choose: (entry: Entry) => void,
): void {
  byId('several').hidden = entries.length < 2;
  if (entries.length < 2) return;
  const done = entries.filter(({ state }) => state === 'answered' || state === 'failed').length;
  const progress = byId<HTMLProgressElement>('progress');
  progress.max = entries.length;
  progress.value = done;
  byId('done').textContent = words.say('done', { done, total: entries.length });
  byId('rows').replaceChildren(
    ...entries.map((entry) => {
      const image = make('img');
      image.src = entry.url;
      image.alt = '';
      image.addEventListener('error', () => image.classList.add('none')); // no picture, or none a browser shows
      const button = make('button', {}, image, make('span', { text: entry.file.name }));
      button.type = 'button';
      button.addEventListener('click', () => choose(entry));
      const head = make('th', {}, button);
      head.scope = 'row';
      const best = entry.answer?.top[0];
      const verdict = entry.answer?.verdict;
      const remark = entry.error
        ? words.error(entry.error)
        : verdict === 'not_sure'
          ? words.say('remarkNotSure')
          : verdict === 'not_a_dog'
            ? words.say('remarkNotADog')
            : '';
      const row = make(
        'tr',
        {},
        head,
        make('td', { text: best ? words.breed(best.breed) : '' }),
        make('td', { text: best ? words.percent(best.probability) : '', className: 'number' }),
        make('td', { text: remark }),
      );
      row.setAttribute('aria-current', String(entry === current));
      return row;
    }),
  );
  const button = byId<HTMLButtonElement>('download');
  button.hidden = done < entries.length;
  button.onclick = () =>
    writeCsv(entries.map(toRow)).then(download, (error) =>
      say(byId('status'), error instanceof RequestError ? words.error(error) : String(error)),
    );
}

/** Offers a CSV as a file; the address is freed once the browser has taken it. */
function download(csv: string): void {
  const link = make('a');
  link.href = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
  link.download = 'breeds.csv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
