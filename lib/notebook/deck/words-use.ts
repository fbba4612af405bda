/** Texts of the last chapters: what the model is used for, its limits, the conclusion. */
export const USE_WORDS = {
  pageTitle: {
    en: (right: string, breeds: string, answers: string) =>
      `Of the presentation’s ${breeds} breeds the page names ${right} right: ${answers}`,
    fr: (right: string, breeds: string, answers: string) =>
      `Des ${breeds} races de la présentation, la page en reconnaît ${right} : ${answers}`,
  },
  pageAlt: {
    en: (breed: string, answer: string) => `the page’s answer to a photo of a ${breed}: ${answer}`,
    fr: (breed: string, answer: string) => `la réponse de la page à une photo de ${breed} : ${answer}`,
  },
  pageSource: {
    en: 'The real page with the final model, official test photos; outlines stand for the photos: npx dogbreeds serve',
    fr: 'La vraie page, le modèle final, des photos de test ; des silhouettes remplacent les photos : npx dogbreeds serve',
  },
  pageNotes: {
    en: 'The presentation showed three answers of a Gradio page: Appenzeller 99 %, Sussex spaniel 86 %, Great Pyrenees 77 %. This page gives the five likeliest breeds with calibrated percentages, shows what the network looked at, and takes corrections. Below its threshold it says “not sure”, and where it sees no dog it says that.',
    fr: "La présentation montrait trois réponses d'une page Gradio : Appenzeller 99 %, Sussex spaniel 86 %, Great Pyrenees 77 %. Cette page donne les cinq races les plus probables avec des pourcentages calibrés, montre ce que le réseau a regardé, et accepte des corrections. Sous son seuil elle dit « pas sûr », et sans chien elle le dit aussi.",
  },
  indexTitle: {
    en: (files: string, share: string, verdicts: string, precision: string) =>
      `An index of ${files} photos: ${share} get a breed, and ${verdicts} verdicts say that ${precision} of the names are right`,
    fr: (files: string, share: string, verdicts: string, precision: string) =>
      `Un index de ${files} photos : ${share} reçoivent une race, et ${verdicts} avis disent ${precision} des noms justes`,
  },
  indexNoVerdicts: {
    en: (files: string, share: string) => `An index of ${files} photos: ${share} of them get a breed`,
    fr: (files: string, share: string) =>
      `Un index de ${files} photos : ${share} d'entre elles reçoivent une race`,
  },
  decisions: {
    en: {
      breed: 'a breed is named',
      not_sure: 'not sure: a person looks',
      not_a_dog: 'not a dog',
    } as Record<string, string>,
    fr: {
      breed: 'une race est nommée',
      not_sure: "pas sûr : quelqu'un regarde",
      not_a_dog: 'pas un chien',
    } as Record<string, string>,
  },
  indexVerdicts: {
    en: (precision: string, between: string, verdicts: string) =>
      `<strong>${precision}</strong> of the names are right, from ${verdicts} verdicts (${between})`,
    fr: (precision: string, between: string, verdicts: string) =>
      `<strong>${precision}</strong> des noms sont justes, d'après ${verdicts} avis (${between})`,
  },
  indexRight: {
    en: (right: string, holds: boolean) =>
      `all true labels say <strong>${right}</strong>: ${holds ? 'inside' : 'outside'} the interval`,
    fr: (right: string, holds: boolean) =>
      `les vraies étiquettes disent <strong>${right}</strong> : ${holds ? 'dans' : 'hors de'} l'intervalle`,
  },
  indexResume: {
    en: 'one file, resumable after a crash; what has not changed is not read again',
    fr: "un seul fichier, reprise après une panne ; ce qui n'a pas changé n'est pas relu",
  },
  indexSource: {
    en: (shipped: boolean) =>
      `Notebook 06, ${shipped ? 'shipped features stand for a collection, the reviewer is simulated' : 'a collection of one’s own'}; npx dogbreeds index FOLDER`,
    fr: (shipped: boolean) =>
      `Notebook 06, ${shipped ? 'caractéristiques livrées pour collection, relecteur simulé' : 'une collection à soi'} ; npx dogbreeds index DOSSIER`,
  },
  indexNotes: {
    en: 'This is what the association asked for. One command walks a drive with a hundred thousand photos, names what it is sure of, and puts the rest before a person, the doubtful ones first. Nobody looks at all of it: a sample of verdicts tells how right the machine is on this collection, which may differ from Stanford Dogs.',
    fr: "C'est ce que l'association demandait. Une commande parcourt un disque de cent mille photos, nomme ce dont elle est sûre, et présente le reste à une personne, le plus douteux d'abord. Personne ne regarde tout : un échantillon d'avis dit si la machine a raison sur cette collection, qui peut différer de Stanford Dogs.",
  },
  limitsTitle: {
    en: 'ImageNet has seen these photos: every score with a pretrained network is flattered by that',
    fr: 'ImageNet a vu ces photos : tout score avec un réseau pré-entraîné en est flatté',
  },
  limitsHead: { en: 'limit', fr: 'limite' },
  limitsSay: { en: 'what follows', fr: 'ce qui en suit' },
  limitsRows: {
    en: [
      [
        'Stanford Dogs is a part of ImageNet',
        'test photos too were seen in pretraining, ours and the presentation’s',
      ],
      ['The head may know ImageNet’s labels', 'read softmax regression for what features alone are worth'],
      ['120 breeds, no mixed ones', 'a mixed dog gets the likeliest of 120 names, or “not sure”'],
      ['Another collection is another world', 'judge a sample of it: npx dogbreeds index review'],
      ['Licence: research only', 'no photo of Stanford Dogs is published here; outlines stand for them'],
    ],
    fr: [
      [
        "Stanford Dogs fait partie d'ImageNet",
        'les photos de test aussi ont été vues, chez nous et dans la présentation',
      ],
      [
        "La tête peut connaître les étiquettes d'ImageNet",
        'la régression softmax dit ce que valent les caractéristiques seules',
      ],
      ['120 races, pas de croisés', 'un croisé reçoit le plus probable des 120 noms, ou « pas sûr »'],
      ['Une autre collection est un autre monde', 'en juger un échantillon : npx dogbreeds index review'],
      [
        'Licence : recherche seulement',
        "aucune photo de Stanford Dogs n'est publiée ; des silhouettes les remplacent",
      ],
    ],
  },
  limitsPlain: {
    en: (plain: string, between: string, best: string) =>
      `Frozen features alone: ${plain} (${between}); with ImageNet’s own classifier: ${best}.`,
    fr: (plain: string, between: string, best: string) =>
      `Caractéristiques figées seules : ${plain} (${between}) ; avec le classifieur d'ImageNet : ${best}.`,
  },
  limitsSource: {
    en: 'Notebooks 04 and 05; vision.stanford.edu/aditya86/ImageNetDogs',
    fr: 'Notebooks 04 et 05 ; vision.stanford.edu/aditya86/ImageNetDogs',
  },
  limitsNotes: {
    en: 'A score is only as honest as its test. These photos were among the million that taught the networks, with their labels. On photos that ImageNet has not seen, expect less; the honest way to know is to judge a sample of one’s own collection.',
    fr: "Un score n'est honnête qu'autant que son test. Ces photos étaient parmi le million qui a formé les réseaux, avec leurs étiquettes. Sur des photos inconnues d'ImageNet, attendez moins ; la façon honnête de savoir est de juger un échantillon de sa propre collection.",
  },
  conclusionTitle: {
    en: (gain: string) =>
      `Transfer learning closes ${gain} of the errors that the small network makes on 20 breeds`,
    fr: (gain: string) =>
      `Le transfert d'apprentissage supprime ${gain} des erreurs du petit réseau sur 20 races`,
  },
  conclusionPlain: {
    en: 'A pretrained network, a small head and an honest threshold make an index that people can use',
    fr: 'Un réseau pré-entraîné, une petite tête et un seuil honnête font un index utilisable',
  },
  skills: { en: 'Skills', fr: 'Compétences' },
  difficulties: { en: 'Difficulties', fr: 'Difficultés' },
  perspectives: { en: 'Perspectives', fr: 'Perspectives' },
  skillsList: {
    en: [
      'image processing, measured and not only shown <em>(02)</em>',
      'deep learning without Python: training in TypeScript <em>(03)</em>',
      'intervals, paired tests, calibration <em>(04, 05)</em>',
      'from a model to a page and an index <em>(06)</em>',
    ],
    fr: [
      "traitement d'image, mesuré et pas seulement montré <em>(02)</em>",
      'apprentissage profond sans Python, en TypeScript <em>(03)</em>',
      'intervalles, tests appariés, calibration <em>(04, 05)</em>',
      "d'un modèle à une page et un index <em>(06)</em>",
    ],
  },
  difficultiesList: {
    en: [
      'no GPU: an engine of our own on ONNX Runtime <em>(lib/engine)</em>',
      'few photos a breed: slight overfitting of the dense head <em>(05)</em>',
      'pixels scaled as each network expects them <em>(04)</em>',
      'breeds that are alike <em>(05)</em>',
    ],
    fr: [
      'pas de GPU : un moteur à nous sur ONNX Runtime <em>(lib/engine)</em>',
      'peu de photos par race : léger sur-apprentissage de la tête dense <em>(05)</em>',
      "des pixels à l'échelle attendue par chaque réseau <em>(04)</em>",
      'des races qui se ressemblent <em>(05)</em>',
    ],
  },
  perspectivesList: {
    en: [
      'the presentation’s two are done: classical models and boxes <em>(04)</em>',
      'train more than the network’s last block <em>(04 trains that)</em>',
      'photos that ImageNet has not seen <em>(06)</em>',
    ],
    fr: [
      'les deux de la présentation sont faites : ML classique et boîtes <em>(04)</em>',
      'entraîner plus que le dernier bloc du réseau <em>(04 l’entraîne)</em>',
      "des photos qu'ImageNet n'a pas vues <em>(06)</em>",
    ],
  },
  conclusionSource: {
    en: 'In brackets: the notebook or folder that shows it',
    fr: 'Entre parenthèses : le notebook ou le dossier qui le montre',
  },
  conclusionNotes: {
    en: 'The presentation concluded with a network optimised on 5 breeds, transfer learning, slight overfitting, and mistakes between breeds that are alike. All of it holds, and each point has a number now.',
    fr: "La présentation concluait par un réseau optimisé sur 5 races, le transfert d'apprentissage, un léger sur-apprentissage, et des erreurs entre races proches. Tout cela tient, et chaque point a maintenant un chiffre.",
  },
  thanksTitle: {
    en: 'Thank you. All of it runs with one command',
    fr: "Merci. Tout s'exécute avec une commande",
  },
  thanksRows: {
    en: [
      ['npm start', 'runs the notebooks, writes reports and these slides'],
      ['npx dogbreeds download', 'fetches the photos; then npm start uses them'],
      ['npx dogbreeds serve', 'opens the page'],
      ['npx dogbreeds index FOLDER', 'indexes a collection'],
      ['npx dogbreeds deck --pdf', 'these slides on paper'],
    ],
    fr: [
      ['npm start', 'exécute les notebooks, écrit rapports et diapositives'],
      ['npx dogbreeds download', 'télécharge les photos, que npm start utilise ensuite'],
      ['npx dogbreeds serve', 'ouvre la page'],
      ['npx dogbreeds index DOSSIER', 'indexe une collection'],
      ['npx dogbreeds deck --pdf', 'ces diapositives sur papier'],
    ],
  },
  leftOut: {
    en: (what: string, command: string) =>
      `Left out, since this run has no values for it: ${what}. ${command}`,
    fr: (what: string, command: string) =>
      `Omis, faute de valeurs dans cette exécution : ${what}. ${command}`,
  },
  leftOutCommand: {
    en: 'They come with <code>npx dogbreeds run --dataset PATH</code>.',
    fr: 'Valeurs obtenues par <code>npx dogbreeds run --dataset CHEMIN</code>.',
  },
  thanksSource: {
    en: 'README.md; licence of the code: MIT',
    fr: 'README.md ; licence du code : MIT',
  },
  thanksNotes: {
    en: 'Every number on these slides was read from the executed notebooks of one run: change a parameter, run again, and the sentences change with it.',
    fr: "Chaque nombre de ces diapositives vient des notebooks exécutés d'une même exécution : changez un paramètre, relancez, et les phrases changent avec lui.",
  },
};
