/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { catalogueNext, catalogueState, catalogueUndo, catalogueVerdict } from '../routes/catalogue';
import type { catalogueGallery } from '../routes/catalogue-photos';
import type { AnswerOf } from '../server/define-route';
import { byId, make, say } from './elements';
import { REVIEW_TEXTS, type ReviewText } from './review-texts';

type Item = AnswerOf<typeof catalogueNext>['items'][number];
type Verdict = { verdict: 'confirm' | 'change' | 'not_a_dog' | 'unusable' | 'skip'; breed?: string };

const language = navigator.language.startsWith('fr') ? 'fr' : 'en';
const text = (key: ReviewText, values: Record<string, string | number> = {}): string =>
  REVIEW_TEXTS[language][key].replace(/\{(\w+)\}/g, (_all, name) => String(values[name] ?? ''));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const words = (breed: string): string => breed.replaceAll('_', ' ');
const pictureOf = (sha256: string, size: 'small' | 'large'): string =>
  `/api/catalogue/photos/${sha256}?size=${size}`;

let waiting: Item[] = [];
let view = 'doubt';
let breeds: string[] = [];
let page = 0;
/** What the address asks for besides the view. */
let filters = new URLSearchParams();

/** Asks the server; what it refuses is shown. */
async function ask<T>(path: string, body?: unknown): Promise<T> {
  const name = localStorage.getItem('reviewer') ?? '';
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(name && { 'x-reviewer': encodeURIComponent(name) }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error?.message ?? response.statusText);
  return answer as T;
}

const guarded =
  (work: () => Promise<void>): (() => void) =>
  () =>
    void work().then(
      () => say(byId('message'), ''),
      (error: Error) => say(byId('message'), error.message),
    );

async function showState(): Promise<void> {
  const state = await ask<AnswerOf<typeof catalogueState>>('/api/catalogue');
  breeds = state.breeds;
  byId('board').hidden = !state.board;
  const list = byId('breeds');
  if (list.childElementCount !== breeds.length)
    list.replaceChildren(
      ...breeds.map((breed) => {
        const option = make('option');
        option.value = words(breed);
        return option;
      }),
    );
  const known = (['breed', 'not_sure', 'not_a_dog', 'unusable', 'failed', 'pending'] as const).flatMap(
    (key) => (state.decisions[key] ? [`${state.decisions[key]} ${text(key).toLowerCase()}`] : []),
  );
  say(byId('facts'), known.join(', '));
  const who = byId<HTMLInputElement>('who');
  who.disabled = !state.ownName;
  who.value = state.ownName ? (localStorage.getItem('reviewer') ?? '') : state.who;
  who.placeholder = state.who;
  const rows = [{ breed: '', ...state.all }, ...state.byBreed].map(({ breed, photos, verdicts, precision }) =>
    make(
      'tr',
      {},
      make('th', { text: breed ? words(breed) : text('all') }),
      make('td', { text: String(photos) }),
      make('td', {
        text: precision
          ? text('right', {
              share: percent(precision.estimate),
              low: percent(precision.low),
              high: percent(precision.high),
              verdicts,
            })
          : text('unknown'),
      }),
    ),
  );
  byId('precision').replaceChildren(make('table', {}, make('tbody', {}, ...rows)));
}

/** Shows the first of the waiting photos, and asks for more before they run out. */
async function showNext(): Promise<void> {
  if (waiting.length < 3) {
    const { items } = await ask<AnswerOf<typeof catalogueNext>>('/api/catalogue/next', {
      count: 8,
      order: view === 'sample' ? 'sample' : 'doubt',
      ...(filters.get('breed') && { breed: filters.get('breed') }),
      ...(filters.get('folder') && { folder: filters.get('folder') }),
    });
    const here = new Set(waiting.map(({ sha256 }) => sha256));
    waiting.push(...items.filter(({ sha256 }) => !here.has(sha256)));
    for (const { sha256 } of items) new Image().src = pictureOf(sha256, 'large');
  }
  const [item] = waiting;
  byId('judge').dataset.photo = item?.sha256 ?? '';
  byId('judge').hidden = !item;
  if (!item) {
    say(byId('facts'), text('done'));
    return;
  }
  byId<HTMLImageElement>('picture').src = pictureOf(item.sha256, 'large');
  const copies = item.places.length > 1 ? ` · ${text('copies', { n: item.places.length })}` : '';
  byId('caption').textContent =
    `${item.places[0] ?? ''}${item.takenAt ? ` · ${item.takenAt.slice(0, 10)}` : ''}${copies}`;
  byId('answers').replaceChildren(
    ...item.top.map(([breed, probability], i) => {
      const button = make(
        'button',
        { className: i === 0 ? 'primary' : '' },
        make('span', { text: words(breed) }),
        make('span', { text: percent(probability) }, make('kbd', { text: String(i + 1) })),
      );
      button.type = 'button';
      button.addEventListener(
        'click',
        guarded(() => judge({ verdict: i === 0 ? 'confirm' : 'change', breed })),
      );
      return make('li', {}, button);
    }),
  );
}

