/** The page's languages. */
export type Language = 'en' | 'fr';

const en = {
  title: 'Which breed is this dog?',
  lead: 'Drop a photo and read the five likeliest of {breeds} breeds. Everything stays on this machine.',
  drop: 'Drop photos here',
  dropHint: 'or paste one (Ctrl+V)',
  choose: 'Choose photos',
  camera: 'Take a photo',
  examples: 'Or try a drawing',
  exampleDog: 'Drawing of a white dog',
  exampleDog2: 'Drawing of a brown dog with hanging ears',
  exampleNone: 'Drawing of a teapot',
  photo: 'Your photo',
  submit: 'Submit',
  clear: 'Clear',
  interpret: 'Interpret',
  flag: 'Flag',
  answer: 'Answer',
  answerEmpty: 'The breeds will appear here.',
  working: 'Looking at the photo …',
  interpreting: 'Finding out where the model looks …',
  likely: 'This looks like: {breed}',
  notSure: 'Not sure. The best guess is: {breed}',
  notSureWhy: 'The first guess has {percent}; below {threshold} the model is often wrong.',
  notADog: 'Probably not a dog',
  notADogWhy:
    'The picture is unlike the photos of dogs that the model knows. If it is a dog, its guesses are:',
  overlay: 'Show over the photo',
  overlayNone: 'nothing',
  gradCam: 'Grad-CAM',
  occlusion: 'Occlusion',
  strength: 'Strength',
  overlayWhy:
    'Bright areas spoke for “{breed}”. Grad-CAM follows the gradients of the last convolution; occlusion covers patch after patch and watches the probability fall.',
  flagTitle: 'What is it really?',
  flagWhy: 'Saved on this server: the picture’s hash, the prediction and your answer.',
  flagKeeps: 'This server also keeps the photo.',
  flagBreed: 'Right answer',
  flagUnknown: 'The prediction is wrong, I do not know the breed',
  flagOther: 'Another breed, not in this list',
  flagNotADog: 'Not a dog',
  flagComment: 'Comment (optional)',
  flagSave: 'Save',
  cancel: 'Cancel',
  flagged: 'Thank you, it is saved.',
  several: 'Several photos',
  done: '{done} of {total} done',
  download: 'Download CSV',
  file: 'File',
  breed: 'Breed',
  probability: 'Probability',
  remark: 'Remark',
  remarkNotSure: 'not sure',
  remarkNotADog: 'probably not a dog',
  about: 'The model',
  aboutApi: 'Programs use the HTTP API',
  loading: 'The model is loading: {status}',
  unavailable: 'The server cannot be reached. Is it still running?',
  noImage: 'There is no picture in what you pasted or dropped.',
  error_empty_body: 'The file is empty.',
  error_bad_request: 'The server did not understand the request.',
  error_unsupported_format:
    'This is not a photo that can be read. Use JPEG, PNG, WebP, GIF, AVIF, TIFF or HEIC.',
  error_unreadable_photo: 'The photo is damaged and cannot be read.',
  error_too_large: 'The file is too large: {megabytes} MB at most.',
  error_too_many_pixels: 'The picture has too many pixels: {megapixels} megapixels at most.',
  error_too_many_photos: 'Too many photos at once.',
  error_unknown_photo: 'The server no longer knows this photo: submit it again.',
  error_unknown_breed: 'The model does not know this breed.',
  error_not_found: 'The server does not know this address.',
  error_forbidden: 'The server refused the request.',
  error_busy: 'The server is busy. Try again in a moment.',
  error_loading: 'The model is still loading. Try again in a moment.',
  error_timeout: 'The server was too busy to answer in time. Try again.',
  error_no_space: 'The server’s disk is full: nothing was saved.',
  error_internal: 'Something went wrong on the server.',
};

/** Names of the page's texts. */
export type TextKey = keyof typeof en;

