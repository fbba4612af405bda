/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { flag, predict, toBase64 } from './api';
import { RequestError } from './call';
import { byId, make, say } from './elements';
import type { Entry } from './entry';
import type { Words } from './words';

/** Fills the list of corrections in the page's language, breeds in its alphabetical order. */
function fillCorrections(words: Words): void {
  const option = (value: string, label: string) => {
    const element = make('option', { text: label });
    element.value = value;
    return element;
  };
  const breeds = [...(words.info?.breeds ?? [])]
    .map((breed) => option(breed, words.breed(breed)))
    .sort((a, b) => a.text.localeCompare(b.text, words.language));
  byId('correction').replaceChildren(
    option('', words.say('flagUnknown')),
    option('not_a_dog', words.say('flagNotADog')),
    option('other', words.say('flagOther')),
    ...breeds,
  );
}

async function save(entry: Entry, words: Words): Promise<void> {
  const body = {
    sha256: entry.answer?.sha256 ?? '',
    correction: byId<HTMLSelectElement>('correction').value,
    comment: byId<HTMLInputElement>('comment').value,
    ...(words.info?.keepsPhotos ? { image: await toBase64(entry.file) } : {}),
  };
  try {
    await flag(body);
  } catch (error) {
    if (!(error instanceof RequestError) || error.key !== 'error_unknown_photo') throw error;
    await predict(entry.file, true); // the server was restarted: it has to see the photo again
    await flag(body);
  }
}

/** Asks for the right answer and saves it; `saved` is called once it is on the server's disk. */
export function openFlagDialog(entry: Entry, words: Words, saved: () => void): void {
  const dialog = byId<HTMLDialogElement>('flag-dialog');
  const button = byId<HTMLButtonElement>('flag-save');
  fillCorrections(words);
  byId<HTMLInputElement>('comment').value = '';
  byId('flag-keeps').hidden = !words.info?.keepsPhotos;
  say(byId('flag-error'), '');
  button.disabled = false;
  byId('flag-cancel').onclick = () => dialog.close();
  byId('flag-form').onsubmit = (event) => {
    event.preventDefault();
    button.disabled = true;
    save(entry, words).then(
      () => {
        dialog.close();
        saved();
      },
      (error) => {
        button.disabled = false;
        say(byId('flag-error'), error instanceof RequestError ? words.error(error) : String(error));
      },
    );
  };
  dialog.showModal();
}
