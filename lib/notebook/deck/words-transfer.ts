/** Texts of the chapter on transfer learning. */
export const TRANSFER_WORDS = {
  drawingTitle: {
    en: 'Transfer learning: keep what a million photos taught, and train only the last layer',
    fr: "Transfert d'apprentissage : garder ce qu'un million de photos a appris, n'entraîner que la fin",
  },
  drawingBefore: { en: 'trained by others, once', fr: "entraîné par d'autres, une fois" },
  drawingMillion: { en: '1.28 million photos', fr: '1,28 million de photos' },
  drawingClasses: { en: '1,000 kinds of things', fr: '1 000 sortes de choses' },
  drawingNetwork: { en: 'network', fr: 'réseau' },
  drawingOurs: { en: 'ours', fr: 'le nôtre' },
  drawingPhotos: { en: 'photos of dogs', fr: 'photos de chiens' },
  drawingFrozen: { en: 'the same network, frozen', fr: 'le même réseau, figé' },
  drawingHead: { en: 'new head', fr: 'nouvelle tête' },
  drawingBreeds: { en: 'breeds', fr: 'races' },
  drawingTrained: { en: 'only this learns', fr: 'elle seule apprend' },
  drawingSource: {
    en: 'ImageNet (ILSVRC 2012): 1.28 million photos, 1,000 classes, Stanford Dogs among them',
    fr: 'ImageNet (ILSVRC 2012) : 1,28 million de photos, 1 000 classes, Stanford Dogs parmi elles',
  },
  drawingNotes: {
    en: 'A network that has learned to tell a thousand kinds of things apart has learned edges, textures, eyes, ears and muzzles on the way. We cut its last layer off, keep everything below as it is, and put a small head of our own on top. Since the network does not change, each photo goes through it once, and training the head takes seconds.',
    fr: "Un réseau qui sait distinguer mille sortes de choses a appris en chemin des contours, des textures, des yeux, des oreilles, des museaux. On coupe sa dernière couche, on fige le reste, et on pose une petite tête. Comme le réseau ne change pas, chaque photo y passe une seule fois, et l'entraînement de la tête prend quelques secondes.",
  },
  networksTitle: {
    en: (network: string, share: string, breeds: string, theirs: string, above: boolean) =>
      `${network} names ${share} of the test photos of ${breeds} breeds right; the presentation’s best${above ? ' reached' : ', ahead,'} ${theirs}`,
    fr: (network: string, share: string, breeds: string, theirs: string, above: boolean) =>
      `${network} reconnaît ${share} des photos de test de ${breeds} races ; le meilleur de la présentation${above ? '' : ', devant,'} ${theirs}`,
  },
  networksOnly: {
    en: (network: string, share: string, breeds: string) =>
      `${network} names ${share} of the test photos of ${breeds} breeds right`,
    fr: (network: string, share: string, breeds: string) =>
      `${network} reconnaît ${share} des photos de test de ${breeds} races`,
  },
  ours: { en: 'this run, test accuracy', fr: 'cette exécution, exactitude de test' },
  theirs: { en: 'the presentation', fr: 'la présentation' },
  network: { en: 'network', fr: 'réseau' },
  test: { en: 'test', fr: 'test' },
  recall: { en: 'recall', fr: 'rappel' },
  fit: { en: 'fit, s', fr: 'durée, s' },
  networksSource: {
    en: (photos: string) =>
      `Notebook 04, ${photos} photos, 75 / 15 / 10 at random, dense head; lines are 95 % intervals`,
    fr: (photos: string) =>
      `Notebook 04, ${photos} photos, 75 / 15 / 10 au hasard, tête dense ; traits : intervalles à 95 %`,
  },
  networksNotes: {
    en: 'Same protocol, other luck of the split. The presentation ran the frozen network again in every epoch, which took its GPU minutes; here it runs once per photo, and only the head is trained. All of these networks have seen these photos in ImageNet, the presentation’s too.',
    fr: "Même protocole, autre tirage. La présentation refaisait passer le réseau figé à chaque époque, plusieurs minutes de GPU ; ici il passe une fois par photo, seule la tête s'entraîne. Tous ces réseaux ont vu ces photos dans ImageNet, ceux de la présentation aussi.",
  },
  reportsTitle: {
    en: (breed: string, f1: string, network: string, above: string, breeds: string) =>
      `Hardest is the ${breed} (F1\u00a0${f1} with ${network}); ${above} of ${breeds} breeds reach 0.95 with both networks`,
    fr: (breed: string, f1: string, network: string, above: string, breeds: string) =>
      `La plus difficile : ${breed} (F1\u00a0${f1} avec ${network}) ; ${above} des ${breeds} races atteignent 0,95 avec les deux réseaux`,
  },
  reportsMacro: {
    en: (network: string, precision: string, recall: string, f1: string) =>
      `<strong>${network}</strong>: precision ${precision}, recall ${recall}, F1 ${f1}`,
    fr: (network: string, precision: string, recall: string, f1: string) =>
      `<strong>${network}</strong> : précision ${precision}, rappel ${recall}, F1 ${f1}`,
  },
  reportsSource: {
    en: 'Notebook 04: F1 of each breed on the test photos; means over breeds below',
    fr: 'Notebook 04 : F1 de chaque race sur le test ; moyennes sur les races dessous',
  },
  reportsNotes: {
    en: 'F1 is the harmonic mean of precision (of the photos named so, how many are) and recall (of the photos of the breed, how many are named so). With some fifteen test photos of a breed, one photo moves it by some hundredths: look at the tail, not at single ranks.',
    fr: 'F1 est la moyenne harmonique de la précision (parmi les photos nommées ainsi, combien le sont) et du rappel (parmi les photos de la race, combien sont reconnues). Avec une quinzaine de photos de test par race, une photo déplace F1 de quelques centièmes : regardez la queue, pas les rangs.',
  },
  classifiersTitle: {
    en: (count: string, spread: string, photos: string) =>
      `What stands on the features matters less: ${count} classifiers lie within ${spread} points${photos}`,
    fr: (count: string, spread: string, photos: string) =>
      `Ce qui suit les caractéristiques compte moins : ${count} classifieurs à ${spread} points près${photos}`,
  },
  classifiersBest: {
    en: (count: string, best: string, spread: string) =>
      `${best} is first of ${count} classifiers on the same features, ${spread} points ahead of the last`,
    fr: (count: string, best: string, spread: string) =>
      `${best} est premier de ${count} classifieurs sur les mêmes caractéristiques, ${spread} points devant le dernier`,
  },
  boxesTitle: { en: 'Whole photos or boxes?', fr: 'Photo entière ou boîte ?' },
  scalingTitle: { en: 'Pixels scaled wrongly?', fr: 'Pixels mal mis à l’échelle ?' },
  variantApart: {
    en: (own: string, variant: string, change: string) =>
      `${own} with, ${variant} without: <strong>${change} points</strong>, beyond chance`,
    fr: (own: string, variant: string, change: string) =>
      `${own} contre ${variant} : <strong>${change} points</strong>, au-delà du hasard`,
  },
  boxesApart: {
    en: (own: string, variant: string, change: string) =>
      `${own} on whole photos, ${variant} on boxes: <strong>${change} points</strong>, beyond chance`,
    fr: (own: string, variant: string, change: string) =>
      `${own} sur photos entières, ${variant} sur boîtes : <strong>${change} points</strong>, au-delà du hasard`,
  },
  boxesSame: {
    en: (own: string, variant: string) =>
      `${own} on whole photos, ${variant} on boxes: <strong>not to be told apart</strong> at this size`,
    fr: (own: string, variant: string) =>
      `${own} sur photos entières, ${variant} sur boîtes : <strong>indiscernables</strong> à cette taille`,
  },
  scalingApart: {
    en: (own: string, variant: string, change: string) =>
      `${own} scaled as the weights expect, ${variant} scaled to 0..1: <strong>${change} points</strong>`,
    fr: (own: string, variant: string, change: string) =>
      `${own} à l'échelle attendue, ${variant} ramené à 0..1 : <strong>${change} points</strong>`,
  },
  scalingSame: {
    en: (own: string, variant: string) =>
      `${own} scaled as the weights expect, ${variant} scaled to 0..1: <strong>not to be told apart</strong>`,
    fr: (own: string, variant: string) =>
      `${own} à l'échelle attendue, ${variant} ramené à 0..1 : <strong>indiscernables</strong>`,
  },
  boxesMissing: {
    en: 'Boxes need the photos: <code>npx dogbreeds run --dataset PATH</code>',
    fr: 'Les boîtes demandent les photos : <code>npx dogbreeds run --dataset CHEMIN</code>',
  },
  classifiersSource: {
    en: (network: string) => `Notebook 04, features of ${network}, same split; lines are 95 % intervals`,
    fr: (network: string) =>
      `Notebook 04, caractéristiques de ${network}, même partage ; traits : intervalles à 95 %`,
  },
  classifiersNotes: {
    en: 'The two perspectives of the presentation, tried: “CNN + a classical model” and “boxes”. The one head that starts from ImageNet’s own classifier re-uses its labels, these test photos among them: read the others as what frozen features alone are worth. Most intervals overlap.',
    fr: "Les deux perspectives de la présentation, essayées : « CNN + modèle de ML » et « bounding boxes ». La tête issue du classifieur d'ImageNet réutilise ses étiquettes, ces photos de test comprises : les autres disent ce que valent les caractéristiques figées seules. La plupart des intervalles se recouvrent.",
  },
  classifierNames: {
    en: {
      'nearest mean (baseline)': 'nearest mean (baseline)',
      'softmax from ImageNet classifier': 'softmax from ImageNet',
    } as Record<string, string>,
    fr: {
      'nearest mean (baseline)': 'moyenne la plus proche',
      'dense 512 + dropout': 'dense 512 + dropout',
      'softmax regression': 'régression softmax',
      'softmax from ImageNet classifier': "softmax issu d'ImageNet",
      'linear SVM': 'SVM linéaire',
      'k-nearest neighbours': 'k plus proches voisins',
      'random forest': 'forêt aléatoire',
    } as Record<string, string>,
  },
} as const;