/** One key, one verdict: written at once, then the next photo. */
async function judge(verdict: Verdict): Promise<void> {
  const item = waiting.shift();
  if (!item) return;
  const { sha256, sampled } = item;
  try {
    await ask<AnswerOf<typeof catalogueVerdict>>('/api/catalogue/verdict', { sha256, sampled, ...verdict });
  } catch (error) {
    waiting.unshift(item);
    throw error;
  }
  byId<HTMLInputElement>('breed').value = '';
  await showNext();
  if (view === 'sample') await showState();
}

async function undo(): Promise<void> {
  const { item } = await ask<AnswerOf<typeof catalogueUndo>>('/api/catalogue/undo', {});
  if (item) waiting.unshift({ ...item, sampled: view === 'sample' });
  await showNext();
}

async function judgeOther(): Promise<void> {
  const typed = byId<HTMLInputElement>('breed').value.trim();
  const [item] = waiting;
  if (!typed || !item) return;
  const breed = breeds.find((known) => words(known).toLowerCase() === typed.toLowerCase()) ?? typed;
  byId<HTMLInputElement>('breed').blur();
  await judge({ verdict: breed === item.top[0]?.[0] ? 'confirm' : 'change', breed });
}

async function showGallery(): Promise<void> {
  const query = byId<HTMLInputElement>('query').value;
  const duplicates = byId<HTMLInputElement>('duplicates').checked;
  history.replaceState(
    null,
    '',
    `#gallery?${new URLSearchParams({ query, ...(duplicates && { duplicates: '1' }) })}`,
  );
  const search = new URLSearchParams({ query, page: String(page), duplicates: String(duplicates) });
  const { photos, more } = await ask<AnswerOf<typeof catalogueGallery>>(`/api/catalogue/photos?${search}`);
  const figures = photos.map(({ sha256, path, breed, decision, probability, source, group }) => {
    const image = make('img');
    image.loading = 'lazy';
    image.alt = breed ? words(breed) : (decision ?? '');
    image.src = pictureOf(sha256, 'small');
    const share =
      probability === null || source === 'human'
        ? source === 'human'
          ? ' ✓'
          : ''
        : ` ${percent(probability)}`;
    const name = decision === 'not_a_dog' || decision === 'unusable' ? text(decision) : words(breed ?? '');
    const caption = make('figcaption', { text: `${group === null ? '' : `${group} · `}${name}${share}` });
    caption.title = path;
    return make('figure', {}, image, caption);
  });
  if (page === 0) byId('photos').replaceChildren(...figures);
  else byId('photos').append(...figures);
  byId('more').hidden = !more;
}

/** The view that the address names. */
async function open(): Promise<void> {
  const [name = '', search = ''] = location.hash.slice(1).split('?');
  const next = ['doubt', 'sample', 'gallery'].includes(name) ? name : 'doubt';
  waiting = [];
  view = next;
  filters = new URLSearchParams(search);
  for (const link of document.querySelectorAll<HTMLElement>('[data-view]'))
    if (link.dataset.view === view) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  byId('browse').hidden = view !== 'gallery';
  byId('judge').hidden = view === 'gallery';
  byId('measured').hidden = view === 'doubt';
  await showState();
  if (view !== 'gallery') return showNext();
  byId<HTMLInputElement>('query').value = filters.get('query') ?? '';
  byId<HTMLInputElement>('duplicates').checked = filters.has('duplicates');
  page = 0;
  await showGallery();
}

const KEYS: Record<string, () => Promise<void>> = {
  n: () => judge({ verdict: 'not_a_dog' }),
  u: () => judge({ verdict: 'unusable' }),
  s: () => judge({ verdict: 'skip' }),
  z: undo,
};
let busy: Promise<void> = Promise.resolve();

/** Keys that come faster than answers wait for their turn. */
function press(key: string): void {
  const number = Number(key);
  busy = busy.then(async () => {
    const answer = waiting[0]?.top[number - 1];
    const work = answer
      ? () => judge({ verdict: number === 1 ? 'confirm' : 'change', breed: answer[0] })
      : KEYS[key];
    if (!work) return;
    await work().then(
      () => say(byId('message'), ''),
      (error: Error) => say(byId('message'), error.message),
    );
  });
}

for (const element of document.querySelectorAll<HTMLElement>('[data-text]'))
  element.textContent = text(element.dataset.text as ReviewText);
document.documentElement.lang = language;
for (const button of document.querySelectorAll<HTMLElement>('[data-key]'))
  button.addEventListener('click', () => press(button.dataset.key ?? ''));
document.addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLInputElement;
  if (event.key === 'Escape' && typing) (event.target as HTMLElement).blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || view === 'gallery') return;
  if (event.key === '/') {
    event.preventDefault();
    byId('breed').focus();
  } else press(event.key);
});
byId('other').addEventListener('submit', (event) => {
  event.preventDefault();
  busy = busy.then(() => judgeOther().catch((error: Error) => say(byId('message'), error.message)));
});
byId('who').addEventListener('change', () =>
  localStorage.setItem('reviewer', byId<HTMLInputElement>('who').value.trim()),
);
byId('filter').addEventListener('submit', (event) => event.preventDefault());
byId('filter').addEventListener(
  'change',
  guarded(() => {
    page = 0;
    return showGallery();
  }),
);
byId('more').addEventListener(
  'click',
  guarded(() => {
    page++;
    return showGallery();
  }),
);
addEventListener('hashchange', guarded(open));
guarded(open)();
