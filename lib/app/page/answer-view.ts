/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { byId, make, say } from './elements';
import type { Entry } from './entry';
import type { Words } from './words';

/** Shows an entry's verdict and bars; none: what will appear here. */
export function showAnswer(entry: Entry | null, words: Words): void {
  const verdict = byId('verdict');
  verdict.className = 'verdict';
  say(byId('why'), '');
  say(byId('error'), '');
  byId('bars').replaceChildren();
  byId('flagged').hidden = !entry?.flagged;
  if (entry?.state === 'failed' && entry.error) {
    say(verdict, '');
    say(byId('error'), words.error(entry.error));
    return;
  }
  const best = entry?.answer?.top[0];
  if (!entry?.answer || !best) {
    verdict.classList.add('empty');
    say(verdict, words.say(entry ? 'working' : 'answerEmpty'));
    return;
  }
  const { top, verdict: kind } = entry.answer;
  const breed = words.breed(best.breed);
  if (kind === 'breed') say(verdict, words.say('likely', { breed }));
  else {
    verdict.classList.add('doubt');
    say(verdict, words.say(kind === 'not_sure' ? 'notSure' : 'notADog', { breed }));
    const why = kind === 'not_sure' ? 'notSureWhy' : 'notADogWhy';
    const threshold = words.percent(words.info?.notSureBelow ?? 0);
    say(byId('why'), words.say(why, { percent: words.percent(best.probability), threshold }));
  }
  byId('bars').replaceChildren(
    ...top.map(({ breed: name, probability }) => {
      const fill = make('span', { className: 'fill' });
      fill.style.width = `${100 * probability}%`;
      return make(
        'li',
        {},
        make('span', { text: words.breed(name) }),
        make('span', { text: words.percent(probability), className: 'percent' }),
        make('span', { className: 'track' }, fill),
      );
    }),
  );
}
