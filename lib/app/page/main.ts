/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { showAnswer } from './answer-view';
import { fetchInfo, interpret, predict } from './api';
import { RequestError } from './call';
import { byId, make, say } from './elements';
import type { Entry } from './entry';
import { openFlagDialog } from './flag-dialog';
import { showSeveral } from './several-view';
import type { Language } from './texts';
import { Words } from './words';

/** Photos that are sent at once; the server makes batches of them. */
const CONCURRENT = 4;

const words = new Words(document.documentElement.lang as Language);
let entries: Entry[] = [];
let current: Entry | null = null;

const toRequestError = (error: unknown): RequestError =>
  error instanceof RequestError ? error : new RequestError('error_internal', String(error));

function show(): void {
  words.apply();
  showAnswer(current, words);
  showSeveral(entries, current, words, choose);
  byId('preview').hidden = !current;
  byId('actions').hidden = !current;
  byId('examples').hidden = current !== null;
  byId('drop').classList.toggle('small', current !== null);
  const answered = current?.state === 'answered';
  byId<HTMLButtonElement>('submit').disabled = current?.state === 'working';
  byId<HTMLButtonElement>('interpret').disabled = !answered;
  byId<HTMLButtonElement>('flag').disabled = !answered || current?.flagged === true;
  if (current) {
    const picture = byId<HTMLImageElement>('picture');
    if (picture.src !== current.url) picture.src = current.url;
    picture.alt = current.file.name;
    byId('caption').textContent = current.file.name;
  }
  showOverlay();
  showAbout();
}

function showOverlay(): void {
  const maps = current?.maps;
  byId('overlays').hidden = !maps;
  const overlay = byId<HTMLImageElement>('overlay');
  const kind = document.querySelector<HTMLInputElement>('input[name="overlay"]:checked')?.value;
  overlay.hidden = !maps || !kind;
  if (!maps) return;
  if (kind) {
    overlay.src = maps[kind as 'gradCam' | 'occlusion'];
    overlay.alt = words.say(kind as 'gradCam' | 'occlusion');
  }
  overlay.style.opacity = String(Number(byId<HTMLInputElement>('strength').value) / 100);
  byId('overlay-why').textContent = words.say('overlayWhy', { breed: words.breed(maps.breed) });
}

function showAbout(): void {
  const { info } = words;
  say(byId('status'), info?.ready === false ? words.say('loading', { status: info.status }) : '');
  const facts: [string, string][] = info
    ? [
        ['model', info.model],
        ['backbone', info.backbone ?? '–'],
        ['engine', info.engine],
        ...Object.entries(info.metrics).map(([name, value]): [string, string] => [
          name,
          value.toPrecision(4),
        ]),
      ]
    : [];
  byId('about').replaceChildren(
    ...facts.flatMap(([term, value]) => [make('dt', { text: term }), make('dd', { text: value })]),
  );
}

function choose(entry: Entry): void {
  current = entry;
  show();
  byId('photo-title').scrollIntoView({ block: 'nearest' });
}

async function submit(entry: Entry, patient: boolean): Promise<void> {
  entry.state = 'working';
  entry.error = undefined;
  show();
  try {
    entry.answer = await predict(entry.file, patient);
    entry.state = 'answered';
  } catch (error) {
    entry.state = 'failed';
    entry.error = toRequestError(error);
  }
  show();
}

async function add(files: Iterable<File>): Promise<void> {
  const added = [...files].map((file): Entry => ({ file, url: URL.createObjectURL(file), state: 'waiting' }));
  if (added.length === 0) return say(byId('status'), words.say('noImage'));
  clear();
  entries = added;
  current = added[0] ?? null;
  show();
  const next = added.values();
  const several = added.length > 1;
  await Promise.all(
    Array.from({ length: CONCURRENT }, async () => {
      for (const entry of next) if (entries === added) await submit(entry, several);
    }),
  );
}

function clear(): void {
  for (const { url } of entries) URL.revokeObjectURL(url);
  entries = [];
  current = null;
  byId<HTMLInputElement>('files').value = '';
  byId<HTMLInputElement>('camera').value = '';
  show();
}

async function explain(entry: Entry): Promise<void> {
  const button = byId<HTMLButtonElement>('interpret');
  button.disabled = true;
  say(byId('why'), words.say('interpreting'));
  try {
    entry.maps ??= await interpret(entry.file);
    byId<HTMLInputElement>('overlay-grad-cam').checked = true;
    show();
  } catch (error) {
    show();
    say(byId('error'), words.error(toRequestError(error)));
  }
}

function speak(language: Language): void {
  words.language = language;
  history.replaceState(null, '', `/?lang=${language}`);
  show();
}

async function learnInfo(): Promise<void> {
  try {
    words.info = await fetchInfo();
    show();
  } catch (error) {
    say(byId('status'), words.error(toRequestError(error)));
  }
  if (!words.info?.ready) setTimeout(learnInfo, 2000);
}

const drop = byId('drop');
for (const type of ['dragenter', 'dragover'] as const)
  document.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
document.addEventListener('dragleave', (event) => {
  if (!event.relatedTarget) drop.classList.remove('over');
});
document.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  void add(event.dataTransfer?.files ?? []);
});
document.addEventListener('paste', (event) => {
  const files = event.clipboardData?.files ?? [];
  if (files.length > 0 || !(event.target instanceof HTMLInputElement)) void add(files);
});
for (const id of ['files', 'camera'])
  byId<HTMLInputElement>(id).addEventListener('change', (event) => {
    const { files } = event.target as HTMLInputElement;
    if (files?.length) void add([...files]);
  });
for (const button of document.querySelectorAll<HTMLElement>('[data-example]'))
  button.addEventListener('click', async () => {
    const name = button.dataset.example ?? '';
    const blob = await (await fetch(`/examples/${name}`)).blob();
    await add([new File([blob], name, { type: blob.type })]);
  });
for (const link of document.querySelectorAll<HTMLElement>('[data-language]'))
  link.addEventListener('click', (event) => {
    event.preventDefault();
    speak(link.dataset.language as Language);
  });
byId('submit').addEventListener('click', () => current && submit(current, true));
byId('clear').addEventListener('click', () => {
  clear();
  byId('files').focus();
});
byId('interpret').addEventListener('click', () => current && explain(current));
byId('flag').addEventListener('click', () => {
  const entry = current;
  if (!entry) return;
  openFlagDialog(entry, words, () => {
    entry.flagged = true;
    show();
  });
});
for (const input of document.querySelectorAll('input[name="overlay"], #strength'))
  input.addEventListener('input', showOverlay);

show();
void learnInfo();
