/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Info } from './api';
import { breedName } from './breed-names';
import type { RequestError } from './call';
import { byId } from './elements';
import { type Language, type TextKey, text } from './texts';

/** The page's words: its language, and what the server's facts fill in. */
export class Words {
  info: Info | null = null;

  constructor(public language: Language) {}

  say(key: TextKey, values: Record<string, string | number> = {}): string {
    return text(this.language, key, values);
  }

  breed(name: string): string {
    return breedName(name, this.language);
  }

  percent(share: number): string {
    const nearAnEnd = (share > 0 && share < 0.1) || (share > 0.99 && share < 1); // not 100 % beside another's 0.4 %
    const maximumFractionDigits = nearAnEnd ? 1 : 0;
    return new Intl.NumberFormat(this.language, { style: 'percent', maximumFractionDigits }).format(share);
  }

  error(error: RequestError): string {
    const { maxPhotoBytes = 0, maxPixels = 0 } = this.info?.limits ?? {};
    return this.say(error.key, {
      megabytes: Math.floor(maxPhotoBytes / 2 ** 20),
      megapixels: Math.floor(maxPixels / 1e6),
    });
  }

  /** Puts the language's words into the document. */
  apply(): void {
    document.documentElement.lang = this.language;
    document.title = this.say('title');
    for (const element of document.querySelectorAll<HTMLElement>('[data-text]'))
      element.textContent = this.say(element.dataset.text as TextKey);
    for (const element of document.querySelectorAll<HTMLImageElement>('[data-alt]'))
      element.alt = this.say(element.dataset.alt as TextKey);
    for (const link of document.querySelectorAll<HTMLElement>('[data-language]')) {
      if (link.dataset.language === this.language) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
    byId('lead').textContent = this.say('lead', { breeds: this.info?.breeds.length || '…' });
  }
}
