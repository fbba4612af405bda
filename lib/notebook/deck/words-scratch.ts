/** Texts of the chapter on the network trained from scratch. */
export const SCRATCH_WORDS = {
  layersTitle: {
    en: (convolutions: string, parameters: string) =>
      `${convolutions} convolutions, ${parameters} parameters: all that the small network can know about dogs`,
    fr: (convolutions: string, parameters: string) =>
      `${convolutions} convolutions, ${parameters} paramètres : tout ce que le petit réseau peut savoir des chiens`,
  },
  layersInput: { en: 'photo', fr: 'photo' },
  layersPool: { en: 'mean', fr: 'moyenne' },
  layersSame: {
    en: (parameters: string) =>
      `Layer by layer the presentation’s network, which has ${parameters} parameters at 5 breeds.`,
    fr: (parameters: string) =>
      `Couche par couche le réseau de la présentation, qui a ${parameters} paramètres pour 5 races.`,
  },
  layersParameters: { en: 'parameters', fr: 'paramètres' },
  layersSource: {
    en: 'Notebook 03; each convolution with batch normalization and ReLU, its parameters below',
    fr: 'Notebook 03 ; chaque convolution avec normalisation par lots et ReLU, ses paramètres dessous',
  },
  layersNotes: {
    en: 'The width of a block stands for its channels, its height for the pixels that are left. The window of the last convolution is 53 pixels wide: at 300 pixels a patch of fur, at 80 pixels most of a dog. That is why the size of the input matters more than the size of the network.',
    fr: "La largeur d'un bloc montre ses canaux, sa hauteur les pixels qui restent. La fenêtre de la dernière convolution fait 53 pixels : à 300 pixels un bout de pelage, à 80 pixels presque tout le chien. La taille de l'entrée compte donc plus que celle du réseau.",
  },
  searchTitle: {
    en: (trials: string, gain: string, apart: boolean) =>
      apart
        ? `${trials} trials found settings worth ${gain} points over the presentation’s`
        : `${trials} trials found ${gain} points over the presentation’s settings: not to be told apart at this size`,
    fr: (trials: string, gain: string, apart: boolean) =>
      apart
        ? `${trials} essais ont trouvé des réglages qui valent ${gain} points de plus que ceux de la présentation`
        : `${trials} essais gagnent ${gain} points sur les réglages de la présentation : indiscernables à cette taille`,
  },
  searchNothing: {
    en: (trials: string) => `${trials} trials found nothing better than the presentation’s settings`,
    fr: (trials: string) => `${trials} essais n'ont rien trouvé de mieux que les réglages de la présentation`,
  },
  searchImportance: {
    en: 'what decides: share of the differences in accuracy',
    fr: "ce qui décide : part des écarts d'exactitude",
  },
  searchBest: {
    en: (accuracy: string, between: string) =>
      `best settings: <strong>${accuracy}</strong> on the test part (${between})`,
    fr: (accuracy: string, between: string) =>
      `meilleurs réglages : <strong>${accuracy}</strong> sur le test (${between})`,
  },
  searchOwn: {
    en: (accuracy: string, between: string) =>
      `the presentation’s: <strong>${accuracy}</strong> (${between})`,
    fr: (accuracy: string, between: string) =>
      `ceux de la présentation : <strong>${accuracy}</strong> (${between})`,
  },
  searchNames: {
    en: {
      learningRate: 'learning rate',
      kernelSize: 'kernel size',
      batchSize: 'batch size',
      minScale: 'smallest crop',
    } as Record<string, string>,
    fr: {
      blocks: 'nombre de blocs',
      filters: 'filtres',
      kernelSize: 'taille des filtres',
      activation: 'activation',
      downsampling: 'réduction',
      optimizer: 'optimiseur',
      learningRate: "taux d'apprentissage",
      batchSize: 'taille des lots',
      dropout: 'dropout',
      augmentation: 'augmentation',
      minScale: 'plus petit recadrage',
    } as Record<string, string>,
  },
  searchSource: {
    en: (breeds: string) => `Notebook 03, ${breeds} breeds; chosen on validation, test read once`,
    fr: (breeds: string) => `Notebook 03, ${breeds} races ; choix sur la validation, test lu une fois`,
  },
  searchNotes: {
    en: 'The presentation chose its settings by hand, one after the other. Here a seeded search does it, and says how much it found. A setting that does not matter is worth knowing too: it need not be tuned.',
    fr: "La présentation choisissait ses réglages à la main, un par un. Ici une recherche reproductible le fait, et dit ce qu'elle a gagné. Savoir qu'un réglage ne compte pas est utile aussi : on ne le règle plus.",
  },
  scoresTitle: {
    en: (few: string, chanceFew: string, many: string, chanceMany: string) =>
      `From pixels alone: ${few} right where guessing gives ${chanceFew}, and ${many} where it gives ${chanceMany}`,
    fr: (few: string, chanceFew: string, many: string, chanceMany: string) =>
      `Des pixels seuls : ${few} de bonnes réponses quand le hasard en donne ${chanceFew}, ${many} quand il en donne ${chanceMany}`,
  },
  scoresBreeds: {
    en: (breeds: string, photos: string) => `${breeds} breeds, ${photos} test photos`,
    fr: (breeds: string, photos: string) => `${breeds} races, ${photos} photos de test`,
  },
  precisionMacro: { en: 'precision, macro', fr: 'précision, macro' },
  precisionMicro: { en: 'precision, micro', fr: 'précision, micro' },
  recallMacro: { en: 'recall, macro', fr: 'rappel, macro' },
  recallMicro: { en: 'recall, micro', fr: 'rappel, micro' },
  scoresMark: {
    en: 'Bars: this run. Black marks, and the number in brackets: the presentation.',
    fr: 'Barres : cette exécution. Traits noirs et nombre entre parenthèses : la présentation.',
  },
  scoresMeans: {
    en: (seeds: string) =>
      `Bars: means over ${seeds} seeds. Black marks, and the number in brackets: the presentation, one run.`,
    fr: (seeds: string) =>
      `Barres : moyennes sur ${seeds} graines. Traits noirs et nombre entre parenthèses : la présentation, une exécution.`,
  },
  scoresLarger: {
    en: (parameters: string, breeds: string, [precision, right]: readonly string[]) =>
      `A residual network of ${parameters} parameters, likewise from scratch: macro precision ${precision} with ${breeds} breeds, ${right} right.`,
    fr: (parameters: string, breeds: string, [precision, right]: readonly string[]) =>
      `Un réseau résiduel de ${parameters} paramètres, lui aussi parti de zéro : précision macro ${precision} sur ${breeds} races, ${right} de bonnes réponses.`,
  },
  scoresSource: {
    en: (few: readonly string[], many: readonly string[]) =>
      `Notebook 03, test part, ${few[0]} epochs at ${few[1]} pixels and ${many[0]} at ${many[1]}; precision as there (zero_division = 1)`,
    fr: (few: readonly string[], many: readonly string[]) =>
      `Notebook 03, partie test, ${few[0]} époques à ${few[1]} pixels et ${many[0]} à ${many[1]} ; précision comme là (zero_division = 1)`,
  },
  scoresNotes: {
    en: 'Macro is the mean over breeds, micro the share of photos. With the presentation’s zero_division of 1 a breed that is never named counts as perfectly precise: that is why its macro precision on 20 breeds, 0.396, is three times its micro precision.',
    fr: 'Macro est la moyenne sur les races, micro la part des photos. Avec le zero_division = 1 de la présentation, une race jamais nommée compte comme parfaitement précise : sa précision macro sur 20 races, 0,396, vaut donc trois fois sa précision micro.',
  },
} as const;
