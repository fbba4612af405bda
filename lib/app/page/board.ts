/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { catalogueBoard } from '../routes/board';
import type { AnswerOf } from '../server/define-route';
import { BOARD_TEXTS, type BoardText } from './board-texts';
import { byId, make, say } from './elements';

type Board = AnswerOf<typeof catalogueBoard>;
type Queue = NonNullable<Board['queue']>;

const POLL_MS = 2000;

const language = navigator.language.startsWith('fr') ? 'fr' : 'en';
const text = (key: BoardText, values: Record<string, string | number> = {}): string =>
  BOARD_TEXTS[language][key].replace(/\{(\w+)\}/g, (_all, name) => String(values[name] ?? ''));
const count = (n: number): string => n.toLocaleString(language);
const pace = (perSecond: number | null): string =>
  perSecond === null
    ? '–'
    : perSecond.toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const ago = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });

/** Seconds in the two largest units that matter: `8 s`, `3 min`, `2 h 10 min`, `3 d 4 h`. */
function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} ${language === 'fr' ? 'j' : 'd'} ${hours % 24} h`;
}

function since(seconds: number): string {
  if (seconds < 90) return ago.format(-Math.round(seconds), 'second');
  if (seconds < 90 * 60) return ago.format(-Math.round(seconds / 60), 'minute');
  if (seconds < 48 * 3600) return ago.format(-Math.round(seconds / 3600), 'hour');
  return ago.format(-Math.round(seconds / 86_400), 'day');
}

/** A reason of a failed photo; what this page has no words for is "another reason". */
const reasonOf = (code: string): string => text(code in BOARD_TEXTS.en ? (code as BoardText) : 'other');

function showFigures(id: string, figures: [key: string, label: BoardText, value: string][]): void {
  byId(id).replaceChildren(
    ...figures.map(([key, label, value]) => {
      const figure = make('div', {}, make('dt', { text: text(label) }), make('dd', { text: value }));
      figure.dataset.figure = key;
      return figure;
    }),
  );
}

/** The line under the title. */
function describeRun(name: string, address: string, run: Queue['run']): string {
  if (!run) return text('no_run', { name, address });
  const key: BoardText = run.state === 'failed' ? 'broken' : run.state;
  return text(key, {
    ...{ name, address, seen: since(run.heardS), message: run.message ?? '' },
    time: duration(run.state === 'lost' ? run.heardS : run.seconds),
  });
}

/** A run that the queue knows nothing of yet. */
function describeBeginning({ name, address }: Board, now: NonNullable<Board['beginning']>): string {
  const { step, done, total, folder, seconds, heardS, lost } = now;
  if (lost) return text('begun_lost', { time: duration(seconds), silent: duration(heardS) });
  const values = { name, address, time: duration(seconds) };
  return step === 'scan'
    ? text('scanning', { ...values, files: count(done), folder: folder || '/' })
    : text('beginning', { ...values, done: count(done), total: count(total ?? 0) });
}

function showRun({ run, shards }: Queue, pending: number): void {
  byId('run').hidden = !run;
  if (!run) return;
  const share = byId<HTMLProgressElement>('share');
  share.max = Math.max(1, run.photos + pending);
  share.value = run.photos;
  share.ariaLabel = text('title');
  showFigures('photos', [
    ['written', 'written', count(run.photos)],
    ['left', 'left', count(pending)],
    ['pace', 'pace', run.state === 'running' ? pace(run.perSecond) : '–'],
    ['time', 'time_left', run.secondsLeft === null ? '–' : duration(run.secondsLeft)],
  ]);
  showFigures('shards', [
    ['waiting', 'waiting_shards', count(shards.waiting)],
    ['active', 'active', count(shards.active)],
    ['failed', 'failed_shards', count(shards.failed)],
    ['done', 'done_shards', count(shards.done)],
  ]);
  const notes = (['halved', 'renewed', 'repeated'] as const).flatMap((key) =>
    run[key] > 0 ? [text(key, { n: count(run[key]) })] : [],
  );
  say(byId('notes'), notes.join(' '));
}

function showWorkers(workers: Queue['workers']): void {
  byId('workers').hidden = false;
  byId('none').hidden = workers.length > 0;
  const [table] = byId('workers').getElementsByTagName('table');
  if (table) table.hidden = workers.length === 0;
  table?.tBodies[0]?.replaceChildren(
    ...workers.map(({ name, host, state, photos, perSecond, seenS }) => {
      const row = make(
        'tr',
        { className: state },
        make('th', { text: name }, make('span', { text: `${host} · ${text(state)}` })),
        make('td', { text: count(photos), className: 'number' }),
        make('td', { text: pace(perSecond), className: 'number' }),
        make('td', { text: since(seenS) }),
      );
      row.dataset.worker = name;
      return row;
    }),
  );
}

/** A list of names, each with a line below. */
function showList(id: 'poison' | 'failed', rows: { name: string; below: string }[]): void {
  byId(id).hidden = rows.length === 0;
  byId(id)
    .getElementsByTagName('ul')[0]
    ?.replaceChildren(
      ...rows.map(({ name, below }) => make('li', { text: name }, make('span', { text: below }))),
    );
}

/** When Redis answered last, as people say it; empty: never. */
let knownAt = '';

function show(board: Board): void {
  const { name, address, trouble, queue, pending, beginning, reasons, latest, failed } = board;
  document.body.classList.toggle('stale', queue === null);
  if (queue) {
    knownAt = new Date().toLocaleTimeString(language);
    if (!beginning) say(byId('facts'), describeRun(name, address, queue.run));
    showRun(queue, pending);
    showWorkers(queue.workers);
    showList(
      'poison',
      queue.poison.map(({ name: shard, photos, halved }) => ({
        name: shard,
        below: halved ? text('was_halved', { photos }) : text('given_up'),
      })),
    );
  }
  if (beginning) say(byId('facts'), describeBeginning(board, beginning));
  const key = knownAt ? 'away' : 'away_unknown';
  say(byId('message'), queue ? '' : text(key, { address, reason: trouble ?? '', clock: knownAt }));
  showList(
    'failed',
    latest.map(({ path, code, message }) => ({
      name: path,
      below: code === 'worker_died' ? reasonOf(code) : `${reasonOf(code)} · ${message}`,
    })),
  );
  const told = reasons.map(({ code, photos }) =>
    text('photos_failed', { n: count(photos), reason: reasonOf(code) }),
  );
  const more = failed > latest.length ? ` ${text('latest', { n: latest.length })}` : '';
  byId('reasons').textContent = `${told.join(', ')}.${more}`;
}

async function refresh(): Promise<void> {
  let response: Response;
  try {
    response = await fetch('/api/catalogue/board');
  } catch {
    document.body.classList.add('stale');
    say(byId('message'), text('server_away'));
    return;
  }
  const answer = await response.json();
  if (response.ok) show(answer as Board);
  else say(byId('message'), answer.error?.message ?? response.statusText);
}

/** Asks while somebody looks, one question at a time. */
async function poll(): Promise<void> {
  if (!document.hidden) await refresh().catch((error: Error) => say(byId('message'), error.message));
  setTimeout(poll, POLL_MS);
}

for (const element of document.querySelectorAll<HTMLElement>('[data-text]'))
  element.textContent = text(element.dataset.text as BoardText);
document.documentElement.lang = language;
document.title = text('title');
document.addEventListener('visibilitychange', () => void (document.hidden || refresh()));
void poll();
