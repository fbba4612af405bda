/** Class folders of Stanford Dogs: a WordNet id, a hyphen, the breed. */
const WORDNET_FOLDER = /^(n\d{8})-(.+)$/;

/** Whether a class folder is named as in Stanford Dogs. */
export const isWordnetFolder = (folder: string): boolean => WORDNET_FOLDER.test(folder);

/**
 * The breed that a class folder stands for; an accent is one letter (NFC), however the drive spells it.
 *
 * @example breedOfFolder('n02102040-English_springer') // 'English_springer'; other names stay as they are
 */
export const breedOfFolder = (folder: string): string =>
  (WORDNET_FOLDER.exec(folder)?.[2] ?? folder).normalize('NFC');

/**
 * A breed's name for people.
 *
 * @example displayName('flat-coated_retriever') // 'Flat-coated retriever'
 */
export function displayName(breed: string): string {
  const words = breed.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