const fr: Record<TextKey, string> = {
  title: 'Quelle est la race de ce chien\u00a0?',
  lead: 'Déposez une photo et lisez les cinq races les plus probables parmi {breeds}. Tout reste sur cette machine.',
  drop: 'Déposez des photos ici',
  dropHint: 'ou collez-en une (Ctrl+V)',
  choose: 'Choisir des photos',
  camera: 'Prendre une photo',
  examples: 'Ou essayez un dessin',
  exampleDog: 'Dessin d’un chien blanc',
  exampleDog2: 'Dessin d’un chien brun aux oreilles tombantes',
  exampleNone: 'Dessin d’une théière',
  photo: 'Votre photo',
  submit: 'Soumettre',
  clear: 'Nettoyer',
  interpret: 'Interpréter',
  flag: 'Signaler',
  answer: 'Réponse',
  answerEmpty: 'Les races apparaîtront ici.',
  working: 'La photo est examinée …',
  interpreting: 'Recherche de ce que le modèle regarde …',
  likely: 'Cela ressemble à\u00a0: {breed}',
  notSure: 'Pas sûr. La meilleure hypothèse\u00a0: {breed}',
  notSureWhy: 'La première hypothèse a {percent}\u00a0; sous {threshold}, le modèle se trompe souvent.',
  notADog: 'Ce n’est sans doute pas un chien',
  notADogWhy:
    'L’image ne ressemble pas aux photos de chiens que le modèle connaît (un dessin non plus). Si c’est un chien, voici ses hypothèses\u00a0:',
  overlay: 'Afficher sur la photo',
  overlayNone: 'rien',
  gradCam: 'Grad-CAM',
  occlusion: 'Occlusion',
  strength: 'Intensité',
  overlayWhy:
    'Les zones claires ont plaidé pour «\u00a0{breed}\u00a0». Grad-CAM suit les gradients de la dernière convolution\u00a0; l’occlusion cache un carré après l’autre et observe la probabilité baisser.',
  flagTitle: 'Qu’est-ce que c’est vraiment\u00a0?',
  flagWhy: 'Enregistré sur ce serveur\u00a0: l’empreinte de l’image, la prédiction et votre réponse.',
  flagKeeps: 'Ce serveur garde aussi la photo.',
  flagBreed: 'Bonne réponse',
  flagUnknown: 'La prédiction est fausse, je ne connais pas la race',
  flagOther: 'Une autre race, absente de cette liste',
  flagNotADog: 'Pas un chien',
  flagComment: 'Commentaire (facultatif)',
  flagSave: 'Enregistrer',
  cancel: 'Annuler',
  flagged: 'Merci, c’est enregistré.',
  several: 'Plusieurs photos',
  done: '{done} sur {total}',
  download: 'Télécharger le CSV',
  file: 'Fichier',
  breed: 'Race',
  probability: 'Probabilité',
  remark: 'Remarque',
  remarkNotSure: 'pas sûr',
  remarkNotADog: 'sans doute pas un chien',
  about: 'Le modèle',
  aboutApi: 'Les programmes utilisent l’API HTTP',
  loading: 'Le modèle se charge\u00a0: {status}',
  unavailable: 'Le serveur ne répond pas. Tourne-t-il encore\u00a0?',
  noImage: 'Il n’y a pas d’image dans ce que vous avez collé ou déposé.',
  error_empty_body: 'Le fichier est vide.',
  error_bad_request: 'Le serveur n’a pas compris la demande.',
  error_unsupported_format:
    'Ce n’est pas une photo lisible. Utilisez JPEG, PNG, WebP, GIF, AVIF, TIFF ou HEIC.',
  error_unreadable_photo: 'La photo est abîmée et ne peut pas être lue.',
  error_too_large: 'Le fichier est trop gros\u00a0: {megabytes}\u00a0Mo au plus.',
  error_too_many_pixels: 'L’image a trop de pixels\u00a0: {megapixels} mégapixels au plus.',
  error_too_many_photos: 'Trop de photos à la fois.',
  error_unknown_photo: 'Le serveur ne connaît plus cette photo\u00a0: soumettez-la de nouveau.',
  error_unknown_breed: 'Le modèle ne connaît pas cette race.',
  error_not_found: 'Le serveur ne connaît pas cette adresse.',
  error_forbidden: 'Le serveur a refusé la demande.',
  error_busy: 'Le serveur est occupé. Réessayez dans un instant.',
  error_loading: 'Le modèle se charge encore. Réessayez dans un instant.',
  error_timeout: 'Le serveur était trop occupé pour répondre à temps. Réessayez.',
  error_no_space: 'Le disque du serveur est plein\u00a0: rien n’a été enregistré.',
  error_internal: 'Une erreur s’est produite sur le serveur.',
};

/** All texts by language. */
export const TEXTS: Record<Language, Record<TextKey, string>> = { en, fr };

/**
 * A text with its `{values}` put in.
 *
 * @example text('fr', 'done', { done: 2, total: 5 }) // '2 sur 5'
 */
export const text = (
  language: Language,
  key: TextKey,
  values: Record<string, string | number> = {},
): string =>
  TEXTS[language][key].replace(/\{(\w+)\}/g, (placeholder, name) => String(values[name] ?? placeholder));

/**
 * The language of an Accept-Language header: French where it is wanted more than English.
 *
 * @example preferredLanguage('de, fr;q=0.8, en;q=0.5') // 'fr'
 */
export function preferredLanguage(header: string | undefined): Language {
  const wishes = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const quality = parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find(Boolean);
      return { language: tag.split('-')[0], quality: quality ? Number(quality) : 1 };
    })
    .filter(({ language, quality }) => (language === 'en' || language === 'fr') && quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return wishes[0]?.language === 'fr' ? 'fr' : 'en';
}
