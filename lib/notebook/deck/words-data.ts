/** Texts of the first two chapters: problem and data. */
export const DATA_WORDS = {
  coverTitle: {
    en: "Dogs' breeds from photos, by deep learning",
    fr: "Reconnaître la race d'un chien sur une photo, par apprentissage profond",
  },
  coverLine: {
    en: 'From raw photos to an index that an animal shelter can trust',
    fr: 'Des photos brutes à un index auquel un refuge peut se fier',
  },
  coverSource: {
    en: 'Rebuilt after the presentation “Classez des images à l’aide d’algorithmes de Deep Learning”, 22/09/2022',
    fr: "Refait d'après la présentation « Classez des images à l'aide d'algorithmes de Deep Learning », 22/09/2022",
  },
  coverNotes: {
    en: 'The project rebuilds a presentation of 2022: the same questions in the same order, each answered again with a number, an interval, and the command that prints it.',
    fr: "Le projet refait une présentation de 2022 : les mêmes questions dans le même ordre, chacune avec un nombre, son intervalle, et la commande qui l'imprime.",
  },
  agendaTitle: {
    en: (steps: string) => `${steps} chapters lead from a raw photo to an index by breed`,
    fr: (steps: string) => `${steps} chapitres mènent d'une photo brute à un index par race`,
  },
  agendaNotes: {
    en: 'The first six are those of the presentation. The index is what the association asked for in the first place, so it has a chapter of its own.',
    fr: "Les premières sont celles de la présentation. L'index est ce que l'association demandait au départ : il a son propre chapitre.",
  },
  agendaSource: {
    en: 'Chapters 2 to 7 are the notebooks 01 to 06; each runs on its own',
    fr: "Les chapitres 2 à 7 sont les notebooks 01 à 06 ; chacun s'exécute seul",
  },
  problemTitle: {
    en: (breeds: string, mean: string) =>
      `The association's problem: ${breeds} breeds, and only about ${mean} photos of each to learn from`,
    fr: (breeds: string, mean: string) =>
      `Le problème de l'association : ${breeds} races, et seulement ${mean} photos environ de chacune pour apprendre`,
  },
  problemPile: { en: 'a drive full of photos', fr: 'un disque plein de photos' },
  problemModel: { en: 'a model names the breed', fr: 'un modèle nomme la race' },
  problemIndex: { en: 'an index by breed', fr: 'un index par race' },
  problemDoubt: { en: 'not sure: a person looks', fr: "pas sûr : quelqu'un regarde" },
  problemSource: {
    en: 'Shipped facts of all photos of Stanford Dogs (data/photos.arrow)',
    fr: 'Faits livrés sur toutes les photos de Stanford Dogs (data/photos.arrow)',
  },
  problemNotes: {
    en: 'An association for the protection of animals wants its photos indexed by breed. By hand that takes a person minutes a photo. Two ways are tried: a small network trained from nothing, and transfer learning. What the machine is not sure of stays with a person.',
    fr: "Une association de protection des animaux veut indexer ses photos par race. À la main, cela prend des minutes par photo. Deux voies sont essayées : un petit réseau entraîné de zéro, et le transfert d'apprentissage. Ce dont la machine n'est pas sûre reste à une personne.",
  },
  fourTitle: {
    en: (photos: string, breeds: string) =>
      `Stanford Dogs in four numbers: ${photos} photos of ${breeds} breeds`,
    fr: (photos: string, breeds: string) =>
      `Stanford Dogs en quatre nombres : ${photos} photos de ${breeds} races`,
  },
  fourBreeds: { en: 'breeds', fr: 'races' },
  fourPhotos: { en: 'photos', fr: 'photos' },
  fourTrain: { en: 'on the official list to learn from', fr: "sur la liste officielle d'apprentissage" },
  fourTest: { en: 'on the list to be judged by', fr: 'sur la liste de test' },
  fourNotes: {
    en: 'The data set is public, for research only. Its two official lists let anybody compare with our figures: the test list is read once, at the end.',
    fr: "Le jeu de données est public, pour la recherche seulement. Ses deux listes officielles permettent à chacun de comparer : la liste de test n'est lue qu'une fois, à la fin.",
  },
  perBreedTitle: {
    en: (low: string, high: string, even: boolean, times: string) =>
      even
        ? `Between ${low} and ${high} photos of a breed: no breed is twice as frequent as another`
        : `Between ${low} and ${high} photos of a breed: the commonest has ${times} times as many as the rarest`,
    fr: (low: string, high: string, even: boolean, times: string) =>
      even
        ? `Entre ${low} et ${high} photos par race : aucune race n'est deux fois plus fréquente qu'une autre`
        : `Entre ${low} et ${high} photos par race : la plus fréquente en a ${times} fois plus que la plus rare`,
  },
  perBreedAxis: { en: 'photos', fr: 'photos' },
  perBreedBreeds: {
    en: (breeds: string) => `${breeds} breeds, ordered by their number of photos`,
    fr: (breeds: string) => `${breeds} races, dans l'ordre de leur nombre de photos`,
  },
  perBreedMedian: {
    en: (median: string) => `half of the breeds: fewer than ${median}`,
    fr: (median: string) => `la moitié des races : moins de ${median}`,
  },
  perBreedNotes: {
    en: 'Balance matters for what a score means: where classes are near enough to equal, plain accuracy is honest, and no reweighting is needed. The official train list holds the same number of photos of every breed.',
    fr: "L'équilibre décide de ce qu'un score veut dire : quand les classes sont presque égales, l'exactitude simple est honnête, sans pondération. La liste officielle d'apprentissage contient le même nombre de photos de chaque race.",
  },
  lookTitle: {
    en: (share: string, several: string) =>
      `A dog fills ${share} of a typical photo, and ${several} of the photos show more than one dog`,
    fr: (share: string, several: string) =>
      `Un chien occupe ${share} d'une photo typique, et ${several} des photos en montrent plusieurs`,
  },
  lookCaption: {
    en: (share: string) => `dog: ${share}`,
    fr: (share: string) => `chien : ${share}`,
  },
  lookSeveral: {
    en: (dogs: string) => `${dogs} dogs`,
    fr: (dogs: string) => `${dogs} chiens`,
  },
  lookSource: {
    en: 'Outlines: format and boxes are those of real photos; Stanford Dogs may not be shown in public',
    fr: 'Silhouettes : format et boîtes de vraies photos ; Stanford Dogs ne peut être montré en public',
  },
  lookNotes: {
    en: 'From left to right the share of the photo inside the dog’s box grows. Where the dog is small, a network that sees 224 or 300 pixels sees little of it: that is why boxes are tried later on.',
    fr: "De gauche à droite, la part de la photo dans la boîte du chien augmente. Quand le chien est petit, un réseau qui voit 224 ou 300 pixels n'en voit presque rien : c'est pourquoi les boîtes sont essayées plus loin.",
  },
  sizesTitle: {
    en: (share: string, edge: string) =>
      `${share} of the photos are ${edge} pixels long; the others differ widely, and a network wants one size`,
    fr: (share: string, edge: string) =>
      `${share} des photos ont ${edge} pixels de long ; les autres varient, et un réseau veut une seule taille`,
  },
  sizesWidth: { en: 'width, pixels', fr: 'largeur, pixels' },
  sizesHeight: { en: 'height, pixels', fr: 'hauteur, pixels' },
  sizesSmallest: {
    en: (width: string, height: string) => `smallest photo: <strong>${width} × ${height}</strong>`,
    fr: (width: string, height: string) => `plus petite photo : <strong>${width} × ${height}</strong>`,
  },
  sizesLargest: {
    en: (width: string, height: string) => `largest: <strong>${width} × ${height}</strong>`,
    fr: (width: string, height: string) => `plus grande : <strong>${width} × ${height}</strong>`,
  },
  sizesWide: {
    en: (share: string) => `<strong>${share}</strong> are wider than high`,
    fr: (share: string) => `<strong>${share}</strong> sont plus larges que hautes`,
  },
  channelsAll: {
    en: (photos: string) => `all <strong>${photos}</strong> photos at hand are RGB`,
    fr: (photos: string) => `les <strong>${photos}</strong> photos lues sont toutes RGB`,
  },
  channelsOdd: {
    en: (odd: string, photos: string) =>
      `<strong>${odd}</strong> of the ${photos} photos at hand are not plain RGB; decoding makes them so`,
    fr: (odd: string, photos: string) =>
      `<strong>${odd}</strong> des ${photos} photos lues ne sont pas RGB ; le décodage les y ramène`,
  },
  channelsNone: {
    en: 'every photo becomes upright RGB when it is decoded, with or without alpha',
    fr: 'toute photo devient RGB et droite au décodage, avec ou sans couche alpha',
  },
  sizesNotes: {
    en: 'The presentation resized to 300 x 300 and corrected one photo with an alpha channel by hand. Here decoding, orientation, colour and resizing are one step that is saved with the model, so that training and serving see the same pixels.',
    fr: "La présentation redimensionnait en 300 x 300 et corrigeait à la main une photo avec couche alpha. Ici décodage, orientation, couleur et taille forment une étape enregistrée avec le modèle : l'entraînement et le service voient les mêmes pixels.",
  },
  qualityTitle: {
    en: (findings: string, first: string, count: string) =>
      `The check of the data has ${findings} findings, most often “${first}” (${count})`,
    fr: (findings: string, first: string, count: string) =>
      `Le contrôle des données a ${findings} constats, le plus fréquent : « ${first} » (${count})`,
  },
  qualityFindings: {
    en: {} as Record<string, string>,
    fr: {
      'unreadable, or the same file under two breeds': 'illisible, ou même fichier sous deux races',
      'exact copies (pairs with the same pixels)': 'copies exactes (paires, mêmes pixels)',
      'near copies (pairs)': 'quasi-copies (paires)',
      'copies across the official train and test lists': 'copies entre apprentissage et test',
      'copies under two breeds: one label is wrong': 'copies sous deux races : une étiquette est fausse',
      'photos that have a copy': 'photos qui ont une copie',
      'labels that are likely wrong': 'étiquettes probablement fausses',
      'far outside in size (pixels)': 'taille hors norme (pixels)',
      'far outside in width / height': 'largeur / hauteur hors norme',
      'far outside in brightness (0 to 255)': 'luminosité hors norme (0 à 255)',
      'far outside in contrast': 'contraste hors norme',
      'far outside in sharpness (variance of the Laplacian)': 'netteté hors norme',
      'boxes outside of the photo': 'boîtes hors de la photo',
      'boxes of less than 2 % of the photo': 'boîtes de moins de 2 % de la photo',
      'breeds with less than half of the photos of the largest':
        'races à moins de la moitié de la plus grande',
    } as Record<string, string>,
  },
  qualityDecisions: {
    en: {} as Record<string, string>,
    fr: {
      kept: 'gardé',
      grouped: 'groupé',
      quarantined: 'mis de côté',
      'cut at the edge': 'coupé au bord',
    } as Record<string, string>,
  },
  qualityNone: {
    en: 'The check of the data found no fault in any photo',
    fr: "Le contrôle des données n'a trouvé aucun défaut",
  },
  qualityFinding: { en: 'finding', fr: 'constat' },
  qualityPhotos: { en: 'how many', fr: 'combien' },
  qualityDecision: { en: 'decision', fr: 'décision' },
  qualitySource: {
    en: (shown: string, findings: string) =>
      shown === findings ? 'Notebook 01' : `Notebook 01; the ${shown} largest of ${findings} findings`,
    fr: (shown: string, findings: string) =>
      shown === findings ? 'Notebook 01' : `Notebook 01 ; les ${shown} plus grands des ${findings} constats`,
  },
  qualityNotes: {
    en: 'The presentation had no such check. Duplicates across train and test would flatter every score, wrong labels would punish right answers: both are found, counted, and decided on before a network is trained.',
    fr: "La présentation n'avait pas ce contrôle. Des doublons entre apprentissage et test flatteraient les scores, de mauvaises étiquettes puniraient de bonnes réponses : tout est trouvé, compté et décidé avant d'entraîner.",
  },
} as const;

/** Names of chapters, as they stand in the agenda and above titles. */
export const CHAPTER_WORDS = {
  context: { en: 'Problem and context', fr: 'Problématique et contexte' },
  data: { en: 'Exploration of the data', fr: 'Analyse exploratoire des données' },
  preparation: { en: 'Preprocessing of the pictures', fr: 'Prétraitement des images' },
  scratch: { en: 'A CNN from scratch', fr: 'CNN entraîné de zéro' },
  transfer: { en: 'Transfer learning', fr: "Transfert d'apprentissage" },
  final: { en: 'The final model', fr: 'Le modèle final' },
  use: { en: 'The page and the index', fr: "La page et l'index" },
  end: { en: 'Conclusion', fr: 'Conclusion' },
} as const;
